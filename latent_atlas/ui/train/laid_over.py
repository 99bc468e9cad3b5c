"""Laying values over the form's fields so that they stay there.

With every message the browser sends what all fields hold as far as it knows. One that is on its way
while a preset is laid over the form (somebody chose it, and typed on) still has what was there
before, and would undo the preset in silence. A message that puts two fields back at once, or one
within moments, is such a one: a hand changes one field at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

import streamlit as st

from latent_atlas.ui.train.keys import key

LATE_SECONDS = 3.0
_LAID = key("laid-over")


@dataclass(frozen=True)
class _Laid:
    """Fields that were changed, with what they held before and what they hold now."""

    fields: dict[str, tuple[object, object]]
    until: float


def lay_over(values: Mapping[str, object]) -> None:
    """Put values into the fields of these names."""
    before = {name: st.session_state.get(key(name)) for name in values}
    changed = {n: (before[n], value) for n, value in values.items() if before[n] != value}
    for name, value in values.items():
        st.session_state[key(name)] = value
    st.session_state[_LAID] = _Laid(changed, monotonic() + LATE_SECONDS)


def hold() -> None:
    """Put back what a late message has undone: before the fields are drawn, or read."""
    laid: _Laid | None = st.session_state.get(_LAID)
    if laid is None:
        return
    undone = [name for name, (old, _) in laid.fields.items() if _holds(name, old)]
    if len(undone) > 1 or (undone and monotonic() < laid.until):
        for name in undone:
            st.session_state[key(name)] = laid.fields[name][1]
    elif undone:  # one field, by hand
        kept = {name: pair for name, pair in laid.fields.items() if name not in undone}
        st.session_state[_LAID] = _Laid(kept, laid.until)


def _holds(name: str, value: object) -> bool:
    return key(name) in st.session_state and bool(st.session_state[key(name)] == value)
