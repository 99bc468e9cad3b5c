"""Removing runs, and taking that back: at once in the place of the removal, later from the bin."""

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from latent_atlas.ui.classroom import check_removal, in_classroom
from latent_atlas.ui.dialogs import answer_removal, close_dialog, open_dialog
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.owners import may_direct
from latent_atlas.ui.runs.problems import note_problems
from latent_atlas.ui.runs.ticks import tick
from latent_atlas.ui.train.directing import put_back_own, remove_own_runs
from vae_core.errors import AtlasError
from vae_core.numerals import duration
from vae_core.runs import RemovedRun, Row, Run, delete_removed, removed_runs
from vae_core.sentences import counted, listed

EMPTY = "empty the bin"
_UNDOS = "runs-undos"  # what this session has removed, each removal as a whole
_MOST_UNDOS = 3  # in sight; the others are in the bin
_MOST_LISTED = 30


def remove(rows: Sequence[Row]) -> None:
    """In a callback: remove runs so that they can be put back, and untick them.

    One that trains, or that this visitor may not direct, stays ticked; a sentence says so.
    """
    try:
        removed, refused = remove_own_runs(row.run for row in rows)
    except AtlasError as problem:
        note_problems([str(problem)])
        return
    if removed:
        st.session_state[_UNDOS] = [*st.session_state.get(_UNDOS, []), removed]
    gone = {each.id for each in removed}
    tick(row.run.id for row in rows if row.run.id not in gone)
    note_problems(sentence for _, sentence in refused)


def undo_rows(runs_dir: Path) -> None:
    """Offer to take back each of the last removals of this session."""
    undos: list[list[RemovedRun]] = st.session_state.get(_UNDOS, [])
    if not undos:
        return
    there = {each.path for each in removed_runs(runs_dir)}
    left = [[each for each in batch if each.path in there] for batch in undos]
    st.session_state[_UNDOS] = left = [batch for batch in left if batch]
    for batch in reversed(left[-_MOST_UNDOS:]):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"Removed {_named(batch)}.", width="content")
            st.button(
                "Undo",
                icon=":material/undo:",
                key=f"runs-undo-{batch[0].path.name}",
                on_click=_put_back,
                args=(batch,),
            )


def bin_popover(runs_dir: Path) -> None:
    """Draw what was removed and can still be put back, where there is any."""
    removed = _in_bin(runs_dir)
    if not removed:
        return
    title = f"Removed ({len(removed):,})"
    with st.popover(title, icon=":material/delete:", width="content", key="runs-bin"):
        st.caption("Each can be put back as it was, for a week.")
        for each in removed[:_MOST_LISTED]:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                ago = duration(max(0.0, time.time() - each.removed), 0)
                st.markdown(f"{escaped(_title(each))}  \n:small[:gray[{ago} ago]]", width="stretch")
                st.button(
                    "Put back",
                    key=f"runs-back-{each.path.name}",
                    on_click=_put_back,
                    args=([each],),
                )
        if len(removed) > _MOST_LISTED:
            st.caption(f"{counted(len(removed) - _MOST_LISTED, 'older one')} besides.")
        st.button(
            "Delete them for good…",
            type="tertiary",
            icon=":material/delete_forever:",
            key="runs-empty",
            on_click=open_dialog,
            args=(EMPTY,),
        )


@st.dialog("Delete for good?", on_dismiss=close_dialog)
def emptying(runs_dir: Path) -> None:
    """Ask before what was removed is deleted."""
    removed = _in_bin(runs_dir)
    st.markdown(
        f"{counted(len(removed), 'removed run')}, curves and models included, will be deleted. "
        "This cannot be undone."
    )
    answer_removal("them", partial(_delete, removed), "runs-bin")


def _delete(removed: Sequence[RemovedRun]) -> None:
    check_removal()
    delete_removed([each for each in removed if may_direct(each.path)])


def _in_bin(runs_dir: Path) -> list[RemovedRun]:
    if in_classroom():
        return []
    return [each for each in removed_runs(runs_dir) if may_direct(each.path)]


def _put_back(removed: Sequence[RemovedRun]) -> None:
    """Callback: put runs back and tick them, so that one sees where they are."""
    back, problems = [], []
    for each in removed:
        try:
            back += put_back_own([each])
        except AtlasError as problem:
            problems.append(str(problem))
    note_problems(problems)
    tick(run.id for run in back)
    st.rerun()


def _named(batch: Sequence[RemovedRun]) -> str:
    if len(batch) > 3:
        return counted(len(batch), "run")
    return listed(f"“{escaped(_title(each))}”" for each in batch)


def _title(removed: RemovedRun) -> str:
    try:
        return Run(removed.path).title
    except AtlasError:
        return removed.id
