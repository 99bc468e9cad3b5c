"""The list of contents: every claim in a few words, a link to it, and its verdict."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui.paper import words
from latent_atlas.ui.paper.section import verdict
from latent_atlas.ui.paper.sections import Section


def contents(sections: Sequence[Section]) -> None:
    """One line a claim."""
    lines = [
        f"{number}. [{each.short}](#{each.key}) {words.badge(verdict(each))}"
        for number, each in enumerate(sections, start=1)
    ]
    st.markdown("\n".join(lines))
    st.markdown(f"{words.BELOW} Or [race the algorithms yourself](#race).")
