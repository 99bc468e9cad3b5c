"""The button “Equations” and what it opens: formulas, symbols in words, lines of code."""

from collections.abc import Sequence

import streamlit as st

from ui.paper.equations import EQUATIONS, Equation
from ui.paper.source import find


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


def draw(formulas: Sequence[Equation]) -> None:
    """Each formula, then each of its symbols beside the line that computes it."""
    for formula in formulas:
        st.markdown(f"**{formula.title}**")
        st.latex(formula.latex)
        for symbol in formula.symbols:
            line = find(symbol.code)
            words, code = st.columns([2, 3], gap="medium", vertical_alignment="center")
            words.markdown(f"${symbol.latex}$ — {symbol.words}")
            with code.container(gap="xxsmall"):
                st.code(line.text, language="python", wrap_lines=True)
                st.caption(f"{_plain(line.name)} · {_plain(line.file)}, line {line.number}")


def _plain(name: str) -> str:
    return name.replace("_", r"\_")
