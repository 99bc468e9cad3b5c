"""Walks through the latent space: between two spots, along a path that was drawn, over all axes."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from latent_atlas.ui.catalog import loaded
from latent_atlas.ui.export.animations import Animation, PathAnimation
from latent_atlas.ui.export.endpoints import WalkContext, endpoint
from latent_atlas.ui.latent_plane import PlaneView
from latent_atlas.ui.latent_plane.paths import Slice, Way, frames_along
from latent_atlas.ui.latent_plane.spot import plane_of, whole_z
from vae_core.errors import AtlasError
from vae_core.latent import constant_speed, geodesic, line, slerp, traversals

# What each is called, and what it is good for.
WAYS: dict[Way, tuple[str, str]] = {
    "line": ("Straight line", "the shortest in z"),
    "slerp": (
        "Great circle",
        "keeps its distance from the origin, as most of a many-dimensional prior does",
    ),
    "geodesic": ("Geodesic", "along it the picture changes least in all; takes a second a leg"),
}
MOST_FRAMES = 120
# More would be a picture that nobody can take in.
MOST_DIMENSIONS = 16
_GAP, _GREY = 1, 0.4


@dataclass(frozen=True)
class Walk(PathAnimation):
    """From one end to another, each frame as different from the last as the next.

    `first` and `last` are what `endpoint` understands.
    """

    here: WalkContext
    first: str
    last: str
    way: Way

    @torch.no_grad()
    def path(self) -> Tensor:
        """The z of each frame, [frames, J]. Raises AtlasError at an end that is none."""
        vae = loaded(self.entry).vae
        anchors = torch.stack([endpoint(self.here, self.first), endpoint(self.here, self.last)])
        if self.way == "geodesic":
            found = geodesic(vae, anchors)
        else:
            found = (line if self.way == "line" else slerp)(anchors)
        return constant_speed(vae, found, self.frames)

    def words(self) -> tuple[str, str]:
        """The two ends by name, and the way."""
        return f"{self.first} to {self.last}", WAYS[self.way][0]


@dataclass(frozen=True)
class DrawnPath(PathAnimation):
    """Through the stops that were set on the plane of a view, in the way that it shows."""

    view: PlaneView

    def path(self) -> Tensor:
        """The z of each frame, [frames, J]. Raises AtlasError where there are no two stops."""
        vae = loaded(self.entry).vae
        view = self.view.fitting(vae.architecture.latent_dim)
        plane = plane_of(self.entry, view).at(None if view.base is None else Tensor(view.base))
        width = len(plane.directions)
        if view.path is None or len(view.path) % width or len(view.path) < 2 * width:
            raise AtlasError("There is no path on the plane: set two stops or more.")
        stops = torch.tensor(view.path).view(-1, width)
        return frames_along(Slice(vae, plane), view.way, stops, self.frames)

    def words(self) -> tuple[str, str]:
        """That it was drawn, and the way."""
        return "a path over the plane", WAYS[self.view.way][0]


@dataclass(frozen=True)
class Traversal(Animation):
    """Every dimension from −3 to 3 at the same time, each in a picture of its own.

    The others stay as at the pin of the view. Of many dimensions the 16 most active ones are shown.
    """

    view: PlaneView

    def dimensions(self) -> list[int]:
        """Which ones, from 0, in the order of the pictures: the most active first."""
        activity = plane_of(self.entry, self.view).activity
        J = loaded(self.entry).vae.architecture.latent_dim
        order = list(range(J)) if activity is None else activity.order.tolist()
        return order[:MOST_DIMENSIONS]

    @torch.no_grad()
    def images(self) -> Tensor:
        """[frames, C, H, W]: in each frame a picture for each dimension, row by row."""
        vae = loaded(self.entry).vae
        at = whole_z(self.entry, self.view.z, self.view)
        z = traversals(at, self.frames)[self.dimensions()]
        return side_by_side(torch.stack([vae.decode(walk).mean for walk in z]))


def side_by_side(films: Tensor) -> Tensor:
    """Films [n, T, C, H, W] as one: [T, C, rows · H + gaps, columns · W + gaps], row by row."""
    count, frames, channels = films.shape[:3]
    columns = math.ceil(math.sqrt(count))
    rows = -(-count // columns)
    whole = films.new_full((rows * columns - count, *films.shape[1:]), _GREY)
    framed = pad(torch.cat([films, whole]), (0, _GAP, 0, _GAP), value=_GREY)
    height, width = framed.shape[-2:]
    grid = framed.view(rows, columns, frames, channels, height, width).permute(2, 3, 0, 4, 1, 5)
    return grid.reshape(frames, channels, rows * height, columns * width)[..., :-_GAP, :-_GAP]
