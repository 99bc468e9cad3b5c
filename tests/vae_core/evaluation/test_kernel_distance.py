"""The kernel distance against scikit-learn's kernel and its known expectation."""

import pytest
import torch
from sklearn.metrics.pairwise import polynomial_kernel
from torch import Generator, Tensor

from vae_core.evaluation import Cancelled, Watch
from vae_core.evaluation.features import Sides, sides
from vae_core.evaluation.kernel_distance import kernel_distance


def normal(count: int, dims: int, seed: int) -> Tensor:
    return torch.randn(count, dims, generator=Generator().manual_seed(seed), dtype=torch.float64)


def by_scikit_learn(x: Tensor, y: Tensor) -> float:
    """The unbiased estimate from whole kernel matrices."""
    n = len(x)
    own, real, across = (
        polynomial_kernel(a, b, degree=3, gamma=1 / a.shape[1], coef0=1)
        for a, b in ((x, x), (y, y), (x, y))
    )
    pairs = own.sum() - own.trace() + real.sum() - real.trace()
    return float(pairs / (n * (n - 1)) - 2 * across.mean())


def test_it_is_what_whole_kernel_matrices_give_whatever_the_groups_and_chunks() -> None:
    for count in (7, 23, 1203):
        x, y, other = normal(count, 5, 0) + 0.2, normal(count, 5, 1), normal(count, 5, 2)
        found = kernel_distance(Sides(x, y, other))
        assert found.value == pytest.approx(by_scikit_learn(x, y))
        assert found.floor == pytest.approx(by_scikit_learn(other, y))


def test_its_interval_is_the_jackknife_of_the_estimate_itself() -> None:
    x, y = normal(40, 3, 0) + 0.5, normal(40, 3, 1)
    found = kernel_distance(Sides(x, y, y.flip(0) + 0.1))
    left = []
    for group in range(20):
        keep = torch.ones(40, dtype=torch.bool)
        keep[2 * group : 2 * group + 2] = False
        left.append(by_scikit_learn(x[keep], y[keep]))
    error = (19 * torch.tensor(left).var(correction=0).item()) ** 0.5
    assert found.half_width == pytest.approx(2.093 * error, rel=2e-3)


def test_where_both_are_alike_it_is_unbiased_and_else_what_is_known() -> None:
    alike = [kernel_distance(sides(normal(60, 4, n), normal(120, 4, 500 + n))) for n in range(80)]
    values = torch.tensor([each.value for each in alike])
    assert abs(values.mean()) < 4 * values.std() / 80**0.5
    assert sum(each.decided for each in alike) <= 8
    # One dimension, x = a and y = 0 always: (a² + 1)³ + 1 − 2.
    x = torch.full((50, 1), 2.0, dtype=torch.float64)
    assert kernel_distance(Sides(x, 0 * x, 0 * x)).value == pytest.approx(5**3 + 1 - 2)


def test_it_stops_when_told_to() -> None:
    both = sides(normal(60, 4, 0), normal(120, 4, 1))
    with pytest.raises(Cancelled):
        kernel_distance(both, Watch(cancelled=lambda: True))
