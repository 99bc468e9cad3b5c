"""The page of `comparison_app`."""

import streamlit as st

from latent_atlas.ui.compare import comparison
from vae_core.runs import open_run, runs_folder

st.set_page_config(layout="wide")
comparison([open_run(runs_folder(), name) for name in st.query_params.get_all("run")])
