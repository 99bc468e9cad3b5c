"""Legs of a path as the browser gets them, and the frames of a walk over the plane."""

import json

import pytest
import torch

from latent_atlas.ui.latent_plane.paths import Leg, Slice, Way, asked_leg, frames_along, leg_bytes
from tests.latent_atlas.ui.model_fixtures import small_vae
from vae_core.errors import AtlasError
from vae_core.latent import Plane, constant_speed, length, line, slerp

WAYS: tuple[Way, ...] = ("line", "slerp", "geodesic")


def sliced() -> Slice:
    """The plane of the third and the first of four dimensions, where the second is 0.5."""
    at = torch.tensor([0.0, 0.5, 0.0, -1.0])
    return Slice(small_vae(3, latent_dim=4, hidden=(12,)), Plane.of_axes(4, (2, 0), at))


def test_a_leg_goes_from_spot_to_spot_and_is_never_longer_than_the_straight_line() -> None:
    leg = asked_leg("0.5,-1,-2,1.25")
    assert leg == Leg((0.5, -1.0), (-2.0, 1.25))
    path = torch.tensor(json.loads(leg_bytes(sliced(), leg))["path"])
    assert path.shape == (33, 2)
    assert path[[0, -1]].tolist() == [[0.5, -1.0], [-2.0, 1.25]]
    # Measured in what is decoded there: the other dimensions as they stay.
    whole = torch.tensor([0.0, 0.5, 0.0, -1.0]).repeat(33, 1)
    whole[:, [2, 0]] = path
    vae = sliced().vae
    assert length(vae, whole) == pytest.approx(length(sliced(), path))
    assert length(vae, whole) <= length(vae, line(whole[[0, -1]])) * (1 + 1e-4)


def test_a_model_of_one_dimension_has_legs_too() -> None:
    only = Slice(small_vae(latent_dim=1), Plane.of_axes(1))
    path = json.loads(leg_bytes(only, asked_leg("-1,2")))["path"]
    assert (path[0], path[-1]) == ([-1.0], [2.0])
    assert all(len(z) == 1 for z in path)
    with pytest.raises(AtlasError, match="one coordinate for each axis"):
        leg_bytes(only, asked_leg("-1,2,0,0"))


@pytest.mark.parametrize(
    "points",
    [
        "",
        "0",
        "0,0,1",
        "0,0,1,1,2,2",
        "0,0,1,nan",
        "0,0,1,1e2",
        "0,0,1,0.12345",
        "0,0,1,100.5",
        "0,0,1,１",
        "1,2,1,2",
        "0,0,1,1\n",
        "9," * 5000,
    ],
)
def test_a_leg_that_makes_no_sense_is_one_sentence(points: str) -> None:
    with pytest.raises(AtlasError, match=r"\.$"):
        asked_leg(points)


def test_frames_are_equally_different_along_each_way_and_lie_in_the_slice() -> None:
    shown = sliced()
    stops = torch.tensor([[1.0, 0.5], [-1.0, 1.5], [-1.0, -1.0]])
    for way in WAYS:
        z = frames_along(shown, way, stops, 12)
        assert z.shape == (12, 4)
        assert (z[:, [1, 3]] == torch.tensor([0.5, -1.0])).all()
        torch.testing.assert_close(z[[0, -1]][:, [2, 0]], stops[[0, -1]])
        with torch.no_grad():
            steps = shown.vae.decode(z).mean.flatten(1).diff(dim=0).norm(dim=1)
        assert steps.max() - steps.min() < 0.05 * steps.mean()
    expected = constant_speed(shown, slerp(stops), 12)
    assert torch.equal(frames_along(shown, "slerp", stops, 12)[:, [2, 0]], expected)
