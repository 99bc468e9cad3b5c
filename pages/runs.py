"""Runs: find, order, name, remove and compare all that was trained here."""

import streamlit as st

from latent_atlas.places import PAGES
from latent_atlas.ui.compare import comparison
from latent_atlas.ui.damaged_runs import damaged_runs
from latent_atlas.ui.page_switch import ask_for_page
from latent_atlas.ui.runs.archive import import_runs_button
from latent_atlas.ui.runs.dialogs import dialog
from latent_atlas.ui.runs.live import all_runs_table
from latent_atlas.ui.runs.reading import read_rows
from latent_atlas.ui.runs.removal import bin_popover, undo_rows
from latent_atlas.ui.runs.ticks import ticked_among
from vae_core.runs import runs_folder

ORDER = 25  # in the navigation: after Train

runs_dir = runs_folder()
found = read_rows(runs_dir)
ticked = ticked_among(found.rows)

with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Which of your runs learned most?" if found.rows else "No runs here", width="stretch")
    import_runs_button(runs_dir)
    bin_popover(runs_dir)

dialog(runs_dir, found.rows, ticked)
if found.rows:
    all_runs_table(runs_dir, found)
    comparison([row.run for row in ticked])
else:
    st.markdown("Every model that is trained here stands on this page, to be found and compared.")
    st.button(
        "Train a model",
        icon=":material/play_arrow:",
        type="primary",
        key="runs-train",
        on_click=ask_for_page,
        args=(PAGES / "train.py",),
    )
    undo_rows(runs_dir)

damaged_runs(found.damaged)
