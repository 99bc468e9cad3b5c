"""Geodesics where they are known, and that none is longer than the straight line."""

import math
from itertools import pairwise

import pytest
import torch
from torch import Generator

from tests.vae_core.latent.decoders import Draws, linear, polar
from vae_core.errors import AtlasError
from vae_core.latent import encode_images, geodesic, length, line
from vae_core.latent.grid_path import _edges, _shortest, grid_path
from vae_core.models import VAE, Architecture


def _vae(J: int) -> VAE:
    shape = Architecture(image_shape=(1, 8, 8), latent_dim=J, hidden=(30, 30), activation="relu")
    return VAE(shape).initialise("torch", Generator().manual_seed(0))


def test_polar_coordinates_have_the_chord_as_geodesic() -> None:
    ends = torch.tensor([[1.0, 0.0], [1.0, 2 * math.pi / 3]])
    path = geodesic(polar(), ends, steps=24)
    assert path[[0, -1]].tolist() == ends.tolist()
    assert abs(length(polar(), line(ends)) - 2 * math.pi / 3) < 1e-3
    assert abs(length(polar(), path) - math.sqrt(3)) < 5e-3
    # The chord is at its nearest to the centre half-way: r = cos 60°.
    torch.testing.assert_close(path[12], torch.tensor([0.5, math.pi / 3]), atol=1e-2, rtol=0)


def test_a_linear_decoder_has_straight_geodesics() -> None:
    W = torch.randn(6, 2, generator=Generator().manual_seed(0))
    ends = torch.tensor([[-1.0, 0.5], [2.0, 1.0]])
    torch.testing.assert_close(geodesic(linear(W), ends, 20), line(ends, 20), atol=1e-2, rtol=0)


def test_the_grid_finds_the_way_round_a_hill_that_the_straight_line_is_stuck_on() -> None:
    # A steep hill in the middle of flat ground: over its top by symmetry, unless one looks around.
    hill = Draws(lambda z: torch.cat([z, 6 * torch.exp(-4 * (z**2).sum(1, keepdim=True))], 1))
    ends = torch.tensor([[-1.5, 0.0], [1.5, 0.0]])
    path = geodesic(hill, ends, 30)
    assert length(hill, line(ends)) > 11
    assert length(hill, path) < 4.5
    assert float(path[15].norm()) > 0.7


@pytest.mark.parametrize("J", [1, 2, 5])
def test_no_leg_is_longer_than_the_straight_one_in_any_number_of_dimensions(J: int) -> None:
    vae = _vae(J)
    anchors = 3 * torch.randn(3, J, generator=Generator().manual_seed(J))
    path = geodesic(vae, anchors, 12)
    assert path.shape == (25, J)
    torch.testing.assert_close(path[[0, 12, 24]], anchors)
    for k in (0, 1):
        leg = path[12 * k : 12 * k + 13]
        assert length(vae, leg) <= length(vae, line(anchors[k : k + 2], 12)) * (1 + 1e-6)


def test_the_way_back_is_the_way_there_and_again_the_same() -> None:
    vae, ends = _vae(2), torch.tensor([[-2.0, 1.0], [1.5, -1.0]])
    there = geodesic(vae, ends, 10)
    torch.testing.assert_close(geodesic(vae, ends.flip(0), 10).flip(0), there, atol=1e-5, rtol=0)
    assert torch.equal(geodesic(vae, ends, 10), there)


def test_ends_that_are_one_point_or_from_inference_mode_make_a_path() -> None:
    vae = _vae(2)
    mu = encode_images(vae, torch.zeros(2, 1, 8, 8, dtype=torch.uint8)).mu
    torch.testing.assert_close(geodesic(vae, mu, 5), mu[:1].expand(6, 2))


def test_over_flat_ground_the_grid_s_shortest_path_is_the_straight_line() -> None:
    start, end = torch.tensor([0.0, 0.0]), torch.tensor([2.0, 0.9])
    path = grid_path(linear(torch.eye(2)), start, end, cells=10)
    torch.testing.assert_close(path, line(torch.stack([start, end]), 10))


def test_no_path_over_the_grid_is_shorter_than_the_one_found() -> None:
    edges = _edges(torch.rand(7, 7, 3, generator=Generator().manual_seed(0)))
    assert sum(len(found) for found in edges) == 2 * (2 * 6 * 7 + 2 * 6 * 6)
    step = torch.full((49, 49), math.inf)
    for a, found in enumerate(edges):
        for b, distance in found:
            step[a, b] = distance
    # Bellman and Ford: after n rounds, the shortest with at most n edges.
    least = torch.full((49,), math.inf)
    least[3] = 0
    for _ in range(48):
        least = torch.minimum(least, (least[:, None] + step).amin(0))
    path = _shortest(edges, 3, 45)
    assert (path[0], path[-1]) == (3, 45)
    assert abs(sum(float(step[a, b]) for a, b in pairwise(path)) - float(least[45])) < 1e-5


def test_one_point_has_no_geodesic() -> None:
    with pytest.raises(AtlasError, match="two points"):
        geodesic(polar(), torch.zeros(1, 2))
