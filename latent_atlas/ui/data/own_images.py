"""Bringing images of one's own: upload, look, keep, train."""

import secrets
from functools import partial

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.background import State
from latent_atlas.ui.data import jobs
from latent_atlas.ui.data.drop_area import drop_area, let_go
from latent_atlas.ui.data.first_look import first_look
from latent_atlas.ui.data.jobs import IsCancelled, Job, Progress
from latent_atlas.ui.data.keeping import keep_images
from latent_atlas.ui.data.pictures import sample_strip
from latent_atlas.ui.data.present_datasets import TRAIN
from latent_atlas.ui.data.preview import preview
from latent_atlas.ui.data.progress import watch
from latent_atlas.ui.markdown import escaped_message, name
from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.page_switch import ask_for_page
from latent_atlas.ui.visible_data import visible_datasets
from vae_core.data import DatasetInfo
from vae_core.data.own import (
    Choice,
    Source,
    UnreadablePictures,
)
from vae_core.errors import AtlasError
from vae_core.sentences import counted

JOB = "job"  # the address remembers the import, so that a refresh finds it again


def own_images() -> None:
    """Draw the whole way, as far as it has been gone."""
    key = address.first_named(JOB) or ""
    job = jobs.find(key)
    # Asked once: an import that ends while this is drawn is watched, and the watch redraws.
    state = job.state if job is not None else None
    if job is not None and state == "finished" and _kept(key, job):
        let_go()
        return
    try:
        _bring(key, job, state)
    except AtlasError as problem:
        st.markdown(f":material/block: {escaped_message(str(problem))}")


def _bring(key: str, job: Job | None, state: State | None) -> None:
    """Draw the door, and what there is to say and to choose of what came through it."""
    brought = drop_area(_anew)
    if job is not None and state == "running":
        watch(job, key)
        return
    if job is not None and job.message:
        st.markdown(escaped_message(job.message))
    if brought is None:
        st.caption(
            "Pictures: PNG, JPEG, TIFF, WebP, AVIF, JPEG 2000, BMP, GIF, PGM. Archives: ZIP, tar. "
            "Arrays: NumPy, idx, MATLAB, CSV, Parquet. Your images stay on this machine."
        )
        return
    found = first_look(brought)
    if found is not None:
        failed = job is not None and job.kind == UnreadablePictures.__name__
        keep = partial(_begin, brought.source)
        preview(brought.source, brought.token, found, keep, unreadable=failed)


def _anew() -> None:
    """Callback: other files came, so what became of the last ones is told no more."""
    _note(None)


def _begin(source: Source, choice: Choice, title: str) -> None:
    """Callback: import in the background."""
    key, who = secrets.token_hex(8), owner_here()  # asked here: the thread is of no session

    def work(progress: Progress, cancelled: IsCancelled) -> str:
        return keep_images(source, choice, title, who, progress=progress, cancelled=cancelled)

    jobs.start(key, title, work)
    _note(key)


def _note(key: str | None) -> None:
    """Have the address name an import, or none, at once and so that no late rerun undoes it."""
    address.choose(JOB, *([] if key is None else [key]))
    address.write({JOB: key})


def _kept(key: str, job: Job) -> bool:
    """Show what was kept and where to go with it; False when it is gone again."""
    info = _info(job.dataset)
    if info is None:
        return False
    images = counted(sum(info.counts.values()), "image")
    tested = info.counts[info.test_split("train")]
    known = "" if info.title == job.title else f" They were here already, as “{name(info.title)}”."
    st.markdown(f"**{name(job.title)}** is kept: {images}, {tested:,} of them for testing." + known)
    sample_strip(info.name, info.title, info.where)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Train on these",
            type="primary",
            icon=":material/play_arrow:",
            key="own-train",
            on_click=ask_for_page,
            args=(TRAIN, {"data": info.name}),
        )
        st.button("Bring more images", key="own-more", on_click=_again, args=(key,))
    return True


def _again(key: str) -> None:
    """Callback: what was kept is told no more."""
    jobs.forget(key)
    _note(None)


def _info(dataset: str) -> DatasetInfo | None:
    return next((info for info in visible_datasets() if info.name == dataset), None)
