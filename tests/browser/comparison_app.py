"""An app of one page that compares the runs which its address names."""

from pathlib import Path

import streamlit as st

from latent_atlas.ui.routes import served_routes

app = st.App(Path(__file__).with_name("comparison_page.py"), routes=served_routes())
