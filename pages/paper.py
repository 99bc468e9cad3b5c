"""Paper: what “Auto-Encoding Variational Bayes” claims, held against numbers computed here."""

import streamlit as st

from ui.paper import words
from ui.paper.contents import contents
from ui.paper.race import race
from ui.paper.section import section
from ui.paper.sections import SECTIONS

st.title(words.TITLE)
st.markdown(words.INTRODUCTION, width=720)
contents(SECTIONS)
race()
for number, each in enumerate(SECTIONS, start=1):
    section(each, number)
