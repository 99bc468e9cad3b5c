"""Precision, recall, density and coverage against scikit-learn's neighbours and closed forms."""

import pytest
import torch
from sklearn.neighbors import NearestNeighbors
from torch import Generator, Tensor

from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Watch
from vae_core.evaluation.coverage import coverage, expected_coverage
from vae_core.evaluation.features import Sides, groups, sides


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


def four(found: Tensor, real: Tensor, k: int = 5) -> Tensor:
    """Precision, recall, density and coverage."""
    distances = torch.cdist(found, real)
    held = distances <= radii(real, k)
    recalled = (distances <= radii(found, k)[:, None]).any(0)
    each = (held.any(1), recalled, held.sum(1) / k, held.any(0))
    return torch.stack([values.double().mean() for values in each])


def test_the_intervals_are_those_of_all_four_without_each_twentieth_of_both_sides() -> None:
    fake, real = 0.6 * normal(203, 3, 0) + 0.5, normal(203, 3, 1)
    without = []
    for start, stop in groups(203):
        one, other = (torch.cat([side[:start], side[stop:]]) for side in (fake, real))
        without.append(four(one, other))
    expected = 2.093 * (19 * torch.stack(without).var(0, correction=0)).sqrt()
    found = coverage(Sides(fake, real, real)).samples
    shares = (found.precision, found.recall, found.coverage)
    widths = [1.96 * (of.share * (1 - of.share) / of.worth) ** 0.5 for of in shares]
    assert [*widths[:2], found.density_half_width, widths[2]] == pytest.approx(
        expected.tolist(), rel=1e-3
    )


def test_a_ball_that_reaches_past_its_own_cluster_without_it_is_found_exactly() -> None:
    """Clusters as large as a group: without it none of the nearest twenty is left."""
    real = normal(800, 2, 0) + 100 * torch.arange(20).repeat_interleave(40)[:, None]
    fake = real + 0.1 * normal(800, 2, 1)
    without = []
    for start, stop in groups(800):
        one, other = (torch.cat([side[:start], side[stop:]]) for side in (fake, real))
        without.append(four(one, other)[2])
    expected = 2.093 * (19 * torch.stack(without).var(0, correction=0)).sqrt()
    found = coverage(Sides(fake, real, real)).samples
    assert found.density_half_width == pytest.approx(expected.item(), rel=1e-3)


def test_the_intervals_hold_in_95_of_100_cases_or_more_where_few_prototypes_are_copied() -> None:
    found = []
    for seed in range(60):
        generator = Generator().manual_seed(seed)
        which = torch.randint(30, (200,), generator=generator)
        fake = normal(30, 3, 1000 + seed)[which] + 0.02 * normal(200, 3, 2000 + seed)
        found.append(coverage(Sides(fake, normal(200, 3, 3000 + seed), fake)).samples)
    for shares in ([each.coverage for each in found], [each.recall for each in found]):
        mean = sum(each.share for each in shares) / len(shares)
        assert sum(each.low <= mean <= each.high for each in shares) > 0.9 * len(shares)


def test_a_share_of_few_images_or_of_none_or_all_is_worth_a_quarter_of_them() -> None:
    few = coverage(Sides(normal(12, 3, 0), normal(12, 3, 1), normal(12, 3, 2))).samples
    assert (few.coverage.worth, few.density_half_width) == (3, None)
    real = normal(300, 4, 0)
    assert coverage(Sides(real + 100, real, real)).samples.coverage.worth == 75


def test_it_stops_when_told_to_and_needs_more_images_than_neighbours() -> None:
    with pytest.raises(Cancelled):
        coverage(sides(normal(60, 4, 0), normal(120, 4, 1)), watch=Watch(cancelled=lambda: True))
    with pytest.raises(AtlasError, match="6 images or more"):
        coverage(sides(normal(5, 4, 0), normal(10, 4, 1)))
