"""The part of the page that follows the folder of runs: drawn anew while one of them trains."""

from pathlib import Path

import streamlit as st

from latent_atlas.ui.dialogs import dialog_is_open
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.runs.acting import actions
from latent_atlas.ui.runs.columns import columns_of
from latent_atlas.ui.runs.looking import looking
from latent_atlas.ui.runs.reading import Found, read_rows
from latent_atlas.ui.runs.removal import undo_rows
from latent_atlas.ui.runs.table import runs_table
from latent_atlas.ui.runs.ticks import keep_ticks, ticked_among
from latent_atlas.ui.train.live import LISTED
from latent_atlas.ui.train.run_view import Signature, read_runs, signature

LISTENING = 5.0  # seconds between looks whether a run has come, gone or begun elsewhere


def all_runs_table(runs_dir: Path, found: Found) -> None:
    """Draw the table with what finds, orders and acts on runs."""
    every = LISTED if found.active else None
    st.fragment(_table, run_every=every)(runs_dir, found.signature, [found])
    if every is None:
        st.fragment(_listen, run_every=LISTENING)(runs_dir, found.signature)


# The page has just read what there is; from its second turn on, the part reads it itself.
def _table(runs_dir: Path, drawn: Signature, first: list[Found]) -> None:
    found = first.pop() if first else read_rows(runs_dir)
    if found.signature != drawn:
        _draw_page_anew()
    with explained_errors():
        columns, ticked = columns_of(found.rows), ticked_among(found.rows)
        look = looking(found.rows, columns, ticked)
        for problem in look.problems:
            st.caption(escaped_message(problem))
        undo_rows(runs_dir)
        actions(ticked, look.told)
        runs_table(look.rows, look.columns, ticked)
    keep_ticks()


def _listen(runs_dir: Path, drawn: Signature) -> None:
    if signature(read_runs(runs_dir).seen) != drawn:
        _draw_page_anew()


def _draw_page_anew() -> None:
    """But not around an open dialog, in which something is being typed."""
    if not dialog_is_open():
        st.rerun()
