"""What opens over the page: a new run, and what the menu of the watched one asks about."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.dialogs import asked_about, close_dialog, open_dialog
from latent_atlas.ui.owners import may_direct, owner_here
from latent_atlas.ui.train.annotating import ABOUT, annotations_dialog, ask_about
from latent_atlas.ui.train.change import CHANGE, can_change, change_dialog, fill_change
from latent_atlas.ui.train.clone import CLONE, clone_dialog, fill_form_from_run
from latent_atlas.ui.train.doctor import DOCTOR, doctor_dialog
from latent_atlas.ui.train.form import new_run_form
from latent_atlas.ui.train.removal import REMOVE, removal_dialog
from latent_atlas.ui.train.run_view import Seen
from latent_atlas.ui.visible_data import is_visible

NEW = "new run"


def dialog(runs_dir: Path, seen: Sequence[Seen]) -> None:
    """Draw the dialog that is open, if one is."""
    if asked_about(NEW) is not None:
        _new_run(runs_dir)
        return
    by_id = {each.run.id: each for each in seen}
    dialogs: dict[str, Callable[[Seen], None]] = {
        CHANGE: change_dialog,
        CLONE: partial(clone_dialog, runs_dir),
        DOCTOR: partial(doctor_dialog, runs_dir),
        ABOUT: partial(_annotations, seen),
        REMOVE: removal_dialog,
    }
    for name, draw in dialogs.items():
        if (about := by_id.get(asked_about(name) or "")) is not None:
            draw(about)
            return
    close_dialog()  # what it asks about has gone


def _annotations(all_seen: Sequence[Seen], seen: Seen) -> None:
    annotations_dialog(seen.run, {tag for each in all_seen for tag in each.run.annotations.tags})


def menu(seen: Seen) -> None:
    """Draw the menu of rarer actions on the watched run; what is chosen opens its dialog."""
    if options := _actions(seen):
        st.menu_button("More", options, key="more", on_click=_open_chosen, args=(seen,))


def _actions(seen: Seen) -> list[str]:
    """Those that this visitor may ask for."""
    found = [CLONE, DOCTOR] if is_visible(seen.run.config.dataset, owner_here()) else []
    if not may_direct(seen.run.path):
        return found
    changes = [CHANGE] if can_change(seen) else []
    return [*changes, *found, ABOUT, *([] if in_classroom() else [REMOVE])]


def _open_chosen(seen: Seen) -> None:
    fills = {CHANGE: fill_change, CLONE: fill_form_from_run}
    chosen = st.session_state["more"]
    if chosen == ABOUT:
        ask_about(seen.run)
    elif chosen is not None:
        if chosen in fills:
            fills[chosen](seen)
        open_dialog(chosen, seen.run.id)


@st.dialog("New run", width="medium", on_dismiss=close_dialog)
def _new_run(runs_dir: Path) -> None:
    """Ask what to train."""
    new_run_form(runs_dir, folded=False)
