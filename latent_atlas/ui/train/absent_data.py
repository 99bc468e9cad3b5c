"""Data that a start wants and that are not here: a button that fetches them, and how far it is."""

import streamlit as st

from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.data.fetching import fetch, fetching, is_here
from latent_atlas.ui.data.progress import watch
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.train.keys import key
from latent_atlas.ui.visible_data import visible_datasets
from vae_core.data import DatasetInfo

_ASKED = key("fetched-for")  # what was fetched from here, until the form has taken it


def fetchable_datasets() -> dict[str, DatasetInfo]:
    """What a visitor may fetch, by name: nothing in a classroom."""
    if in_classroom():
        return {}
    return {info.name: info for info in visible_datasets() if info.fetchable and not info.present}


def fetch_button(info: DatasetInfo, *, primary: bool) -> None:
    """Draw the button for data that are not here; while they come, how far they are.

    Why the last try failed, or that it was cancelled, is said above a button for the next one.
    """
    job = fetching(info.name)
    # Asked once: it goes on while this is drawn.
    state = job.state if job is not None else None
    if state == "finished" and is_here(info.name):
        st.rerun()  # it ended between the look at the data and this one
    if job is not None and state == "running":
        watch(job, info.name, unit="bytes")
        return
    if job is not None and state == "failed":
        st.error(escaped_message(job.message), icon=":material/error:")
    elif job is not None and job.message:
        st.caption(escaped_message(job.message))
    st.button(
        f"Fetch {escaped(info.title)}",
        icon=":material/download:",
        type="primary" if primary else "secondary",
        key=key(f"fetch-{info.name}"),
        on_click=_fetch,
        args=(info.name, info.title),
    )


def fetched() -> str | None:
    """The dataset that was asked for here and has come, once."""
    asked = st.session_state.get(_ASKED)
    if asked is None or not is_here(asked):
        return None
    del st.session_state[_ASKED]
    return str(asked)


def _fetch(dataset: str, title: str) -> None:
    st.session_state[_ASKED] = dataset
    fetch(dataset, title)
