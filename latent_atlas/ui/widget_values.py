"""Values that the program puts into widgets.

When a page draws a widget whose value the session holds already, the browser hears of that value
only if it has changed since the browser named it. A message that is late (a dialog has closed, or
another page opened, meanwhile) leaves such values behind: drawn again, the widget would stand there
empty, and that would be sent as what somebody wants. So what a widget holds is also told to the
browser as what it begins with.
"""

import math
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TypeVar, cast

import streamlit as st

T = TypeVar("T")

# Longer than a browser takes to hear what was put into a widget, and less than a person takes to
# see it there and choose what it held before.
UNHEARD_SECONDS = 1.0


def put(key: str, value: object, line: str = "") -> None:
    """Have the widget of this key hold `value`, where it holds something else.

    `line` is what the browser calls that value. It keeps the line that it was told with the value,
    shows it, and says it when anything is clicked: so it is told a new one as if it were another
    value.

    What is assigned in the session state is sent to the browser, which takes it over even if it
    holds something newer: a person has chosen on, and the run that assigned was still on its way.
    Their choice would then be undone by whatever the browser sends next. So nothing is assigned
    that the widget holds already.
    """
    now = (value, line)
    before = st.session_state.get(f"{key}-line", now)
    st.session_state[f"{key}-line"] = now
    renamed = before[0] == value and before != now
    held_now = st.session_state.get(key, value)
    if held_now != value:
        st.session_state[f"{key}-before"] = (held_now, monotonic())
    if renamed or key not in st.session_state or held_now != value:
        st.session_state[key] = value


def on_choice(key: str, then: Callable[[], None]) -> Callable[[], None]:
    """A callback for when the widget of this key, which values are put into, says another one.

    The browser names what all widgets hold with whatever it asks for. What it asked for before it
    heard of a value that was put there, as of a step back in its history, names what was there
    before: nobody has chosen that, and `then` is not called.
    """

    def changed() -> None:
        before, put_at = st.session_state.get(f"{key}-before", (None, -math.inf))
        if monotonic() > put_at + UNHEARD_SECONDS or st.session_state[key] != before:
            then()

    return changed


def held(key: str, usual: T) -> T:
    """What the widget of this key holds; `usual` where it was not drawn before."""
    return cast("T", st.session_state.setdefault(key, usual))


def held_place(key: str, options: Sequence[object], usual: object = None) -> int:
    """Where what the choice of this key holds stands among its options; 0 where it is none."""
    chosen = held(key, options[0] if usual is None else usual)
    return options.index(chosen) if chosen in options else 0
