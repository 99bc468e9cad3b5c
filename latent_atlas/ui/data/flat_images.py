"""Flat images, which do not say how high and wide they are: people are asked."""

from collections.abc import Hashable

import streamlit as st

from latent_atlas.ui.markdown import escaped_message

MOST = 4096  # pixels of a side
_SAID, _HEIGHT, _WIDTH = "own-layout", "own-layout-height", "own-layout-width"


def said_layout(upload: Hashable) -> tuple[int, int] | None:
    """The height and width that somebody has given for this upload, if anybody has."""
    said: dict[Hashable, tuple[int, int]] = st.session_state.get(_SAID, {})
    return said.get(upload)


def ask_for_layout(problem: str, upload: Hashable) -> None:
    """Say what is not clear, and draw the two numbers that would make it so."""
    st.markdown(f":material/help: {escaped_message(problem)}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input("Height", 1, MOST, 28, key=_HEIGHT, width=136)
        st.number_input("Width", 1, MOST, 28, key=_WIDTH, width=136)
        st.button(
            "Read them so", type="primary", key="own-layout-read", on_click=_say, args=(upload,)
        )


def _say(upload: Hashable) -> None:
    """Callback: what the numbers say, of this upload alone."""
    st.session_state[_SAID] = {upload: (st.session_state[_HEIGHT], st.session_state[_WIDTH])}
