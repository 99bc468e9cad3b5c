"""The continuous Bernoulli against torch.distributions and published values."""

import math

import pytest
import torch
from torch.distributions import ContinuousBernoulli as Reference

from vae_core.models import ContinuousBernoulli


def test_normaliser_and_mean_equal_the_anchors() -> None:
    likelihood = ContinuousBernoulli(torch.logit(torch.tensor([0.01, 0.1, 0.3, 0.9])))
    expected = torch.tensor([1.545198, 1.010339, 0.750588, 1.010339])
    torch.testing.assert_close(likelihood.log_normaliser(), expected, atol=2e-6, rtol=0)
    means = torch.tensor([0.207418, 0.330120, 0.430223, 0.669880])
    torch.testing.assert_close(likelihood.mean, means, atol=2e-6, rtol=0)


def test_log_density_equals_torch_distributions_also_around_one_half() -> None:
    logits = torch.cat([torch.linspace(-15, 15, 61), torch.linspace(-0.1, 0.1, 41)]).double()
    x = torch.rand(len(logits), generator=torch.Generator().manual_seed(0)).double()
    likelihood = ContinuousBernoulli(logits)
    reference = Reference(logits=logits)
    torch.testing.assert_close(
        likelihood.log_prob_per_pixel(x), reference.log_prob(x), atol=1e-6, rtol=1e-6
    )
    torch.testing.assert_close(likelihood.mean, reference.mean, atol=1e-6, rtol=1e-6)


def test_the_density_integrates_to_one_and_has_the_mean() -> None:
    x = torch.linspace(0, 1, 20001).double()
    for logit in (-6.0, -0.04, 0.0, 0.06, 3.0):
        likelihood = ContinuousBernoulli(torch.full_like(x, logit))
        density = likelihood.log_prob_per_pixel(x).exp()
        assert abs(float(torch.trapezoid(density, x)) - 1) < 1e-6
        assert abs(float(torch.trapezoid(density * x, x) - likelihood.mean[0])) < 1e-6


def test_gradients_are_finite_at_and_around_one_half_and_far_out() -> None:
    logits = torch.tensor([-80.0, -0.05, -1e-8, 0.0, 0.05, 80.0], requires_grad=True)
    likelihood = ContinuousBernoulli(logits)
    (likelihood.log_prob_per_pixel(torch.full((6,), 0.3)).sum() + likelihood.mean.sum()).backward()
    assert logits.grad is not None
    assert bool(torch.isfinite(logits.grad).all())


def test_samples_have_the_mean_of_the_distribution() -> None:
    logits = torch.tensor([-90.0, -3.0, 0.0, 0.02, 5.0]).expand(100_000, 5)
    x = ContinuousBernoulli(logits).sample(torch.Generator().manual_seed(0))
    assert float(x.min()) >= 0
    assert float(x.max()) <= 1
    torch.testing.assert_close(x.mean(0), ContinuousBernoulli(logits).mean[0], atol=0.004, rtol=0)


def test_the_deviation_is_that_of_the_density_in_single_precision_too() -> None:
    logits = torch.cat([torch.linspace(-40, 40, 81), torch.linspace(-1.1, 1.1, 41)])
    x = torch.linspace(0, 1, 20001).double()[:, None]
    likelihood = ContinuousBernoulli(logits.double().expand(len(x), -1))
    density = likelihood.log_prob_per_pixel(x).exp()
    squared = (x - likelihood.mean[:1]) ** 2
    expected = torch.trapezoid(density * squared, x, dim=0).sqrt()
    torch.testing.assert_close(likelihood.deviation[0], expected, atol=1e-5, rtol=0)
    single = ContinuousBernoulli(logits).deviation
    torch.testing.assert_close(single.double(), likelihood.deviation[0], atol=1e-6, rtol=0)
    assert bool(torch.isfinite(ContinuousBernoulli(torch.tensor([-900.0, 900.0])).deviation).all())


@pytest.mark.parametrize("size", [0.0, 1e-7, 1e-5, 1e-3, 0.01, 0.049, 0.051, 0.5, 5.0, 30.0])
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_sample_is_where_the_distribution_reaches_a_uniform_draw(size: float, sign: int) -> None:
    logits = torch.full((20_000,), sign * size)
    x = ContinuousBernoulli(logits).sample(torch.Generator().manual_seed(1)).double()
    u = torch.empty(20_000).uniform_(generator=torch.Generator().manual_seed(1)).double()
    a = sign * size
    u = 1 - u if a < -1e-6 else u  # a falling density is a rising one in the mirror
    reached = torch.expm1(a * x) / math.expm1(a) if a else x  # F(x)
    steep = a / math.expm1(a) * torch.exp(a * x) if a else torch.ones_like(x)  # F'(x)
    assert float(((reached - u) / steep).abs().max()) < 2e-6
