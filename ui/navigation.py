"""The script that Streamlit runs: the pages, and what is true on all of them."""

from pathlib import Path

import streamlit as st

from ui.server_process import settle_memory, share_the_cores

PAGES = Path(__file__).resolve().parents[1] / "pages"

st.set_page_config(page_title="Latent Atlas", layout="wide", page_icon=":material/blur_on:")
share_the_cores()

page = st.navigation(
    [
        st.Page(PAGES / f"{name}.py", title=name.title(), default=name == "explore")
        for name in ("explore", "train", "reconstruct")
        if (PAGES / f"{name}.py").exists()
    ],
    position="top",
)
try:
    page.run()
finally:  # also where a page ends early with st.stop()
    settle_memory(page.title)
