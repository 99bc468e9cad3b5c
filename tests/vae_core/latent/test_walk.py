"""A map of latents: on a sphere of the median draw's radius, or flat where there are few."""

import math

import pytest
import torch
from scipy import stats
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


@pytest.mark.parametrize("latent_dim", [3, 10, 64, 200])
def test_every_place_is_as_far_from_the_origin_as_the_median_draw(latent_dim: int) -> None:
    found = walk_map(Noise(latent_dim), seed=1)
    torch.testing.assert_close(found.directions @ found.directions.T, torch.eye(3))
    norms = found.places(*map_spots(7)).norm(dim=1)
    torch.testing.assert_close(norms, norms[:1].expand(49))
    # As SciPy's chi distribution has it, with the error of a quantile of a thousand.
    chi = stats.chi(latent_dim)
    assert found.radius == pytest.approx(float(norms[0]), rel=1e-5)
    assert found.radius == pytest.approx(chi.median(), abs=0.1)
    assert found.usual == pytest.approx(chi.interval(0.95), abs=0.2)


@pytest.mark.parametrize("latent_dim", [3, 10, 64, 200])
def test_the_directions_of_all_three_draws_lie_on_the_map_where_it_says(latent_dim: int) -> None:
    model = Noise(latent_dim)
    for seed in range(200):
        found = walk_map(model, seed)
        drawn = model.sample_latents(3, Generator().manual_seed(seed))
        u, v = found.draws.T
        assert float(found.draws.abs().max()) <= REACH
        marked = found.places(u, v)
        angles = torch.nn.functional.cosine_similarity(marked, drawn)
        assert float(angles.min()) > 0.9999, seed


def test_the_first_draw_is_above_the_middle_and_the_second_to_the_east() -> None:
    for seed in range(20):
        draws = walk_map(Noise(20), seed).draws
        assert float(draws[0, 0].abs()) < 1e-5
        assert float(draws[0, 1]) > 0
        assert float(draws[1, 0]) > 0


@pytest.mark.parametrize("seed", range(3))
def test_draws_that_nearly_lie_in_one_plane_are_on_the_map_as_well(seed: int) -> None:
    class Flat(Noise):
        def sample_latents(self, count: int, generator: Generator) -> Tensor:
            turned = torch.rand(1, generator=generator) + torch.arange(count) * 2 * math.pi / 3
            return torch.stack((turned.cos(), turned.sin(), torch.full((count,), 1e-3)), 1)

    found = walk_map(Flat(3), seed)
    drawn = Flat(3).sample_latents(3, Generator().manual_seed(seed))
    assert float(found.draws.abs().max()) <= REACH
    marked = found.places(*found.draws.T)
    torch.testing.assert_close(marked, drawn * (found.radius or 0), atol=1e-3, rtol=0)


@pytest.mark.parametrize("latent_dim", [1, 2])
def test_of_few_dimensions_it_is_the_plane_from_minus_3_to_3(latent_dim: int) -> None:
    corner = walk_map(Noise(latent_dim), 0).places(torch.tensor([REACH]), torch.tensor([-REACH]))
    torch.testing.assert_close(corner, torch.tensor([[3.0, -3.0]])[:, :latent_dim])
    assert not len(walk_map(Noise(latent_dim), 0).draws)


def test_the_first_spot_is_the_top_left() -> None:
    u, v = map_spots(3)
    assert float(u[0]) == pytest.approx(-math.pi / 3)
    assert float(v[0]) == pytest.approx(math.pi / 3)
    assert (float(u[4]), float(v[4])) == (0, 0)
