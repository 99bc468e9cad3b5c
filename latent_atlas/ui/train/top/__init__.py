"""The page begins at its top where a button at the end of a long form has changed all of it."""

import streamlit as st

from latent_atlas.ui.components import component

_TURN = "top-turn"
_top = component(
    "latent_atlas_top",
    "train/top/top",
    "createTop",
    html="<span></span>\n",
    css="span { display: none; }\n",
)


def begin_at_top() -> None:
    """Callback: what is drawn next is another page, though the browser takes it for the same."""
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def top() -> None:
    """Put what goes to the top at the end of the page, where it takes no room."""
    if turn := st.session_state.get(_TURN):
        _top({"turn": turn}, key="top")
