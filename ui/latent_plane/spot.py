"""Between the whole z of a model and the one or two coordinates of it that the plane shows."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from ui.catalog import ModelEntry, companion_names, loaded
from ui.latent_plane.encodings import shown_axes
from ui.model_files import load_by_digest
from vae_core.data import load_dataset


@dataclass(frozen=True)
class Landing:
    """Where an image landed: μ and σ of q(z|x) on the shown axes; `turn` tells it from others."""

    z: tuple[float, ...]
    deviation: tuple[float, ...]
    turn: str


def plane_axes(entry: ModelEntry) -> tuple[int, ...]:
    """Which dimensions of z the plane shows. Raises AtlasError when the model is gone."""
    vae = loaded(entry).vae
    names = companion_names(loaded(entry))
    return _axes(entry.digest, names[0]) if names else (0, 1)[: vae.architecture.latent_dim]


def whole_z(entry: ModelEntry, shown: tuple[float, ...] | None) -> Tensor:
    """The z [J] of a spot on the plane: dimensions that are not shown are 0, as on the plane.

    No spot, or one of another number of dimensions, is the origin, where the plane begins.
    """
    axes = plane_axes(entry)
    z = torch.zeros(loaded(entry).vae.architecture.latent_dim)
    if shown is not None and len(shown) == len(axes):
        z[list(axes)] = torch.tensor(shown)
    return z


@lru_cache(maxsize=64)
def _axes(digest: str, dataset: str) -> tuple[int, ...]:
    return tuple(shown_axes(load_by_digest(digest).vae, load_dataset(dataset)))
