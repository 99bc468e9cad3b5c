"""The script that Streamlit runs: the pages, and what is true on all of them."""

from pathlib import Path

import streamlit as st

from latent_atlas.places import PAGES
from latent_atlas.ui import address
from latent_atlas.ui.contrast import readable_text
from latent_atlas.ui.dialogs import close_on_another_page
from latent_atlas.ui.page_files import page_files
from latent_atlas.ui.page_switch import switch_to_asked_page
from latent_atlas.ui.server_process import freeze_imports

HERE = Path(__file__).resolve().parent

# The icon is a file of ours: Streamlit would fetch a material icon or an emoji from the network.
st.set_page_config(page_title="Latent Atlas", layout="wide", page_icon=str(HERE / "icon.svg"))
st.logo(str(HERE / "icon.svg"))
readable_text()

last = address.leave_page()
page = st.navigation(
    [
        st.Page(each.path, title=each.title, default=place == 0)
        for place, each in enumerate(page_files(PAGES))
    ],
    position="top",
)
address.arrive_at(page.title, last)
switch_to_asked_page()
close_on_another_page(page.title)
try:
    page.run()
finally:  # also where a page ends early with st.stop()
    freeze_imports(page.title)
