"""Between the whole z of a model and the one or two coordinates of it that the plane shows."""

from dataclasses import dataclass

import torch
from torch import Tensor

from latent_atlas.ui.catalog import ModelEntry, companion_names, loaded
from latent_atlas.ui.latent_plane.projections import (
    DEFAULT,
    Projection,
    asked_projection,
    axes_of,
)
from latent_atlas.ui.latent_plane.served import points_part, shown_plane
from latent_atlas.ui.latent_plane.view import PlaneView
from vae_core.checkpoint import read_checkpoint
from vae_core.errors import AtlasError
from vae_core.latent.nearest import nearest_points


@dataclass(frozen=True)
class Landing:
    """Where an image landed: μ and σ of q(z|x), all J dimensions; `turn` tells it from others."""

    z: tuple[float, ...]
    deviation: tuple[float, ...]
    turn: str


def plane_of(entry: ModelEntry, view: PlaneView) -> Projection:
    """The plane that a view shows, or would show at first where that is t-SNE's sheet.

    Raises AtlasError when the model is gone.
    """
    saved = loaded(entry)
    latent_dim = saved.vae.architecture.latent_dim
    dims = view.fitting(latent_dim).dims
    asked = asked_projection(DEFAULT if dims in (None, "tsne") else dims, latent_dim)
    if names := companion_names(saved):
        return shown_plane(entry.digest, names[0], asked)
    return axes_of(latent_dim, asked.axes or (0, 1))


def whole_z(entry: ModelEntry, at: tuple[float, ...] | None, view: PlaneView) -> Tensor:
    """The z [J] of a spot on the plane of a view: all that is not shown is as in its base.

    On t-SNE's sheet it is the mean of the nearest image. No spot, or one of another number of
    coordinates, is where the plane begins. Raises AtlasError when the model is gone.
    """
    latent_dim = loaded(entry).vae.architecture.latent_dim
    view = view.fitting(latent_dim)
    if view.dims == "tsne" and at is not None and len(at) == 2:
        return _placed_mean(entry, at)
    by = plane_of(entry, view)
    plane = by.at(None if view.base is None else torch.tensor(view.base))
    fits = at is not None and len(at) == len(plane.directions)
    return plane.lift(torch.tensor(at)) if fits else plane.origin.clone()


def _placed_mean(entry: ModelEntry, at: tuple[float, ...]) -> Tensor:
    names = companion_names(loaded(entry))
    sheet = points_part(entry.digest, names[0], "tsne", 0) if names else None
    if sheet is None:
        raise AtlasError("The points are being arranged: try again in a moment.")
    tensors = read_checkpoint(sheet).tensors
    found = nearest_points(tensors["mu"], torch.tensor([at]))
    return tensors["means"][int(found.index)]
