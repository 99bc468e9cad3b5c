"""From a finished run to the pages that use its model."""

from pathlib import Path

import streamlit as st

from vae_core.runs import Run

_PAGES = Path(__file__).resolve().parents[2] / "pages"


def links(run: Run) -> None:
    """Offer to explore the model of `run` and to reconstruct with it."""
    query = {"model": f"run:{run.id}"}
    for file, label, icon in (
        ("explore.py", "Explore it", "explore"),
        ("reconstruct.py", "Reconstruct with it", "compare"),
    ):
        if (_PAGES / file).exists():
            st.page_link(_PAGES / file, label=label, icon=f":material/{icon}:", query_params=query)
