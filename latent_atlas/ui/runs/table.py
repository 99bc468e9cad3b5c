"""The table of all runs: ticks choose them, a click on a star or on words acts on one."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ButtonColumnResult, ColumnConfig

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
    clicked = f"{key}-star"
    config: dict[str, ColumnConfig | ButtonColumnResult] = {
        STAR: st.column_config.ButtonColumn(
            "★",
            width=40,
            type="tertiary",
            key=clicked,
            on_click=_turn_star,
            args=(clicked, list(rows)),
        )
    }
    st.dataframe(
        table(rows, columns),
        column_config=config | {column.key: _titled(column) for column in columns},
        hide_index=True,
        height=_HEIGHT if len(rows) > _ROWS else "auto",
        key=key,
        on_select=partial(_pick, key, ids),
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


def _pick(key: str, ids: Sequence[str]) -> None:
    """Callback: ticks tick; a click on a name watches, on words opens them, elsewhere ticks."""
    selection = st.session_state[key].selection
    rows = [ids[row] for row in selection.rows]
    if selection.cells:
        row, column = selection.cells[0]
        clicked = ids[row]
        if column == TITLE:
            ask_for_page(PAGES / "train.py", {ADDRESS: clicked})
        elif column in (TAGS, NOTE):
            open_dialog(EDIT, clicked)
        elif column != STAR:
            rows = (
                [each for each in rows if each != clicked] if clicked in rows else [*rows, clicked]
            )
    tick(rows)
    st.rerun()


def _turn_star(key: str, rows: Sequence[Row]) -> None:
    """Callback: a click on a star gives it or takes it."""
    row = rows[st.session_state[key].row]
    on_each([row], lambda row: annotate(row.run.path, starred=not row.annotations.starred))
