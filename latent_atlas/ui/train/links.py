"""From a finished run to the pages that use its model."""

import streamlit as st

from latent_atlas.places import PAGES
from vae_core.models import Decodes, Encodes, inability
from vae_core.runs import Run


def links(run: Run) -> None:
    """Offer what can be done with the model of `run`, and say what cannot."""
    why = inability(run.config.algorithm.trains, Encodes, Decodes)
    query = {"model": f"run:{run.id}"}
    offers = [("explore.py", "Explore it", "explore")]
    if why is None:
        offers.append(("reconstruct.py", "Reconstruct with it", "compare"))
    for file, label, icon in offers:
        if (PAGES / file).exists():
            st.page_link(PAGES / file, label=label, icon=f":material/{icon}:", query_params=query)
    if why is not None:
        st.caption(f"It reconstructs nothing: {why}.")
