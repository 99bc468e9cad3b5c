"""A map of latents to walk, of a model that makes images of them but gives no image a place.

Draws z ~ N(0, I) of many dimensions all lie about √J away from the origin, and a generator has
learned from no others. So the map is a piece of the sphere of that radius, through three draws: of
longitude u and latitude v, with the first draw's direction in the middle. Of one or two dimensions
it is the plane itself.
"""

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.models import Generates

REACH = math.pi / 2  # of longitude and latitude, on either side of the middle
_PLANE = 3.0  # of each coordinate where there are no more than two


@dataclass(frozen=True)
class WalkMap:
    """Where on the map which latent lies.

    Attributes:
        directions: orthonormal, [3, J]; [J, J] where J is 1 or 2.
        radius: of the sphere; None where the map is flat.
    """

    directions: Tensor
    radius: float | None

    def places(self, u: Tensor, v: Tensor) -> Tensor:
        """The latents at longitudes u and latitudes v in radians, each [N] → [N, J]."""
        if self.radius is None:
            flat = torch.stack((u, v), 1)[:, : len(self.directions)] * (_PLANE / REACH)
            return flat @ self.directions
        along = torch.stack((v.cos() * u.cos(), v.cos() * u.sin(), v.sin()), 1)
        return self.radius * along @ self.directions


def walk_map(model: Generates, seed: int) -> WalkMap:
    """The map through three draws of this seed."""
    z = model.sample_latents(3, Generator().manual_seed(seed))
    latent_dim = z.shape[1]
    if latent_dim < 3:
        return WalkMap(torch.eye(latent_dim), None)
    q, r = torch.linalg.qr(z.T.double())
    directions = (q * r.diagonal().sign()).T.to(z.dtype)  # as the draws point
    return WalkMap(directions, float(z.norm(dim=1).square().mean().sqrt()))


def map_spots(n: int) -> tuple[Tensor, Tensor]:
    """Longitude and latitude of the centres of n × n cells, row 0 at the top. Each [n·n]."""
    centres = ((torch.arange(n) + 0.5) / n * 2 - 1) * REACH
    v, u = torch.meshgrid(centres.flip(0), centres, indexing="ij")
    return u.flatten(), v.flatten()
