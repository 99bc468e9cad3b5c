"""The datasets that are not here: a button that fetches them, or where to put their files."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui.data.fetching import fetch, fetching, is_here
from latent_atlas.ui.data.jobs import Job
from latent_atlas.ui.data.present_datasets import train_link
from latent_atlas.ui.data.progress import watch
from latent_atlas.ui.data.words import dataset_summary
from latent_atlas.ui.markdown import escaped, escaped_message
from vae_core.data import DatasetInfo


def missing_datasets(infos: Sequence[DatasetInfo]) -> None:
    """Draw each dataset that is not here, and say of those just fetched that they are."""
    missing = [info for info in infos if not info.present]
    for info in infos:
        job = fetching(info.name)
        if info.present and job is not None and job.state == "finished":
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{escaped(info.title)}** is here now.", width="content")
                train_link(info.name, "Train on it")
    if not missing:
        st.markdown("Every set of images that the program knows is here.")
    for info in missing:
        job = fetching(info.name)
        # Asked once: it goes on while this is drawn.
        state = job.state if job is not None else None
        if state == "finished" and is_here(info.name):
            st.rerun()  # it ended between the look at the data and this one
        with st.container(gap="xsmall", key=f"absent-{info.name}"):
            _draw(info, job, running=state == "running")


def _draw(info: DatasetInfo, job: Job | None, *, running: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{escaped(info.title)}**  \n:small[:gray[{escaped(dataset_summary(info))}]]",
            width="stretch",
        )
        if info.fetchable:
            st.button(
                "Fetch",
                icon=":material/download:",
                key=f"fetch-{info.name}",
                disabled=running,
                on_click=fetch,
                args=(info.name, info.title),
            )
    if job is not None and running:
        watch(job, info.name, unit="bytes")
        return
    if job is not None and job.message:
        st.markdown(escaped_message(job.message))
    else:
        st.caption(f"Looked for in {escaped(info.where)}. {escaped_message(info.remedy)}")
