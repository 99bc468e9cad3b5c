"""The density that has looked for modes: a density, with its own gradient, whatever the blocks."""

import math

import pytest
import torch
from torch import Generator

from tests.vae_core.inference.linear_gaussian import LinearGaussian
from vae_core.inference import proposal
from vae_core.inference.proposal import resampled, seek


def test_it_integrates_to_one_and_its_gradient_is_that_of_its_logarithm() -> None:
    model = LinearGaussian(2)
    r = seek(model, model.images(3), Generator().manual_seed(0))
    axis = torch.linspace(-7, 7, 281, dtype=torch.float64)
    grid = torch.cartesian_prod(axis, axis).repeat_interleave(3, 0)
    log_r = r.repeat(len(axis) ** 2).log_prob(grid).view(-1, 3)
    total = log_r.logsumexp(0) + 2 * math.log(14 / 280)
    torch.testing.assert_close(total, torch.zeros_like(total), atol=2e-3, rtol=0)

    z = torch.randn(30, 2, dtype=torch.float64, generator=Generator().manual_seed(1))
    leaf = z.clone().requires_grad_()
    each = r.repeat(10)
    (slope,) = torch.autograd.grad(each.log_prob(leaf).sum(), leaf)
    torch.testing.assert_close(each.gradient(z), slope)


def test_draws_of_it_are_distributed_as_it_says() -> None:
    """E_r[p(z|x) / r(z)] is one, and the draws that are taken have the posterior's moments."""
    model = LinearGaussian(2)
    x = model.images(4)
    r = seek(model, x, Generator().manual_seed(0))
    z = resampled(model, x, r, 2_000, Generator().manual_seed(1))
    mean = model.posterior_mean(x)
    deviation = model.covariance.diagonal().sqrt()
    assert float(((z.mean(1) - mean) / deviation).abs().max()) < 0.3
    assert float((z.std(1) / deviation).log().abs().max()) < 0.25


@pytest.mark.parametrize("dimensions", [1, 5, 25])
def test_images_in_blocks_are_each_given_their_own(
    dimensions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposal, "_IMAGES_AT_ONCE", 2)
    model = LinearGaussian(dimensions)
    x = model.images(5)
    r = seek(model, x, Generator().manual_seed(0))
    assert len(r.means) == len(r.lone) == 5
    at_posterior = r.log_prob(model.posterior_mean(x).to(r.means.dtype))
    at_others = r.log_prob(model.posterior_mean(x.flip(0)).to(r.means.dtype))
    apart = [0, 1, 3, 4]  # the third is its own other
    assert bool((at_posterior[apart] > at_others[apart]).all())
