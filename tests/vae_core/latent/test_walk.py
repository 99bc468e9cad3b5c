"""A map through draws of latents: on a sphere of their radius, or flat where there are few."""

import math

import pytest
import torch
from torch import Generator, Tensor

from vae_core.latent.walk import REACH, map_spots, walk_map


class Noise:
    """Images that are latents."""

    def __init__(self, latent_dim: int) -> None:
        self.latent_dim = latent_dim

    def generate(self, z: Tensor) -> Tensor:
        return z[:, None, None]

    def sample_latents(self, count: int, generator: Generator) -> Tensor:
        return torch.randn(count, self.latent_dim, generator=generator)


def test_every_place_is_as_far_from_the_origin_as_the_draws() -> None:
    found = walk_map(Noise(50), seed=1)
    torch.testing.assert_close(found.directions @ found.directions.T, torch.eye(3))
    norms = found.places(*map_spots(7)).norm(dim=1)
    drawn = Noise(50).sample_latents(3, Generator().manual_seed(1)).norm(dim=1)
    torch.testing.assert_close(norms, norms[:1].expand(49))
    assert float(norms[0]) == pytest.approx(float(drawn.square().mean().sqrt()), rel=1e-5)


def test_the_first_draw_is_in_the_middle() -> None:
    middle = walk_map(Noise(20), seed=3).places(torch.zeros(1), torch.zeros(1))[0]
    first = Noise(20).sample_latents(3, Generator().manual_seed(3))[0]
    assert float(torch.nn.functional.cosine_similarity(middle, first, dim=0)) > 0.99999


@pytest.mark.parametrize("latent_dim", [1, 2])
def test_of_few_dimensions_it_is_the_plane_from_minus_3_to_3(latent_dim: int) -> None:
    corner = walk_map(Noise(latent_dim), 0).places(torch.tensor([REACH]), torch.tensor([-REACH]))
    torch.testing.assert_close(corner, torch.tensor([[3.0, -3.0]])[:, :latent_dim])


def test_the_first_spot_is_the_top_left() -> None:
    u, v = map_spots(3)
    assert float(u[0]) == pytest.approx(-math.pi / 3)
    assert float(v[0]) == pytest.approx(math.pi / 3)
    assert (float(u[4]), float(v[4])) == (0, 0)
