"""The plane of a run that trains: what its worker shows of itself, as the browser asks for it.

The browser asks again and again, each time for what is newer than what it has; nobody holds a
connection open. Who asks marks the run as watched, without which its worker shows nothing.
"""

import re
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from torch import Tensor

from latent_atlas.ui.latent_plane.encodings import about, point_labels
from latent_atlas.ui.latent_plane.images import asked_points, point_images
from latent_atlas.ui.latent_plane.projections import (
    MOST_ACTIVE,
    Asked,
    Projection,
    held_projection,
    projection,
    whole_space,
)
from latent_atlas.ui.owners import Owner
from latent_atlas.ui.visible_data import visible_run
from vae_core.checkpoint import checkpoint_bytes, read_checkpoint
from vae_core.data import Dataset, fair_order, load_dataset
from vae_core.errors import AtlasError
from vae_core.latent import Encodings, activity
from vae_core.models import VAE, Architecture
from vae_core.runs import Run, Snapshot, open_run, read_snapshot, runs_folder
from vae_core.runs.live import LARGE, frame_path, pace, watch

_MARK_EVERY = 1.0  # seconds
_STAYS = 1.5  # times as much as a shown axis carries has to be carried by what takes its place


class Ended(AtlasError):
    """The run does not train any more: what there is to see is its model."""


@dataclass(frozen=True)
class Frame:
    """A frame as the browser has it: `content` is a file, `step` the worker's."""

    step: int
    content: bytes


def training_run(key: str) -> Run | None:
    """The run whose model has this key, `run:…`, if it trains now and can show its plane."""
    kind, _, name = key.partition(":")
    if kind != "run":
        return None
    try:
        run = open_run(runs_folder(), name)
        trains = run.status().state == "running"
    except AtlasError:
        return None
    return run if trains and issubclass(run.config.algorithm.trains, VAE) else None


def live_frame(
    run_id: str, after: int, asked: Asked = MOST_ACTIVE, who: Owner | None = None
) -> Frame | None:
    """The newest frame of a run, or None where that is the one of the step `after`.

    `asked` is the plane to show of a model of more than two dimensions: PCA, as the worker holds it
    still, or axes. Those that it names are shown now, and stay while they carry about as much as
    any others. `who` asks.

    Raises:
        Ended: the run does not train, or was removed while it was watched.
        AtlasError: there is no such run, its images are somebody else's, or its frame is not sound.
    """
    run = watched(run_id, who)
    path = frame_path(run.path)
    try:
        stat = path.stat()
    except OSError:
        return None  # the first one is about to come
    try:
        frame = _frame(run, path, asked, (stat.st_mtime_ns, stat.st_size))
    except AtlasError:
        if path.exists():
            raise
        return None  # it has ended in between
    # A resumed run may have gone back behind the frame of a worker that was killed.
    return frame if frame.step != after else None


def slower_words(run: Run) -> str | None:
    """Why the plane of a run moves less often than others; None where its frames are not large."""
    try:
        size = frame_path(run.path).stat().st_size
    except OSError:
        return None  # the first one is about to come
    if size <= LARGE:
        return None
    return f"A frame is {size / 1e6:z.1f} MB, so the map moves at most every {pace(size):z.1f} s."


def asked_plane(text: str) -> Asked:
    """What `pca` or `3-7`, axes counted from 1, names; the two most active for anything else."""
    if text == "pca":
        return Asked("pca")
    found = re.fullmatch(r"([1-9][0-9]{0,2})-([1-9][0-9]{0,2})", text, re.ASCII)
    return Asked("axes", (int(found[1]) - 1, int(found[2]) - 1)) if found else MOST_ACTIVE


def live_images(run_id: str, points: str, who: Owner | None = None) -> bytes:
    """The real images of some points of a run's plane, `3,14,…`, as their bare pixels.

    Raises AtlasError where there is no such run, or no such points, or these are somebody else's.
    """
    run = visible_run(run_id, who)
    return point_images(_dataset(run), asked_points(points))


def watched(run_id: str, who: Owner | None) -> Run:
    """The run of this name, marked as looked at by somebody.

    Raises:
        Ended: it does not train, or was removed while it was watched.
        AtlasError: there is no such run, or its images are somebody else's.
    """
    if (folder := runs_folder() / run_id) in _marked and not folder.exists():
        raise Ended("This run is not here any more.")
    run = visible_run(run_id, who)
    if run.status().state != "running":
        raise Ended("This run does not train any more.")
    last = _marked.get(run.path, 0.0)
    if (now := time.monotonic()) - last >= _MARK_EVERY:
        _marked[run.path] = now
        with suppress(OSError):  # in a folder that only its worker may write, nothing is shown
            watch(run.path)
    return run


_marked: dict[Path, float] = {}


@lru_cache(maxsize=8)  # a run has one newest frame, whoever asks for it
def _frame(run: Run, path: Path, asked: Asked, _stamp: tuple[int, int]) -> Frame:
    content = read_snapshot(Snapshot(0, path), _architecture(run))
    record, encodings, dataset = content.record, content.encodings, _dataset(run)
    if record is None:
        raise AtlasError("The worker of this run is of another version: its plane is not shown.")
    decoder = read_checkpoint(content.decoder)
    tensors = dict(decoder.tensors)
    header = decoder.metadata | {"step": record.step, "epoch": record.epoch} | about(dataset)
    if words := slower_words(run):
        header["slower"] = words
    if encodings is not None:
        by = _plane(encodings, content.plane, asked)
        mu, deviation, correlation = by.project(encodings)
        tensors |= {"mu": mu.contiguous(), "s": deviation.contiguous()}
        if correlation is not None:
            tensors["correlation"] = correlation.contiguous()
        tensors |= point_labels(dataset, fair_order(len(dataset.images))[: len(mu)])
        header |= {"total": len(mu), "axes": list(by.axes or (0, 1)), **by.header()}
    return Frame(record.step, checkpoint_bytes(tensors, header))


def _architecture(run: Run) -> Architecture:
    kind = run.config.algorithm.trains
    described = kind.describe(_dataset(run).image_shape, run.config.settings())
    if not issubclass(kind, VAE) or not isinstance(described, Architecture):
        raise AtlasError("What this run trains has no plane.")
    return described


def _dataset(run: Run) -> Dataset:
    return load_dataset(run.config.dataset, run.data_dir)


def _plane(encodings: Encodings, held: Tensor | None, asked: Asked) -> Projection:
    """PCA as it is `held` [2, J], or the two dimensions that carry most, or shown ones still."""
    latent_dim = encodings.mu.shape[1]
    if latent_dim <= 2:
        return whole_space(latent_dim)
    if asked.kind == "pca" and held is not None:
        return held_projection(encodings, held)
    rate = activity(encodings).rate
    first, second = rate.argsort(descending=True)[:2].tolist()
    shown = asked.axes
    if shown is not None and max(shown) < latent_dim and shown[0] != shown[1]:
        others = rate.clone()
        others[list(shown)] = -1
        if float(others.max()) <= _STAYS * float(rate[list(shown)].min()):
            first, second = shown
    return projection(encodings, Asked("axes", (first, second)))
