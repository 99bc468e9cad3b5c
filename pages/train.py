"""Train: start a run, watch its bound move, hold it against others."""

import streamlit as st

from latent_atlas.ui.damaged_runs import damaged_runs
from latent_atlas.ui.dialogs import open_dialog
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.markdown import escaped_message, quoted
from latent_atlas.ui.train.dialogs import NEW, dialog, menu
from latent_atlas.ui.train.form import chosen_preset, new_run_form
from latent_atlas.ui.train.from_link import fill_form_from_link, keep_link
from latent_atlas.ui.train.live import live
from latent_atlas.ui.train.removal import offer_undo
from latent_atlas.ui.train.run_head import run_head, title
from latent_atlas.ui.train.run_list import keep_choice
from latent_atlas.ui.train.run_settings import run_settings
from latent_atlas.ui.train.run_view import chosen, missing, read_runs
from latent_atlas.ui.train.top import top
from latent_atlas.ui.train.waiting import waiting
from vae_core.runs import ensure_worker, runs_folder

ORDER = 20  # in the navigation

runs_dir = runs_folder()
runs = read_runs(runs_dir)
seen, damaged = runs.seen, runs.damaged
if any(each.status.state == "queued" for each in seen):
    with explained_errors():
        # A queue left behind by a closed laptop goes on as soon as someone looks.
        ensure_worker(runs_dir)
linked = fill_form_from_link()
offer_undo()

for path, sentence in damaged:
    if path.name in missing(seen):  # somebody wants to see just this one
        told = f"This run is damaged. {escaped_message(sentence)}"
        st.warning(told, icon=":material/error:")

if not seen:
    wide, narrow = st.columns([3, 2], gap="large")
    with wide:
        st.title("Train a model of your own")
        before = "No run here can be read" if damaged else "Nothing has been trained here yet"
        st.markdown(f"{before}: pick a start and watch a network learn.")
        new_run_form(runs_dir, folded=True)
    with narrow:
        waiting(chosen_preset())
else:
    watched, *others = chosen(seen)
    with st.container(horizontal=True, vertical_alignment="center"):
        title(watched, len(others))
        with st.container(horizontal=True, width="content"):
            st.button(
                "New run…", icon=":material/add:", key="new-run", on_click=open_dialog, args=(NEW,)
            )
            run_settings(watched)
            menu(watched)
    run_head(watched, seen)
    if linked:
        open_dialog(NEW)
    dialog(runs_dir, seen)
    live(runs_dir, seen)

unreadable = {path.name for path, _ in damaged}
for gone in [name for name in missing(seen) if name not in unreadable][:3]:
    st.caption(f"There is no run {quoted(gone)} here now.")
damaged_runs(damaged)

keep_choice()
keep_link()
top()
