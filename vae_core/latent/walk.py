"""A map of latents to walk, of a model that makes images of them and has no encoder.

Draws z ~ N(0, I) of J dimensions nearly all lie about √J away from the origin, and few nearer to
it. So the map is half of a sphere, of the median draw's radius: of longitude u and latitude v, and
turned so that the directions of three draws lie on it. Of one or two dimensions it is the plane
itself.
"""

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.models import Generates

REACH = math.pi / 2  # of longitude and latitude, on either side of the middle
DRAWS = 1_000  # that tell how far from 0 most are
_PLANE = 3.0  # of each coordinate where there are no more than two
_NORMS_SEED = 0  # one radius for all maps of a model


@dataclass(frozen=True)
class WalkMap:
    """Where on the map which latent lies.

    Attributes:
        directions: orthonormal, of the middle, the east and the north, [3, J]; [J, J] where J is 1
            or 2.
        radius: of the sphere; None where the map is flat.
        usual: between which distances from 0 lie 95 of 100 draws; None where the map is flat.
        draws: longitude and latitude of the directions of three draws, [3, 2]; [0, 2] where the map
            is flat.
    """

    directions: Tensor
    radius: float | None
    usual: tuple[float, float] | None
    draws: Tensor

    def places(self, u: Tensor, v: Tensor) -> Tensor:
        """The latents at longitudes u and latitudes v in radians, each [N] → [N, J]."""
        if self.radius is None:
            flat = torch.stack((u, v), 1)[:, : len(self.directions)] * (_PLANE / REACH)
            return flat @ self.directions
        along = torch.stack((v.cos() * u.cos(), v.cos() * u.sin(), v.sin()), 1)
        return self.radius * along @ self.directions


@torch.no_grad()
def walk_map(model: Generates, seed: int) -> WalkMap:
    """The map that three draws of this seed lie on, the first of them straight above the middle."""
    z = model.sample_latents(3, Generator().manual_seed(seed))
    latent_dim = z.shape[1]
    if latent_dim < 3:
        return WalkMap(torch.eye(latent_dim), None, None, torch.empty(0, 2))
    directions = _turned(torch.nn.functional.normalize(z.double(), dim=1))
    middle, east, north = (directions @ z.double().T) / z.double().norm(dim=1)
    draws = torch.stack((torch.atan2(east, middle), north.clamp(-1, 1).asin()), 1)
    norms = model.sample_latents(DRAWS, Generator().manual_seed(_NORMS_SEED)).norm(dim=1)
    low, radius, high = norms.quantile(torch.tensor([0.025, 0.5, 0.975])).tolist()
    return WalkMap(directions.to(z.dtype), radius, (low, high), draws.to(z.dtype))


def _turned(draws: Tensor) -> Tensor:
    """The middle, the east and the north of a map on which three unit vectors [3, J] lie. [3, J].

    The middle is as far from each of them as from the others, and less than a right angle: a mean
    of the three need not be. The second lies to the east.
    """
    middle = torch.linalg.pinv(draws) @ draws.new_ones(3)  # whose product with each is 1
    q, r = torch.linalg.qr(torch.stack((middle, draws[0], draws[1]), 1))
    middle, north, east = (q * r.diagonal().sign()).T  # as they point
    return torch.stack((middle, east, north))


def map_spots(n: int) -> tuple[Tensor, Tensor]:
    """Longitude and latitude of the centres of n × n cells, row 0 at the top. Each [n·n]."""
    centres = ((torch.arange(n) + 0.5) / n * 2 - 1) * REACH
    v, u = torch.meshgrid(centres.flip(0), centres, indexing="ij")
    return u.flatten(), v.flatten()
