"""The button “Equations” of Explore, and the dialog that it opens."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

from latent_atlas.ui.dialogs import asked_about, close_dialog, open_dialog
from latent_atlas.ui.equations.drawing import draw
from latent_atlas.ui.equations.equation import Equation, read_equations

_EQUATIONS = "equations"


# A fragment: opening the dialog reruns these lines and leaves the plane alone.
@st.fragment
def equations_button() -> None:
    """Draw the button; nothing is read before it is pressed."""
    st.button(
        "Equations",
        icon=":material/function:",
        type="tertiary",
        key="explore-equations",
        on_click=open_dialog,
        args=(_EQUATIONS,),
    )
    if asked_about(_EQUATIONS) is not None:
        _dialog()


@lru_cache(maxsize=1)
def explore_equations() -> tuple[Equation, ...]:
    """What the page computes, in the order of what a newcomer meets."""
    return read_equations(Path(__file__).with_suffix(".toml"))["explore"]


@st.dialog("What this page computes", width="large", on_dismiss=close_dialog)
def _dialog() -> None:
    draw(explore_equations())
