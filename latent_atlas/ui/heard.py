"""What a table has told already: its selection, which is an act when it is new alone.

A browser names with every message what all of its widgets hold. One that is late names a table that
has gone meanwhile (another run was chosen, and a table of another key stands there), which to
Streamlit is a table that has just been changed: what somebody has left would be chosen again.
"""

from collections.abc import Sequence
from typing import TypeAlias

import streamlit as st

Selection: TypeAlias = tuple[tuple[int, ...], tuple[tuple[int, str], ...]]

_HEARD = "heard-of-"
_KEPT = 4  # keys of one table: what it was before its last changes


def begin_hearing(table: str, key: str, rows: Sequence[int]) -> None:
    """Note that this table is drawn with a key: where it had another, with these rows ticked."""
    heard = _heard_of(table)
    if next(reversed(heard), None) != key:
        heard.pop(key, None)
        _keep(table, {**heard, key: selection(rows)})


def is_news(table: str, key: str, told: Selection) -> bool:
    """Whether a table that was drawn with this key tells of something that it did not tell of."""
    heard = _heard_of(table)
    if heard.get(key) == told:
        return False
    if key in heard:
        _keep(table, {**heard, key: told})  # in its place
    return True


def forget(table: str) -> None:
    """Take whatever this table tells next for news: its page is left, and it begins anew there."""
    st.session_state.pop(_HEARD + table, None)


def selection(rows: Sequence[int], cells: Sequence[tuple[int, str]] = ()) -> Selection:
    """The selection of a table of Streamlit's."""
    return tuple(sorted(rows)), tuple((row, column) for row, column in cells)


def _heard_of(table: str) -> dict[str, Selection]:
    return dict(st.session_state.get(_HEARD + table, {}))


def _keep(table: str, heard: dict[str, Selection]) -> None:
    st.session_state[_HEARD + table] = dict(list(heard.items())[-_KEPT:])
