"""The classifiers that the program has trained: one for each data set and label column, on disk."""

from functools import lru_cache
from pathlib import Path

import streamlit as st

from latent_atlas.places import app_cache
from latent_atlas.ui.data.jobs import IsCancelled, Job, Progress, find, start
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import (
    Cancelled,
    Classifier,
    Material,
    Watch,
    material,
    read_classifier,
    trained_on,
)
from vae_core.evaluation.classifier import FORMAT
from vae_core.evaluation.classifier_training import looks

_SEED = 0


@st.cache_resource(max_entries=8, show_spinner=False)
def teaching(dataset: str, column: int, _data: Dataset) -> tuple[Material, str]:
    """What a classifier of this data set is to learn from, and its digest.

    Kept by the names. Raises AtlasError where there is nothing to learn.
    """
    given = material(_data, column)
    return given, given.digest


def kept(digest: str) -> Classifier | None:
    """The classifier that was trained on what has this digest; None where there is none yet."""
    file = file_of(digest)
    try:
        return _read(file, file.stat().st_mtime_ns)
    except (OSError, AtlasError):  # not there yet, or damaged: it is trained anew
        return None


def frozen(dataset: Dataset, watch: Watch | None = None) -> Classifier:
    """The classifier of a data set's first label column, trained now where none is kept yet.

    Raises AtlasError where there is nothing to learn, and Cancelled.
    """
    given = material(dataset)
    digest = given.digest
    found = kept(digest)
    if found is None:
        found = trained_on(given, seed=_SEED, watch=watch)
        keep(digest, found)
    return found


def training(digest: str) -> Job | None:
    """The job that trains it, running or ended; None where nobody has asked for one."""
    return find(_job(digest))


def train(title: str, given: Material, digest: str) -> None:
    """Callback: have it trained in the background, once for everybody."""
    seen = looks(len(given.images)) * len(given.images)

    def work(told: Progress, cancelled: IsCancelled) -> str:
        def progress(done: float) -> None:
            told(round(done * seen), seen)

        try:
            keep(digest, trained_on(given, seed=_SEED, watch=Watch(progress, cancelled)))
        except Cancelled:
            raise AtlasError("The training was cancelled.") from None
        return ""

    start(_job(digest), title, work)


def keep(digest: str, classifier: Classifier) -> None:
    """Keep it for all who ask. Raises AtlasError where the disk refuses."""
    file = file_of(digest)
    temporary = file.with_name(f".{file.name}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(classifier.content)
        temporary.replace(file)
    except OSError as error:
        raise AtlasError(
            f"The classifier cannot be kept in {file.parent} ({error.strerror}): free some space, "
            "or name another folder in LATENT_ATLAS_CACHE."
        ) from error


@lru_cache(maxsize=16)
def _read(file: Path, changed: int) -> Classifier:
    """From memory, as long as the file is the same."""
    del changed
    return read_classifier(file)


def file_of(digest: str) -> Path:
    """Where the classifier that was trained on what has this digest lies."""
    return app_cache() / "classifiers" / f"{digest}-{FORMAT}-{_SEED}.safetensors"


def _job(digest: str) -> str:
    return f"classifier {digest}"
