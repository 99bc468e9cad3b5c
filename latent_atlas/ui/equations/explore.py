"""The button “Equations” of Explore, and the dialog that it opens."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

from latent_atlas.ui.equations.drawing import draw
from latent_atlas.ui.equations.equation import Equation, read_equations


# A fragment: opening the dialog reruns these lines and leaves the plane alone.
@st.fragment
def equations_button() -> None:
    """Draw the button; nothing is read before it is pressed."""
    if st.button("Equations", icon=":material/function:", type="tertiary", key="explore-equations"):
        _dialog()


@lru_cache(maxsize=1)
def explore_equations() -> tuple[Equation, ...]:
    """What the page computes, in the order of what a newcomer meets."""
    return read_equations(Path(__file__).with_suffix(".toml"))["explore"]


@st.dialog("What this page computes", width="large")
def _dialog() -> None:
    draw(explore_equations())
