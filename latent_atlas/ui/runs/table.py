"""The table of all runs: ticks choose them, a click on a star, a name or words acts on one."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ColumnConfig

from latent_atlas.places import PAGES
from latent_atlas.ui.dialogs import open_dialog
from latent_atlas.ui.owners import may_direct
from latent_atlas.ui.page_switch import ask_for_page
from latent_atlas.ui.run_cells import Told
from latent_atlas.ui.runs.columns import NOTE, TAGS, TITLE, Column
from latent_atlas.ui.runs.editing import EDIT
from latent_atlas.ui.runs.problems import on_each
from latent_atlas.ui.runs.ticks import tick
from latent_atlas.ui.train.run_view import ADDRESS
from vae_core.runs import Row, annotate

STAR = "star"
STARRED, UNSTARRED = "★", "☆"
_ROWS = 13  # in sight at a time: on a desk one sees that something stands below
_HEIGHT = 36 + 35 * _ROWS  # with the head


def runs_table(rows: Sequence[Row], columns: Sequence[Column], ticked: Sequence[Row]) -> None:
    """Draw the table."""
    ids = [row.run.id for row in rows]
    # Rows are told by their numbers: where others come in sight, a table of its own begins, so that
    # no tick slides to another run.
    key = "runs-" + sha256(" ".join(ids).encode()).hexdigest()[:12]
    _put_ticks(key, [ids.index(row.run.id) for row in ticked])
    config = {STAR: st.column_config.TextColumn("★", width=40, alignment="center")}
    st.dataframe(
        table(rows, columns),
        column_config=config | {column.key: _titled(column) for column in columns},
        hide_index=True,
        height=_HEIGHT if len(rows) > _ROWS else "content",
        key=key,
        on_select=partial(_pick, key, list(rows)),
        selection_mode=["multi-row", "single-cell"],
        placeholder="",
        alt="All runs with what they were asked for and how well they did",
    )


def table(rows: Sequence[Row], columns: Sequence[Column]) -> Styler:
    """A row for each run: what the table is sorted by, and the words shown for it."""
    cells = {column.key: [column.cell(row) for row in rows] for column in columns}
    numbers = [column.key for column in columns if column.numbers]
    frame = pd.DataFrame(
        {STAR: [_star(row) for row in rows]}
        | {key: pd.Series(each, dtype=object) for key, each in cells.items()}
    )
    return frame.style.format(dict.fromkeys(numbers, _told), na_rep="")


def _told(number: Told) -> str:
    return number.told


def _star(row: Row) -> str:
    if row.annotations.starred:
        return STARRED
    return UNSTARRED if may_direct(row.run.path) else ""


def _titled(column: Column) -> ColumnConfig:
    return {**column.config, "label": column.label}


def _put_ticks(key: str, wanted: Sequence[int]) -> None:
    """Have the table show these ticks, where it shows others (`widget_values.put` says why)."""
    state = st.session_state.get(key)
    shown = state["selection"] if state is not None else None
    if shown is None or set(shown["rows"]) != set(wanted) or shown["cells"]:
        st.session_state[key] = {"selection": {"rows": sorted(wanted), "cells": []}}


def _pick(key: str, rows: Sequence[Row]) -> None:
    """Callback: ticks tick; so does a click into a row, but on a star, a name or words."""
    selection = st.session_state[key].selection
    ticked = [rows[place].run.id for place in selection.rows]
    if selection.cells:
        place, column = selection.cells[0]
        clicked = rows[place]
        if column == STAR:
            starred = not clicked.annotations.starred
            on_each([clicked], lambda row: annotate(row.run.path, starred=starred))
        elif column == TITLE:
            ask_for_page(PAGES / "train.py", {ADDRESS: clicked.run.id})
        elif column in (TAGS, NOTE) and may_direct(clicked.run.path):
            open_dialog(EDIT, clicked.run.id)
        elif clicked.run.id in ticked:
            ticked.remove(clicked.run.id)
        else:
            ticked.append(clicked.run.id)
    tick(ticked)
    st.rerun()
