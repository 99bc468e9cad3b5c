"""Removing runs, and taking that back: at once in the place of the removal, later from the bin."""

import time
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from latent_atlas.ui.classroom import check_removal, in_classroom
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.owners import may_direct
from latent_atlas.ui.runs.problems import note_problems
from latent_atlas.ui.runs.ticks import tick
from latent_atlas.ui.train.directing import check_may_direct
from vae_core.errors import AtlasError
from vae_core.numerals import duration
from vae_core.runs import RemovedRun, Row, Run, put_back, remove_to_bin, removed_runs
from vae_core.sentences import counted, listed

_UNDOS = "runs-undos"  # what this session has removed, each removal as a whole
_MOST_UNDOS = 3  # in sight; the others are in the bin
_MOST_LISTED = 50


def remove(rows: Sequence[Row]) -> None:
    """In a callback: remove runs so that they can be put back, and untick them.

    One that trains, or that this visitor may not direct, stays; a sentence says so.
    """
    allowed, refused = [], []
    for row in rows:
        try:
            check_removal()
            check_may_direct(row.run)
            allowed.append(row.run)
        except AtlasError as problem:
            refused.append(str(problem))
    removed, left = remove_to_bin(allowed)
    if removed:
        st.session_state[_UNDOS] = [*st.session_state.get(_UNDOS, []), removed]
    gone = {each.id for each in removed}
    tick(row.run.id for row in rows if row.run.id not in gone)
    note_problems([*refused, *(sentence for _, sentence in left)])


def undo_rows(runs_dir: Path) -> None:
    """Offer to take back each of the last removals."""
    there = {each.path for each in removed_runs(runs_dir)}
    undos: list[list[RemovedRun]] = st.session_state.get(_UNDOS, [])
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
    if in_classroom():
        return
    removed = [each for each in removed_runs(runs_dir) if may_direct(each.path)]
    if not removed:
        return
    with st.popover(f"Removed ({len(removed):,})", icon=":material/delete:", width="content"):
        st.caption("Kept for a week, and put back as they were.")
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


def _put_back(removed: Sequence[RemovedRun]) -> None:
    """Callback: put runs back and tick them, so that one sees where they are."""
    back, problems = [], []
    for each in removed:
        try:
            check_removal()
            check_may_direct(Run(each.path))
            back.append(put_back(each).id)
        except AtlasError as problem:
            problems.append(str(problem))
    note_problems(problems)
    tick(back)
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
