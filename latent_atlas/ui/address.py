"""The address of a page: what a link holds, and what was chosen since.

With each rerun the browser names the address as it was when it asked. A rerun that was asked for
just before a choice reached the address therefore still names what was there before, and would undo
the choice; so for a moment what was there before counts as what was chosen in its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

import streamlit as st

# Longer than a browser takes to hear of a choice; shorter than a person who presses Back.
LATE_SECONDS = 3.0


@dataclass(frozen=True)
class _Choice:
    """What was chosen, what may still be named instead, and until when (of `monotonic`)."""

    values: list[str]
    before: list[list[str]]
    until: float


def named(name: str) -> list[str]:
    """What the address names under `name`: the values of a link, or what was chosen lately."""
    values = st.query_params.get_all(name)
    choice = st.session_state.get(_key(name))
    if choice is not None and values in choice.before and monotonic() < choice.until:
        kept: list[str] = choice.values
        return kept
    return values


def first_named(name: str) -> str | None:
    """The one value that the address names under `name`, if any."""
    return next(iter(named(name)), None)


def write(name: str, *values: str) -> None:
    """Put values into the address; without any, the name leaves it."""
    if st.query_params.get_all(name) == list(values):
        return
    if values:
        st.query_params[name] = list(values)
    else:
        del st.query_params[name]


def write_all(values: Mapping[str, str | None]) -> None:
    """Put a value for each name into the address, all at once; for None the name leaves it.

    One by one, each would be an entry of the browser's history, and a link that is copied in
    between would hold half a view. Not for pages with widgets that are bound to the address.
    """
    before = {name: st.query_params.get_all(name) for name in st.query_params}
    wanted = {name: [] if value is None else [value] for name, value in values.items()}
    after = {name: each for name, each in {**before, **wanted}.items() if each}
    if after != before:
        st.query_params.from_dict(after)


def choose(name: str, *values: str) -> None:
    """Put a choice of the user into the address: for a moment no rerun undoes it."""
    last = st.session_state.get(_key(name))
    before = [st.query_params.get_all(name), *([last.values, *last.before] if last else [])]
    others = [each for each in before if each != list(values)][:8]
    st.session_state[_key(name)] = _Choice(list(values), others, monotonic() + LATE_SECONDS)
    write(name, *values)


def _key(name: str) -> str:
    return f"address-{name}"
