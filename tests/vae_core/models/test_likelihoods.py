"""The Bernoulli likelihood against torch.distributions and the paper's formula."""

import torch
from torch.distributions import Bernoulli as Reference

from vae_core.models import Bernoulli


def _logits() -> torch.Tensor:
    return 3 * torch.randn(5, 1, 4, 6, generator=torch.Generator().manual_seed(0))


def test_log_prob_of_binary_images_equals_torch_distributions() -> None:
    logits = _logits()
    x = torch.bernoulli(torch.full_like(logits, 0.4), generator=torch.Generator().manual_seed(1))
    expected = Reference(logits=logits).log_prob(x)
    torch.testing.assert_close(Bernoulli(logits).log_prob_per_pixel(x), expected)
    torch.testing.assert_close(Bernoulli(logits).log_prob(x), expected.flatten(1).sum(1))


def test_grey_log_prob_is_the_expectation_over_binarisations() -> None:
    logits, grey = _logits(), torch.rand(5, 1, 4, 6, generator=torch.Generator().manual_seed(2))
    likelihood = Bernoulli(logits)
    ones, zeros = torch.ones_like(logits), torch.zeros_like(logits)
    expected = grey * likelihood.log_prob_per_pixel(ones) + (
        1 - grey
    ) * likelihood.log_prob_per_pixel(zeros)
    torch.testing.assert_close(likelihood.log_prob_per_pixel(grey), expected)


def test_the_fused_total_is_the_sum_over_images() -> None:
    logits, x = _logits(), torch.rand(5, 1, 4, 6)
    likelihood = Bernoulli(logits)
    torch.testing.assert_close(likelihood.total_log_prob(x), likelihood.log_prob(x).sum())


def test_extreme_logits_stay_finite() -> None:
    likelihood = Bernoulli(torch.tensor([[[[1e4, -1e4]]]]))
    torch.testing.assert_close(
        likelihood.log_prob_per_pixel(torch.tensor([[[[0.0, 1.0]]]])),
        torch.tensor([[[[-1e4, -1e4]]]]),
    )


def test_samples_are_binary_with_the_likelihoods_mean() -> None:
    likelihood = Bernoulli(torch.tensor([-2.0, 0.0, 1.0]).view(1, 1, 1, 3).expand(50_000, 1, 1, 3))
    x = likelihood.sample(torch.Generator().manual_seed(0))
    assert set(x.unique().tolist()) == {0.0, 1.0}
    torch.testing.assert_close(x.mean(0), likelihood.mean[0], atol=0.01, rtol=0)


def test_the_deviation_is_that_of_torch_distributions_and_never_nan() -> None:
    logits = _logits().double()
    expected = Reference(logits=logits).variance.sqrt()
    torch.testing.assert_close(Bernoulli(logits).deviation, expected)
    extremes = Bernoulli(torch.tensor([-500.0, 0.0, 500.0])).deviation
    torch.testing.assert_close(extremes, torch.tensor([0.0, 0.5, 0.0]))
