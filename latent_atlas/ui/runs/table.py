"""The table of all runs: ticks choose them, a click on a star, a name or words acts on one."""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ButtonColumnResult, ColumnConfig

from latent_atlas.places import PAGES
from latent_atlas.ui.heard import begin_hearing, forget, is_news, selection
from latent_atlas.ui.owners import may_direct
from latent_atlas.ui.page_switch import ask_for_page
from latent_atlas.ui.run_cells import Told
from latent_atlas.ui.runs.columns import NOTE, TAGS, TITLE, Column
from latent_atlas.ui.runs.problems import on_each
from latent_atlas.ui.runs.ticks import note_ticks, turn
from latent_atlas.ui.train.annotating import ask_about
from latent_atlas.ui.train.run_view import ADDRESS
from vae_core.runs import Row, annotate

STAR = "star"
STARRED, UNSTARRED = "★", "☆"
_ROWS = 13  # in sight at a time: on a desk one sees that something stands below
_HEIGHT = 36 + 35 * _ROWS  # with the head
_CELL = "runs-cell"
_TABLE = "all-runs"


def runs_table(rows: Sequence[Row], columns: Sequence[Column], ticked: Sequence[Row]) -> None:
    """Draw the table."""
    ids = [row.run.id for row in rows]
    # Ticks are kept by row number. Where other rows come in sight, or something else has ticked, a
    # table of its own begins with those of the address, so that none slides to another run.
    key = "runs-" + sha256(" ".join([*ids, turn()]).encode()).hexdigest()[:12]
    clicked = f"{key}-star"
    config: dict[str, ColumnConfig | ButtonColumnResult] = {
        STAR: st.column_config.ButtonColumn(
            "★",
            width=40,
            alignment="left",
            type="tertiary",
            key=clicked,
            on_click=_turn_star,
            args=(clicked, rows),
        )
    }
    places = sorted(ids.index(row.run.id) for row in ticked)
    begin_hearing(_TABLE, key, places)
    st.dataframe(
        table(rows, columns),
        column_config=config | {column.key: _titled(column) for column in columns},
        hide_index=True,
        height=_HEIGHT if len(rows) > _ROWS else "content",
        key=key,
        on_select=partial(_pick, key, rows),
        selection_mode=["multi-row", "single-cell"],
        selection_default={"selection": {"rows": places}},
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


def _pick(key: str, rows: Sequence[Row]) -> None:
    """Callback: ticks tick; a click on a name watches its run, one on a tag or a note opens it."""
    told = st.session_state[key].selection
    if not is_news(_TABLE, key, selection(told.rows, told.cells)):
        return
    note_ticks(rows[place].run.id for place in told.rows)
    # The cell stays chosen while ticks come and go, and is heeded once.
    cell = (key, *told.cells[0]) if told.cells else None
    if cell is not None and cell != st.session_state.get(_CELL):
        _, place, column = cell
        clicked = rows[place].run
        if column == TITLE:
            forget(_TABLE)
            cell = None  # whoever comes back may click it again
            ask_for_page(PAGES / "train.py", {ADDRESS: clicked.id})
        elif column in (TAGS, NOTE) and may_direct(clicked.path):
            ask_about(clicked)
    st.session_state[_CELL] = cell
    st.rerun()


def _turn_star(key: str, rows: Sequence[Row]) -> None:
    """Callback: a click on a star gives it or takes it."""
    clicked = rows[st.session_state[key].row]
    starred = not clicked.annotations.starred
    on_each([clicked], lambda row: annotate(row.run.path, starred=starred))
