"""Values that the program puts into widgets.

When a page draws a widget whose value the session holds already, the browser hears of that value
only if it has changed since the browser named it. A message that is late (a dialog has closed, or
another page opened, meanwhile) leaves such values behind: drawn again, the widget would stand there
empty, and that would be sent as what somebody wants. So what a widget holds is also told to the
browser as what it begins with.
"""

from collections.abc import Sequence
from typing import TypeVar, cast

import streamlit as st

T = TypeVar("T")


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
    if renamed or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def held(key: str, usual: T) -> T:
    """What the widget of this key holds; `usual` where it was not drawn before."""
    return cast("T", st.session_state.setdefault(key, usual))


def held_place(key: str, options: Sequence[object], usual: object = None) -> int:
    """Where what the choice of this key holds stands among its options; 0 where it is none."""
    chosen = held(key, options[0] if usual is None else usual)
    return options.index(chosen) if chosen in options else 0
