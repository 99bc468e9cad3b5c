"""Paper: what “Auto-Encoding Variational Bayes” claims, held against numbers computed here."""

import streamlit as st

from latent_atlas.ui.paper import words
from latent_atlas.ui.paper.race import race
from latent_atlas.ui.paper.section import contents, section
from latent_atlas.ui.paper.sections import SECTIONS

ORDER = 40  # in the navigation

st.title(words.TITLE)
st.markdown(words.INTRODUCTION, width=720)
contents(SECTIONS)
race()
for number, each in enumerate(SECTIONS, start=1):
    section(each, number)
