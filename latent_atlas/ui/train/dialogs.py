"""What opens over the page: a new run, a change while one trains, the removal of one."""

from pathlib import Path

import streamlit as st

from latent_atlas.ui.train.fields import read_positive
from latent_atlas.ui.train.form import new_run_form
from latent_atlas.ui.train.reading import settings_now
from latent_atlas.ui.train.run_view import Seen, choose, read_story
from vae_core.errors import AtlasError
from vae_core.runs import remove_run, request_change

CHANGE = "Change learning rate or beta…"
REMOVE = "Remove this run…"


@st.dialog("New run", width="medium")
def new_run(runs_dir: Path) -> None:
    """Ask what to train."""
    new_run_form(runs_dir, folded=False)


@st.dialog("Change while it trains")
def change(seen: Seen) -> None:
    """Ask for another learning rate or beta; it takes effect at the next step."""
    rate_now, beta_now = settings_now(read_story(seen))
    rate = st.text_input("Learning rate", value=f"{rate_now:g}", key="change-rate")
    weighs = seen.run.config.weighs_rate
    beta = st.text_input("Beta", value=f"{beta_now:g}", key="change-beta") if weighs else None
    st.caption("Takes effect within a step or two and is marked on the curve.")
    if st.button("Change", type="primary"):
        try:
            request_change(
                seen.run,
                learning_rate=read_positive("The learning rate", rate, "1e-3"),
                beta=None if beta is None else read_positive("Beta", beta, "1", zero=True),
            )
        except AtlasError as error:
            st.error(str(error), icon=":material/error:")
        else:
            st.rerun()


@st.dialog("Remove this run?")
def remove(seen: Seen) -> None:
    """Ask before a run's folder is deleted."""
    st.markdown(
        f"“{seen.run.title}”, its curves and its model will be deleted. This cannot be undone."
    )
    with st.container(horizontal=True):
        if st.button("Remove it", icon=":material/delete:", type="primary"):
            try:
                remove_run(seen.run)
            except AtlasError as error:
                st.error(str(error), icon=":material/error:")
            else:
                choose([])
                st.rerun()
        if st.button("Keep it"):
            st.rerun()


def menu(seen: Seen) -> None:
    """Draw the menu of rarer actions on the watched run, and open what was chosen."""
    options = [CHANGE, REMOVE] if seen.status.state == "running" else [REMOVE]
    picked = st.menu_button("More", options, key="more")
    if picked == CHANGE:
        change(seen)
    elif picked == REMOVE:
        remove(seen)
