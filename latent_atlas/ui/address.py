"""The address of a page: what a link holds, and what was chosen since.

A page reads the address where it begins, and writes it once, where it ends: a link that is copied
at any time holds a whole view, and a choice is one step of the browser's history.

With each rerun the browser names the address as it was when it asked. A rerun that was asked for
just before a choice reached the address therefore still names what was there before, and would undo
the choice; so until it is written, until the browser names it, and for a moment more, what was
there before counts as what was chosen in its place. Where the browser says that a person has gone
back or forward, what it names counts.

A browser empties its address as it goes to another page. Who comes back before that page has shown
itself leaves the server with the address of before, which the browser has no more: so the first
address of a page is sent whatever the browser is believed to have.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

# Longer than what a browser has asked for is on its way once it has named a choice.
LATE_SECONDS = 3.0
# Longer than a busy browser takes to hear of a choice. Who clicks on the page that is shown, which
# empties the address, and has done nothing else since the choice, waits for as long.
UNHEARD_SECONDS = 20.0
_PAGE, _ANEW, _TURN, _TOLD = "address-page", "address-anew", "address-turn", "address-told"


@dataclass(frozen=True)
class _Choice:
    """What was chosen, what may still be named instead, and when it was written (`monotonic`)."""

    values: list[str]
    before: list[list[str]]
    written: float = math.inf
    heard: bool = False

    def stands_for(self, values: list[str]) -> bool:
        """Whether an address with these values was named by a browser that is behind."""
        late = LATE_SECONDS if self.heard else UNHEARD_SECONDS
        return values in self.before and monotonic() < self.written + late


def leave_page() -> str | None:
    """Note that the browser may go to any page now; returns which it was on, if that is known."""
    page: str | None = st.session_state.pop(_PAGE, None)
    return page


def arrive_at(page: str, last: str | None) -> None:
    """Note that the browser has been sent to `page`, after `last`."""
    if page != last:
        st.session_state[_ANEW] = True
    if gone_back():
        st.session_state[_TURN] = turn() + 1
    st.session_state[_PAGE] = page


def gone_back() -> bool:
    """Whether this run was asked for by the browser's Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def turn() -> int:
    """How often this session has gone back or forward.

    A component that keeps what is chosen in it is told of this: it then shows what the address
    names.
    """
    times: int = st.session_state.get(_TURN, 0)
    return times


def named(name: str) -> list[str]:
    """What the address names under `name`: the values of a link, or what was chosen lately."""
    values = st.query_params.get_all(name)
    choice: _Choice | None = st.session_state.get(_key(name))
    if choice is None:
        return values
    if gone_back():
        del st.session_state[_key(name)]
        return values
    if choice.stands_for(values):
        return choice.values
    if values == choice.values:
        st.session_state[_key(name)] = replace(choice, heard=True)
    return values


def first_named(name: str) -> str | None:
    """The one value that the address names under `name`, if any."""
    return next(iter(named(name)), None)


def choose(name: str, *values: str) -> None:
    """Take note of a choice of the user, which no rerun undoes; the page writes it when it ends."""
    last = st.session_state.get(_key(name))
    before = [st.query_params.get_all(name), *([last.values, *last.before] if last else [])]
    others = [each for each in before if each != list(values)][:8]
    st.session_state[_key(name)] = _Choice(list(values), others)


def write(wanted: Mapping[str, str | Sequence[str] | None]) -> None:
    """Put what each name stands for into the address, all at once; for None the name leaves it.

    Other names stay. Those of widgets that are bound to the address are Streamlit's to write.
    """
    values = {name: _listed(value) for name, value in wanted.items()}
    changed = {n: each for n, each in values.items() if each != st.query_params.get_all(n)}
    unheard = _is_unheard(values)
    if st.session_state.pop(_ANEW, False) or changed or unheard:
        st.query_params.update(changed)
    for name, each in changed.items():
        if not each:  # nothing of it is in the address any more, so the browser takes no step
            del st.query_params[name]
    told = {name: (each, monotonic()) for name, each in changed.items()}
    st.session_state[_TOLD] = st.session_state.get(_TOLD, {}) | told
    for key in map(_key, values):
        choice = st.session_state.get(key)
        if choice is not None and choice.written == math.inf:
            st.session_state[key] = replace(choice, written=monotonic())


def _is_unheard(values: Mapping[str, list[str]]) -> bool:
    """Whether the browser was told lately of others than these values; asked of each once.

    One that is behind names those from before them, so that nothing is to be written, and hears of
    the others only then.
    """
    told: dict[str, tuple[list[str], float]] = st.session_state.get(_TOLD, {})
    known = {name: told.pop(name) for name in values if name in told}
    if gone_back():
        return False  # to where the browser is by itself
    return any(
        values[name] != last and monotonic() < when + UNHEARD_SECONDS
        for name, (last, when) in known.items()
    )


def link(besides: Mapping[str, str | None]) -> str:
    """The whole address, as a link to what the page shows.

    `besides` is what it will name soon: a fragment may be drawn before the one that writes it.
    """
    page = (st.context.url or "").rstrip("/")
    named: dict[str, str | None] = {**st.query_params.to_dict(), **besides}
    query = {name: value for name, value in named.items() if value is not None}
    return f"{page}/?{urlencode(query, safe=',:')}"


def _listed(value: str | Sequence[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _key(name: str) -> str:
    return f"address-{name}"
