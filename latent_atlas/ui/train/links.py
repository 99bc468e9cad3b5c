"""From a finished run to the pages that use its model."""

import streamlit as st

from latent_atlas.places import PAGES
from vae_core.models import Encodes, ShowsMeans
from vae_core.runs import Run


def links(run: Run) -> None:
    """Offer what can be done with the model of `run`, and say what cannot."""
    algorithm = run.config.algorithm
    why = run.config.inability(Encodes, ShowsMeans)
    if why is None and not algorithm.amortised:
        why = "no encoder was trained, and codes are looked for image by image"
    query = {"model": f"run:{run.id}"}
    # Without an encoder there are no points.
    on_plane = query if algorithm.amortised else {**query, "layers": "tiles"}
    offers = [("explore.py", "Explore it", "explore", on_plane)]
    if why is None:
        offers.append(("reconstruct.py", "Reconstruct with it", "compare", query))
    offers.append(("diagnose.py", "Diagnose it", "troubleshoot", query))
    for file, label, icon, named in offers:
        if (PAGES / file).exists():
            st.page_link(PAGES / file, label=label, icon=f":material/{icon}:", query_params=named)
    if why is not None:
        st.caption(f"No reconstructions: {why}.")
