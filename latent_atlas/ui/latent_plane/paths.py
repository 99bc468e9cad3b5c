"""Geodesics over the plane, leg by leg, as the browser asks for them.

Straight lines, great circles and constant speed the browser works out by itself, from its own
decoder. The way along which the picture changes least is a search of a second for each leg, and
that is what the server does: between two spots of the plane, in the coordinates that it shows.
"""

import json
import re
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.latent import Plane, constant_speed, geodesic, line, slerp
from vae_core.models import VAE, PixelLikelihood

Way = Literal["line", "slerp", "geodesic"]

_FARTHEST = 100.0
# Four decimals, as in links, so that one leg has one address.
_NUMBER = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,4})?")


@dataclass(frozen=True, eq=False)
class Slice:
    """A VAE as the plane shows it: of two coordinates or one, everything else where it stays."""

    vae: VAE
    plane: Plane

    def decode(self, z: Tensor) -> PixelLikelihood:
        """p(x|z) for coordinates on the plane, [B, 2] or [B, 1]."""
        return self.vae.decode(self.plane.lift(z))


@dataclass(frozen=True)
class Leg:
    """From one spot to another, in coordinates of the plane."""

    first: tuple[float, ...]
    last: tuple[float, ...]


def asked_leg(points: str) -> Leg:
    """The leg of a request, `?points=0.5,-1,2,0`. Raises AtlasError for anything else."""
    # The length first: what is far too long need not be read at all.
    parts = points.split(",") if len(points) <= 40 else []
    if len(parts) not in (2, 4) or not all(_NUMBER.fullmatch(part) for part in parts):
        raise AtlasError("Name two spots of the plane by their coordinates: points=0.5,-1,2,0.")
    numbers = tuple(float(part) for part in parts)
    if max(map(abs, numbers)) > _FARTHEST:
        raise AtlasError(f"Coordinates of the plane end at ±{_FARTHEST:z.0f}.")
    half = len(numbers) // 2
    if numbers[:half] == numbers[half:]:
        raise AtlasError("The two spots are one: there is no way between them.")
    return Leg(numbers[:half], numbers[half:])


def leg_bytes(shown: Slice, leg: Leg) -> bytes:
    """The geodesic as JSON, `{"path": [[z, …], …]}`: 33 points, both ends among them.

    Raises AtlasError where the plane has another number of dimensions.
    """
    if len(leg.first) != len(shown.plane.directions):
        raise AtlasError("A spot of the plane has one coordinate for each axis that it shows.")
    path = geodesic(shown, torch.tensor([leg.first, leg.last]))
    return json.dumps({"path": [[round(value, 5) for value in z] for z in path.tolist()]}).encode()


@torch.no_grad()
def frames_along(shown: Slice, way: Way, stops: Tensor, frames: int) -> Tensor:
    """Where the frames of a walk over the plane are, each as different from the last as the next.

    `stops` are coordinates on the plane, [K, 2] or [K, 1]. Returns whole z, [frames, J].
    """
    if way == "geodesic":
        path = geodesic(shown, stops)
    else:
        path = (line if way == "line" else slerp)(stops)
    return shown.plane.lift(constant_speed(shown, path, frames))
