"""The points of a curve that are drawn: few, and steady ones."""

import pytest

from latent_atlas.ui.chart_points import MAX_POINTS, thin


@pytest.mark.parametrize("log_axis", [True, False])
@pytest.mark.parametrize("n", [0, 1, 299, 300, 301, 1000, 12_345])
def test_a_curve_has_at_most_300_points_and_keeps_its_last(n: int, log_axis: bool) -> None:
    samples = [100 * (i + 1) for i in range(n)]
    kept = thin(samples, log_axis=log_axis)
    assert len(kept) <= MAX_POINTS
    assert kept == sorted(set(kept))
    assert not samples or kept[-1] == n - 1


def test_points_of_a_growing_log_curve_stay_where_they_were() -> None:
    samples = [100 * (i + 1) for i in range(3000)]
    before = thin(samples[:2500], log_axis=True)
    after = thin(samples, log_axis=True)
    assert set(before[:-1]) <= set(after)
