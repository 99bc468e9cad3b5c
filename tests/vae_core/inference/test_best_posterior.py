"""The best posterior of a family, against the linear-Gaussian model, where it is known."""

import torch
from torch import Generator, Tensor
from torch.distributions import MultivariateNormal, kl_divergence

from tests.vae_core.inference.linear_gaussian import LinearGaussian
from vae_core.inference.best_posterior import best_posterior
from vae_core.models import DiagonalGaussian, FullGaussian

MODEL = LinearGaussian()


def _prior(images: int) -> DiagonalGaussian:
    return DiagonalGaussian(*torch.zeros(2, images, 2, dtype=torch.float64))


def _kl(mu: Tensor, covariance: Tensor, x: Tensor) -> Tensor:
    """KL(q(z|x) || p(z|x)). [B]."""
    truth = MultivariateNormal(MODEL.posterior_mean(x), MODEL.covariance)
    return kl_divergence(MultivariateNormal(mu, covariance), truth)


def test_of_diagonal_gaussians_it_is_the_true_mean_and_the_inverse_precisions() -> None:
    x = MODEL.images(20)
    told: list[float] = []
    generator = Generator().manual_seed(0)
    found = best_posterior(MODEL, x, [_prior(20)], generator, on_step=told.append)
    assert bool(found.settled.all())
    precision = torch.linalg.inv(MODEL.covariance)
    best = 0.5 * (precision.diagonal().log().sum() - torch.logdet(precision))
    short = _kl(found.posterior.mu, torch.diag_embed(found.posterior.logvar.exp()), x) - best
    assert float(short.min()) > -1e-9
    assert float(short.max()) < 0.02
    assert float(short.mean()) < 0.004
    assert told == sorted(told)
    assert told[-1] == 1


def test_of_full_gaussians_it_is_the_posterior_itself() -> None:
    x = MODEL.images(20)
    start = FullGaussian.gaussian(_prior(20).mu, _prior(20).logvar)
    found = best_posterior(MODEL, x, [start], Generator().manual_seed(0))
    assert bool(found.settled.all())
    factor = found.posterior.factor
    assert float(_kl(found.posterior.mu, factor @ factor.mT, x).max()) < 0.002


def test_each_image_goes_on_from_its_own_best_start_and_the_same_seed_gives_the_same() -> None:
    x = MODEL.images(2)
    mean = MODEL.posterior_mean(x)
    far = torch.tensor([[0.0, 0.0], [40.0, 40.0]], dtype=torch.float64)
    widths = torch.full_like(mean, -2.0)
    starts = [DiagonalGaussian(mean + far, widths), DiagonalGaussian(mean + far.flip(0), widths)]
    found = best_posterior(MODEL, x, starts, Generator().manual_seed(0))
    torch.testing.assert_close(found.posterior.mu, mean, atol=0.05, rtol=0)
    again = best_posterior(MODEL, x, starts, Generator().manual_seed(0))
    assert torch.equal(found.posterior.mu, again.posterior.mu)
