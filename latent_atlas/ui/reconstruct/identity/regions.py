"""Regions of classes over the plane of a model of two dimensions, and paths through a latent space.

Regions are worked out once in the background and kept; a path is a few dozen images.
"""

import threading
from collections import OrderedDict
from typing import Literal

import streamlit as st
import torch
from torch import Tensor

from latent_atlas.ui.data.jobs import IsCancelled, Job, Progress, find, forget, start
from latent_atlas.ui.judges.judge import Judge
from latent_atlas.ui.reconstruct.comparison import Column
from vae_core.latent import (
    ClassPath,
    ClassRegions,
    Plane,
    class_path,
    class_regions,
    constant_speed,
    geodesic,
    line,
)
from vae_core.models import VAE

Way = Literal["line", "geodesic"]

SIDE = 96  # cells
STEPS, FRAMES = 64, 17  # points that are judged along a path, every fourth of which is shown
_KEPT = 24
_PATIENCE = 1.0
_LEAST, _MOST = 3.0, 6.0  # how far the plane is seen from 0

_known: OrderedDict[str, ClassRegions] = OrderedDict()
_lock = threading.Lock()


def regions(column: Column, judge: Judge, extent: float) -> ClassRegions | None:
    """The regions under one model, where they are known."""
    with _lock:
        return _known.get(_name(column, judge, extent))


def finding_regions(column: Column, judge: Judge, extent: float) -> Job:
    """The job that works them out, begun where there is none; returns within a second."""
    name = _name(column, judge, extent)

    def work(told: Progress, cancelled: IsCancelled) -> str:
        done = 0

        def probabilities(x: Tensor) -> Tensor:
            nonlocal done
            found = classifier.probabilities(x)
            done += len(x)
            told(done, SIDE * SIDE)
            return found

        with judge.opened() as classifier:
            found = class_regions(
                column.vae, probabilities, Plane.of_axes(2), SIDE, extent, cancelled
            )
        with _lock:
            _known[name] = found
            while len(_known) > _KEPT:
                _known.popitem(last=False)
        return ""

    job = find(name)
    if job is None or job.state == "finished":
        job = start(name, "Looking at the plane", work)
        job.wait(_PATIENCE)
    return job


def find_again(column: Column, judge: Judge, extent: float) -> None:
    """Callback: begin once more what was cancelled or has failed."""
    forget(_name(column, judge, extent))


@st.cache_data(max_entries=64, show_spinner=False)
def extent_of(digest: str, dataset: str, split: str, _vae: VAE, _images: Tensor) -> float:
    """How far the plane has to be seen for nearly all of these images, in halves. Kept by names."""
    with torch.inference_mode():
        mu = _vae.encode(_images[:1000].float().div_(255)).mu.abs().amax(1)
    far = float(mu.quantile(0.98)) if len(mu) else 0.0
    return min(_MOST, max(_LEAST, 0.5 * -(-far // 0.5)))


@st.cache_resource(max_entries=64, show_spinner=False)
def path_between(
    model: str,
    judge: str,
    ends: tuple[tuple[float, ...], ...],
    way: Way,
    _vae: VAE,
    _judge: Judge,
) -> ClassPath:
    """The classes along the way from one z to another. Kept by digests and ends.

    Raises AtlasError where the classifier fails.
    """
    anchors = torch.tensor(ends)
    path = line(anchors, STEPS)
    if way == "geodesic":
        path = constant_speed(_vae, geodesic(_vae, anchors), STEPS + 1)
    with _judge.opened() as classifier:
        return class_path(_vae, classifier.probabilities, path)


def _name(column: Column, judge: Judge, extent: float) -> str:
    return f"regions {judge.digest} {column.entry.digest} {extent:g} {len(judge.class_names)}"
