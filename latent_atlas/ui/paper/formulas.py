"""The button “Equations” and what it opens: formulas, symbols in words, lines of code."""

import streamlit as st

from latent_atlas.ui.equations.drawing import draw
from latent_atlas.ui.paper.equations import EQUATIONS


# A fragment: opening one redraws these lines and no figure.
@st.fragment
def equations(key: str) -> None:
    """The equations of a section, closed at first; nothing of them is drawn until they open."""
    if key not in EQUATIONS:
        return
    opened = st.expander(
        "Equations", icon=":material/function:", key=f"eq-{key}", on_change="rerun"
    )
    with opened:
        if opened.open:
            draw(EQUATIONS[key])
