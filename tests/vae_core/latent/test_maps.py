"""Maps over a plane: which way up they are, and what they hold where that is known."""

import math

import torch

from tests.vae_core.latent.decoders import linear, polar, scattered
from vae_core.latent import (
    AggregatePosterior,
    Encodings,
    Plane,
    class_map,
    hole_map,
    magnification_map,
    manifold_coordinates,
)

_ACROSS = torch.tensor([-1.0, 0.0, 0.5, 2.0])
_UP = torch.tensor([-3.0, -1.0, 4.0])


def test_the_top_left_of_a_grid_has_the_smallest_first_and_largest_second_coordinate() -> None:
    plane = Plane.of_axes(3, axes=(2, 0), at=torch.tensor([9.0, 7.0, 9.0]))
    z = plane.grid(_ACROSS, _UP)
    assert z.shape == (3, 4, 3)
    assert z[0, 0].tolist() == [4.0, 7.0, -1.0]
    assert z[2, 3].tolist() == [-3.0, 7.0, 2.0]


def test_a_space_of_one_dimension_is_a_single_row() -> None:
    z = Plane.of_axes(1).grid(_ACROSS, _UP)
    assert z.shape == (1, 4, 1)
    assert z.flatten().tolist() == _ACROSS.tolist()


def test_where_the_aggregate_posterior_is_the_prior_there_are_no_holes() -> None:
    aggregate = AggregatePosterior(Encodings(torch.zeros(30, 2), torch.zeros(30, 2)))
    cells = manifold_coordinates(9, "gaussian-cdf")
    ratio = hole_map(aggregate, Plane.of_axes(2), cells, cells)
    torch.testing.assert_close(ratio, torch.zeros(9, 9), atol=1e-5, rtol=0)


def test_a_hole_map_is_the_ratio_of_two_normal_densities_for_one_posterior() -> None:
    aggregate = AggregatePosterior(Encodings(torch.tensor([[1.0, 2.0]]), torch.full((1, 2), -2.0)))
    ratio = hole_map(aggregate, Plane.of_axes(2), _ACROSS, _UP)
    x, y = _ACROSS, _UP.flip(0)[:, None]
    expected = 2 + 0.5 * (x**2 + y**2) - 0.5 * math.exp(2) * ((x - 1) ** 2 + (y - 2) ** 2)
    torch.testing.assert_close(ratio, expected, atol=1e-3, rtol=1e-5)
    assert ratio.dtype == torch.float32


def test_a_slice_holds_both_densities_of_all_dimensions() -> None:
    aggregate, at = AggregatePosterior(scattered(20, 3)), torch.tensor([0.0, 0.7, 0.0])
    ratio = hole_map(aggregate, Plane.of_axes(3, (0, 2), at), _ACROSS, _UP)
    z = torch.tensor([[2.0, 0.7, 4.0]])
    prior = -1.5 * math.log(2 * math.pi) - 0.5 * float((z**2).sum())
    assert abs(float(ratio[0, 3]) - (float(aggregate.log_prob(z)) - prior)) < 1e-3


def test_the_magnification_of_polar_coordinates_grows_to_the_right() -> None:
    radii = torch.tensor([0.5, 1.0, 2.0])
    found = magnification_map(polar(), Plane.of_axes(2), radii, _UP, "euclidean")
    torch.testing.assert_close(found, radii.expand(3, 3))


def test_a_plane_of_a_larger_space_has_the_magnification_of_its_own_two_directions() -> None:
    W = torch.diag(torch.tensor([2.0, 3.0, 5.0]))
    found = magnification_map(linear(W), Plane.of_axes(3, (0, 2)), _ACROSS, _UP, "euclidean")
    torch.testing.assert_close(found, torch.full((3, 4), 10.0))


def test_the_border_of_two_equal_classes_lies_midway() -> None:
    aggregate = AggregatePosterior(
        Encodings(torch.tensor([[-1.0, 0.0], [1.0, 0.0]]), torch.zeros(2, 2))
    )
    across = torch.tensor([-2.0, -0.1, 0.1, 2.0])
    found = class_map(aggregate, torch.tensor([4, 1]), Plane.of_axes(2), across, _UP)
    assert found.classes.tolist() == [[4, 4, 1, 1]] * 3
    # The log ratio of the two densities is 2 x₁.
    torch.testing.assert_close(found.share[0], torch.sigmoid(2 * across.abs()))


def test_classes_of_a_subset_use_the_labels_of_its_own_images() -> None:
    labels = torch.arange(200) % 2
    encodings = Encodings(2.0 * labels[:, None].expand(200, 2), torch.full((200, 2), -3.0))
    aggregate = AggregatePosterior(encodings, limit=37)
    at = torch.tensor([0.0, 2.0])
    diagonal = class_map(aggregate, labels, Plane.of_axes(2), at, at).classes
    assert [int(diagonal[1, 0]), int(diagonal[0, 1])] == [0, 1]
