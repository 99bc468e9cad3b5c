"""Measuring models in the background: a job that the page follows, and that can be stopped."""

import hashlib
from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui.catalog import ModelEntry
from latent_atlas.ui.data import jobs
from latent_atlas.ui.data.jobs import IsCancelled, Progress
from latent_atlas.ui.data.progress import watch
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.reconstruct.rate_distortion.standing import (
    Parts,
    Standing,
    spectrum,
    standing_of,
    standings,
)
from latent_atlas.ui.unread_images import why_unread
from vae_core.data.own import ImportCancelled
from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Watch
from vae_core.models import VAE, load_model
from vae_core.sentences import counted

_PATIENCE = 1.0  # seconds that the page waits for what may be known already


def known(entry: ModelEntry, parts: Parts) -> tuple[Standing | None] | None:
    """What was measured of a model: nothing yet (None), that it does not fit, or where it stands.

    A model that is gone does not fit.
    """
    try:
        return standings.get((entry.digest, parts.name))
    except AtlasError:
        return (None,)


def follow(entries: Sequence[ModelEntry], parts: Parts) -> None:
    """Have these measured, and show how far that is, with a way to stop it.

    What was stopped is not begun again by itself, but by a button.
    """
    missing = [entry for entry in entries if known(entry, parts) is None]
    if not missing:
        return
    key = _key(missing, parts)
    job = jobs.find(key)
    if job is None:
        _begin(key, missing, parts)
        job = jobs.find(key)
    if job is not None and job.state == "finished":
        return
    if job is not None and job.state == "running":
        watch(job, key, unit="images")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if job is not None and job.message:
            st.markdown(escaped_message(job.message))
        label = f"Measure {counted(len(missing), 'more model')}"
        st.button(label, key=f"again-{key}", on_click=_begin, args=(key, missing, parts))


def _begin(key: str, entries: Sequence[ModelEntry], parts: Parts) -> None:
    """Callback too: start the job."""
    images = len(parts.test) + (len(parts.train) if parts.train else 0)

    def work(progress: Progress, cancelled: IsCancelled) -> str:
        for each in (parts.test, parts.train):
            if each is not None:
                spectrum(parts, each)
        for k, entry in enumerate(entries):

            def told(done: float, before: int = k) -> None:
                progress(round((before + done) * images), len(entries) * images)

            try:
                found = _measured(entry, parts, Watch(told, cancelled))
            except Cancelled:
                raise ImportCancelled(
                    f"Stopped: {k} of {counted(len(entries), 'model')} were measured."
                ) from None
            standings.put((entry.digest, parts.name), (found,))
        return ""

    job = jobs.start(key, f"Measuring {counted(len(entries), 'model')}", work)
    job.wait(_PATIENCE)


def _measured(entry: ModelEntry, parts: Parts, told: Watch) -> Standing | None:
    """None of a model that does not take these images through a code and back."""
    try:
        saved = load_model(entry.source)
    except AtlasError:
        return None
    model, shape = saved.model, tuple(parts.test.images.shape[1:])
    if not isinstance(model, VAE) or why_unread(saved.training) is not None:
        return None
    if model.architecture.image_shape != shape:
        return None
    return standing_of(entry.digest, model, parts, told)


def _key(entries: Sequence[ModelEntry], parts: Parts) -> str:
    told = "\n".join([*(entry.digest for entry in entries), *parts.name])
    return f"rate-distortion-{hashlib.sha256(told.encode()).hexdigest()[:12]}"
