"""From a finished run to the pages that use its model."""

import streamlit as st

from latent_atlas.places import PAGES
from vae_core.runs import Run


def links(run: Run) -> None:
    """Offer to explore the model of `run` and to reconstruct with it."""
    query = {"model": f"run:{run.id}"}
    for file, label, icon in (
        ("explore.py", "Explore it", "explore"),
        ("reconstruct.py", "Reconstruct with it", "compare"),
    ):
        if (PAGES / file).exists():
            st.page_link(PAGES / file, label=label, icon=f":material/{icon}:", query_params=query)
