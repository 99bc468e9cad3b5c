"""Equations on a page: the formula, then each of its symbols beside the line that computes it."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui.equations.equation import Equation
from latent_atlas.ui.equations.source import find
from latent_atlas.ui.markdown import escaped


def draw(formulas: Sequence[Equation]) -> None:
    """Draw them one below the other, with the words to the left and the code to the right."""
    for formula in formulas:
        st.markdown(f"**{formula.title}**")
        st.latex(formula.latex)
        for symbol in formula.symbols:
            line = find(symbol.code)
            words, code = st.columns([2, 3], gap="medium", vertical_alignment="center")
            words.markdown(f"${symbol.latex}$ — {symbol.words}")
            with code.container(gap="xxsmall"):
                st.code(line.text, language="python", wrap_lines=True)
                st.caption(f"{escaped(line.name)} · {escaped(line.file)}, line {line.number}")
