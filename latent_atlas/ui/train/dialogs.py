"""What opens over the page: a new run, a clone, a change while one trains, the removal of one."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.dialogs import (
    answer_removal,
    asked_about,
    close_dialog,
    open_dialog,
)
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.owners import may_direct, owner_here
from latent_atlas.ui.train.about import ABOUT, about_dialog, fill_about
from latent_atlas.ui.train.change import CHANGE, can_change, change_dialog, fill_change
from latent_atlas.ui.train.clone import clone_dialog, fill_form_from_run
from latent_atlas.ui.train.directing import remove_own_run
from latent_atlas.ui.train.doctor import DOCTOR, doctor_dialog
from latent_atlas.ui.train.form import new_run_form
from latent_atlas.ui.train.run_view import Seen, choose
from latent_atlas.ui.visible_data import is_visible
from vae_core.runs import Run

NEW = "new run"
CLONE = "Clone with a change…"
REMOVE = "Remove this run…"


def dialog(runs_dir: Path, seen: Sequence[Seen]) -> None:
    """Draw the dialog that is open, if one is."""
    by_id = {each.run.id: each for each in seen}
    if asked_about(NEW) is not None:
        _new_run(runs_dir)
    elif (cloned := by_id.get(asked_about(CLONE) or "")) is not None:
        clone_dialog(runs_dir, cloned)
    elif (asked := by_id.get(asked_about(DOCTOR) or "")) is not None:
        doctor_dialog(runs_dir, asked)
    elif (changed := by_id.get(asked_about(CHANGE) or "")) is not None:
        change_dialog(changed)
    elif (told := by_id.get(asked_about(ABOUT) or "")) is not None:
        about_dialog(told)
    elif (removed := by_id.get(asked_about(REMOVE) or "")) is not None:
        _remove(removed)
    else:  # what it asks about has gone
        close_dialog()


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
    chosen = st.session_state["more"]
    if chosen == CLONE:
        fill_form_from_run(seen)
    elif chosen == CHANGE:
        fill_change(seen)
    elif chosen == ABOUT:
        fill_about(seen)
    if chosen is not None:
        open_dialog(chosen, seen.run.id)


@st.dialog("New run", width="medium", on_dismiss=close_dialog)
def _new_run(runs_dir: Path) -> None:
    """Ask what to train."""
    new_run_form(runs_dir, folded=False)


@st.dialog("Remove this run?", on_dismiss=close_dialog)
def _remove(seen: Seen) -> None:
    """Ask before a run's folder is deleted."""
    st.markdown(
        f"“{escaped(seen.run.title)}”, its curves and its model will be deleted. "
        "This cannot be undone."
    )
    answer_removal("it", partial(_really_remove, seen.run), "run")


def _really_remove(run: Run) -> None:
    remove_own_run(run)
    choose([])
