"""The equations beside the claims, by section: `equations.toml`."""

from pathlib import Path

import streamlit as st

from latent_atlas.ui.equations.drawing import draw
from latent_atlas.ui.equations.equation import read_equations

EQUATIONS = read_equations(Path(__file__).with_suffix(".toml"))


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
