"""Precision, recall, density and coverage against scikit-learn's neighbours and closed forms."""

import pytest
import torch
from sklearn.neighbors import NearestNeighbors
from torch import Generator, Tensor

from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Watch
from vae_core.evaluation.coverage import coverage, expected_coverage
from vae_core.evaluation.features import Sides, sides


def normal(count: int, dims: int, seed: int) -> Tensor:
    return torch.randn(count, dims, generator=Generator().manual_seed(seed), dtype=torch.float64)


def radii(x: Tensor, k: int) -> Tensor:
    """To the k-th neighbour: scikit-learn counts the point itself where it is asked about it."""
    distances, _ = NearestNeighbors(n_neighbors=k + 1).fit(x.numpy()).kneighbors(x.numpy())
    return torch.from_numpy(distances[:, k])


def test_all_four_are_what_scikit_learns_neighbours_give() -> None:
    k = 3
    found = coverage(Sides(normal(700, 6, 0) * 0.8, normal(700, 6, 1), normal(700, 6, 2)), k=k)
    fake, real = normal(700, 6, 0) * 0.8, normal(700, 6, 1)
    distances = torch.cdist(fake, real, compute_mode="donot_use_mm_for_euclid_dist")
    within = distances <= radii(real, k)
    expected = found.samples
    assert expected.precision.share == pytest.approx(within.any(1).double().mean().item())
    assert expected.coverage.share == pytest.approx(within.any(0).double().mean().item())
    assert expected.density == pytest.approx(within.sum(1).double().mean().item() / k)
    recalled = (distances <= radii(fake, k)[:, None]).any(0)
    assert expected.recall.share == pytest.approx(recalled.double().mean().item())


def test_the_same_images_are_covered_wholly_and_far_ones_not_at_all() -> None:
    real = normal(300, 4, 0)
    same = coverage(Sides(real, real, real)).samples
    assert (same.precision.share, same.recall.share, same.coverage.share) == (1, 1, 1)
    far = coverage(Sides(real + 100, real, real)).samples
    assert (far.precision.count, far.recall.count, far.coverage.count, far.density) == (0, 0, 0, 0)


def test_alike_sides_have_density_one_and_the_coverage_that_is_known() -> None:
    assert expected_coverage(10_000, 10_000) == pytest.approx(1 - 2**-5, abs=1e-4)
    many = [coverage(sides(normal(100, 3, n), normal(200, 3, 900 + n))) for n in range(40)]
    for values, expected in (
        (torch.tensor([each.samples.coverage.share for each in many]), many[0].expected),
        (torch.tensor([each.floor.coverage.share for each in many]), many[0].expected),
        (torch.tensor([each.samples.density for each in many]), 1.0),
    ):
        assert abs(values.mean() - expected) < 4 * values.std() / 40**0.5


def test_dropped_modes_lower_coverage_and_recall_and_leave_precision() -> None:
    centres = 20 * torch.eye(4, dtype=torch.float64)
    real = normal(800, 4, 0) + centres.repeat(200, 1)
    fake = normal(400, 4, 1) + centres[:1]
    found = coverage(sides(fake, real))
    assert found.samples.precision.share > 0.9
    assert found.samples.coverage.high < 0.4
    assert found.samples.recall.high < 0.4
    assert found.floor.coverage.share > 0.9


def test_it_stops_when_told_to_and_needs_more_images_than_neighbours() -> None:
    with pytest.raises(Cancelled):
        coverage(sides(normal(60, 4, 0), normal(120, 4, 1)), watch=Watch(cancelled=lambda: True))
    with pytest.raises(AtlasError, match="6 images or more"):
        coverage(sides(normal(5, 4, 0), normal(10, 4, 1)))
