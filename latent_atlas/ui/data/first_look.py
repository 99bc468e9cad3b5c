"""A first look into what was brought, which may take a while: how far it is, and a way out."""

from functools import partial

import streamlit as st

from latent_atlas.ui.data import jobs
from latent_atlas.ui.data.drop_area import Brought
from latent_atlas.ui.data.flat_images import ask_for_layout, said_layout
from latent_atlas.ui.data.jobs import IsCancelled, Progress
from latent_atlas.ui.data.progress import watch
from latent_atlas.ui.markdown import escaped_message
from vae_core.data.own import SizeNeeded, Survey, survey

_AT_ONCE = 1.0  # seconds; what takes no longer is shown without a bar


def first_look(brought: Brought) -> Survey | None:
    """What was found in it; None as long as nothing is, and the page says why."""
    layout = said_layout(brought.token)
    if (found := brought.surveys.get(layout)) is not None:
        return found
    key = f"look {brought.token} {layout}"
    job = jobs.find(key) or jobs.start(key, "A first look", partial(_look, brought, layout))
    with st.spinner("Looking at your pictures …"):
        job.wait(_AT_ONCE)
    if job.state == "running":
        watch(job, key)
    elif job.kind == SizeNeeded.__name__:
        ask_for_layout(job.message, brought.token)
    elif job.message:
        st.markdown(f":material/block: {escaped_message(job.message)}")
        if job.state == "cancelled":
            st.button("Look again", key="own-look-again", on_click=jobs.forget, args=(key,))
    return brought.surveys.get(layout)


def _look(
    brought: Brought, layout: tuple[int, int] | None, progress: Progress, cancelled: IsCancelled
) -> str:
    brought.surveys[layout] = survey(
        brought.source, layout=layout, progress=progress, cancelled=cancelled
    )
    return ""
