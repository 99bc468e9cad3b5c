"""The rate in two parts, where both are known."""

import math

import pytest
import torch
from torch import Generator

from vae_core.evaluation import Cancelled, Watch
from vae_core.evaluation.aggregate import aggregate_split
from vae_core.models import POSTERIORS, DiagonalGaussian


def test_a_code_that_is_the_prior_says_nothing() -> None:
    found = aggregate_split(DiagonalGaussian(torch.zeros(50, 3), torch.zeros(50, 3)))
    for part in (found.rate, found.information, found.marginal):
        assert part.value == pytest.approx(0, abs=1e-12)
    assert not found.capped


def test_codes_that_are_far_apart_say_log_n_and_no_more() -> None:
    mu = 100 * torch.arange(20.0)[:, None].expand(20, 2)
    found = aggregate_split(DiagonalGaussian(mu, torch.full((20, 2), -2.0)), samples=3)
    assert found.information.value == pytest.approx(math.log(20), abs=1e-6)
    assert found.cap == math.log(20)
    assert found.capped
    assert "20 images can show 3.00 nats at most (log N)" in found.sentence
    assert "more images would show more" in found.sentence


def test_the_parts_add_up_to_the_rate_and_none_is_above_its_bound() -> None:
    generator = Generator().manual_seed(1)
    q = DiagonalGaussian(
        torch.randn(300, 4, generator=generator), torch.randn(300, 4, generator=generator) - 1
    )
    found = aggregate_split(q)
    assert found.rate.value == pytest.approx(q.kl().sum(1).double().mean().item(), rel=1e-6)
    assert found.information.value + found.marginal.value == pytest.approx(found.rate.value)
    assert 0 < found.information.value <= found.cap


def test_gaussian_codes_that_fill_the_prior_have_the_information_of_a_gaussian_channel() -> None:
    """mu ~ N(0, 1 − v) and z ~ N(mu, v): q(z) is the prior, and I = ½ log(1/v) a dimension."""
    count, v = 4000, 0.25
    steps = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    mu = (1 - v) ** 0.5 * torch.special.ndtri(steps)[:, None]
    q = DiagonalGaussian(mu, torch.full_like(mu, math.log(v)))
    found = aggregate_split(q)
    exact = 0.5 * math.log(1 / v)
    for part, value in ((found.information, exact), (found.marginal, 0.0)):
        assert part.half_width is not None
        assert abs(part.value - value) < 2 * part.half_width  # four standard errors


def test_a_shift_of_all_codes_is_paid_for_and_tells_nothing() -> None:
    mu = torch.full((100, 1), 2.0)
    found = aggregate_split(DiagonalGaussian(mu, torch.zeros(100, 1)))
    assert found.information.value == pytest.approx(0, abs=1e-9)
    assert found.marginal.value == pytest.approx(2.0)  # ½ · 2²


def test_it_ends_when_it_is_told_to() -> None:
    q = DiagonalGaussian(torch.zeros(5, 1), torch.zeros(5, 1))
    with pytest.raises(Cancelled):
        aggregate_split(q, watch=Watch(cancelled=lambda: True))


@pytest.mark.parametrize("name", POSTERIORS)
def test_a_member_of_any_family_that_is_diagonal_has_the_parts_of_the_diagonal(name: str) -> None:
    generator = Generator().manual_seed(1)
    mu, logvar = (torch.randn(40, 3, generator=generator).double() for _ in range(2))
    expected = aggregate_split(DiagonalGaussian(mu, logvar), samples=2)
    family = POSTERIORS[name]
    found = aggregate_split(family.gaussian(mu, logvar), samples=2)
    assert found.information.value == pytest.approx(expected.information.value, abs=1e-6)
    assert found.information.value + found.marginal.value == pytest.approx(found.rate.value)
    if family.closed_rate:
        assert found.rate.value == pytest.approx(expected.rate.value)
    else:
        assert found.rate.half_width is not None
        assert abs(found.rate.value - expected.rate.value) < 2 * found.rate.half_width
