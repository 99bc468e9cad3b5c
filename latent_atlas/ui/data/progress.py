"""A job on the page: how far it is, a way out, and a redraw of the page when it ends."""

import streamlit as st

from latent_atlas.ui.data.jobs import Job
from latent_atlas.ui.markdown import escaped

EVERY = 0.4  # seconds between looks


def watch(job: Job, key: str, unit: str = "pictures") -> None:
    """Show a running job and redraw the page once it has ended. Costs nothing afterwards."""
    st.fragment(_draw, run_every=EVERY)(job, key, unit)


def _draw(job: Job, key: str, unit: str) -> None:
    if job.state != "running":
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(job.share, text=_words(job, unit))
        st.button("Cancel", key=f"cancel-{key}", disabled=job.cancelling, on_click=job.cancel)


def _words(job: Job, unit: str) -> str:
    if job.cancelling:
        return "Stopping …"
    if not job.done:
        return f"{escaped(job.title)}: starting …"
    if unit == "bytes":
        of_all = f" of {job.total / 1e6:z,.1f}" if job.total else ""
        return f"{escaped(job.title)}: {job.done / 1e6:z,.1f}{of_all} MB"
    return f"{escaped(job.title)}: {job.done:,} of {job.total:,} {unit}"
