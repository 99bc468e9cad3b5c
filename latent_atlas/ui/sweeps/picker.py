"""Which sweep is shown, and the dialog that begins another."""

from collections.abc import Collection, Sequence
from pathlib import Path

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.dialogs import asked_about, close_dialog, open_dialog
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.option_lines import told_apart
from latent_atlas.ui.sweeps import words
from latent_atlas.ui.sweeps.form import new_sweep_form
from latent_atlas.ui.sweeps.reading import SWEEP, KnownSweep, choose_sweep
from latent_atlas.ui.widget_values import held_place, on_choice, put

NEW = "new sweep"
_KEY = "sweep-picker"


def sweep_picker(known: Sequence[KnownSweep], shown: KnownSweep) -> None:
    """What the shown sweep asks, the others to choose from, and the button for a new one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(escaped(words.title(shown)), width="stretch")
        st.button(
            "New sweep…", icon=":material/add:", key="new-sweep", on_click=open_dialog, args=(NEW,)
        )
    if len(known) > 1:
        told = {each.sweep.name: words.line(each) for each in known}
        lines = told_apart(told, lambda name, mark: told[name] + mark)
        put(_KEY, shown.sweep.name, lines[shown.sweep.name])
        st.selectbox(
            "Sweep",
            list(lines),
            held_place(_KEY, list(lines)),
            format_func=lambda name: lines.get(name, name),
            key=_KEY,
            on_change=on_choice(_KEY, lambda: _choose(st.session_state[_KEY], lines)),
            label_visibility="collapsed",
            width=480,
        )


def _choose(said: str, lines: Collection[str]) -> None:
    """Callback. What is no name is a line from before the sweep went on, which nobody picked."""
    if said in lines:
        choose_sweep(said)


def new_sweep(runs_dir: Path) -> None:
    """Draw the dialog, if it is open."""
    if asked_about(NEW) is not None:
        _new_sweep(runs_dir)
    else:
        close_dialog()


def missing_sweep(known: Sequence[KnownSweep]) -> str | None:
    """What the address names and no sweep is."""
    wanted = address.first_named(SWEEP)
    return None if wanted in {None, *(each.sweep.name for each in known)} else wanted


@st.dialog("New sweep", width="medium", on_dismiss=close_dialog)
def _new_sweep(runs_dir: Path) -> None:
    """Ask what to sweep."""
    new_sweep_form(runs_dir, folded=False)
