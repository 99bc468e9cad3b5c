"""The bound of every image of a split under one model, computed once and kept.

Shuffling, sorting and filtering only pick from these numbers.
"""

from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from latent_atlas.ui.reconstruct.ledger import level_floor
from vae_core.data import Dataset
from vae_core.evaluation import ImageBounds, Treatment, draw_variance, evaluate_images
from vae_core.models import VAE

# Posterior samples per image: the mean over a test set hardly moves beyond one, a single image's
# number does, and the list is sorted by single images.
SAMPLES = 4


@dataclass(frozen=True)
class Measurement:
    """The bounds of each image of a split, and how much each varies with the draws, in nats²."""

    bounds: ImageBounds
    draw_variance: float


@st.cache_resource(max_entries=8, show_spinner=False)
def measured(
    digest: str, dataset: str, split: str, treatment: Treatment, _vae: VAE, _images: Tensor
) -> Measurement:
    """Bounds in nats of each image of a split; `_images` is uint8 [N, C, H, W].

    Kept by the model's digest and the names (the model and pixels are not hashed), shared between
    sessions: treat the tensors as read-only.
    """
    bounds = evaluate_images(_vae, _images, treatment=treatment, samples=SAMPLES, seed=0)
    variance = draw_variance(_vae, _images, treatment=treatment, samples=SAMPLES, seed=0)
    return Measurement(bounds, variance)


@st.cache_data(max_entries=8, show_spinner=False)
def mean_floor(dataset: str, split: str, _images: Tensor) -> float:
    """What even perfect copies of a split's images pay on average, in nats (`level_floor`).

    Kept by the names, as `measured` is; `_images` is uint8 [N, C, H, W].
    """
    return level_floor(_images) / len(_images)


def treatment_of(recorded: str | None, data: Dataset) -> Treatment:
    """The targets on which a model's numbers are computed: those it was trained on, else grey."""
    if data.binary:
        return "static"
    return "dynamic" if recorded == "dynamic" else "grey"
