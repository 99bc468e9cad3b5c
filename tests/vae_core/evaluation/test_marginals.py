"""Each dimension of q(z|x) by itself, of every family, where its moments are known."""

import math

import pytest
import torch
from torch import Generator, Tensor

from vae_core.evaluation.marginals import marginals, posteriors
from vae_core.models import POSTERIORS, VAE, Architecture, DiagonalGaussian, FullGaussian, Posterior

BENT = [name for name, family in POSTERIORS.items() if not family.closed_rate]


def drawn(name: str, images: int, dims: int) -> Posterior:
    """A member of the family with parameters of all kinds."""
    generator = Generator().manual_seed(3)

    def some(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    heads = {head: some(images, size) for head, size in POSTERIORS[name].heads(dims).items()}
    return POSTERIORS[name].from_outputs(some(images, dims), some(images, dims) - 2, heads)


@pytest.mark.parametrize("name", POSTERIORS)
def test_a_member_that_is_a_diagonal_gaussian_has_its_own_moments(name: str) -> None:
    mu, logvar = torch.tensor([[0.5, -1.0, 2.0]] * 7), torch.tensor([[-3.0, 0.0, -1.0]] * 7)
    found = marginals(POSTERIORS[name].gaussian(mu, logvar))
    torch.testing.assert_close(found.mu, mu, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(found.logvar, logvar, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("name", POSTERIORS)
@pytest.mark.parametrize("dims", [1, 3])
def test_moments_are_those_of_many_draws(name: str, dims: int) -> None:
    q = drawn(name, 5, dims)
    found = marginals(q)
    count = 10_000
    z = q.repeat(count).rsample(Generator().manual_seed(1)).view(count, 5, dims)
    widths = z.std(0)
    # 256 draws and their opposites: a tenth of a deviation is four of their standard errors.
    assert ((found.mu - z.mean(0)).abs() < 0.1 * widths).all()
    assert ((found.logvar - widths.square().log()).abs() < 0.4).all()


def test_what_two_correlated_dimensions_say_together_is_missing_in_what_each_says() -> None:
    mu, rho = torch.zeros(1, 2), 0.8
    scale = math.sqrt(1 - rho**2)
    q = FullGaussian(
        mu, torch.tensor([[0.0, 2 * math.log(scale)]]), torch.tensor([[[0.0, 0.0], [rho, 0.0]]])
    )
    alone = marginals(q).kl()
    torch.testing.assert_close(alone, torch.zeros(1, 2), rtol=0, atol=1e-6)
    assert q.kl().sum().item() == pytest.approx(-math.log(scale))


@pytest.mark.parametrize("name", BENT)
def test_dimensions_by_themselves_say_no_more_than_the_code(name: str) -> None:
    q = drawn(name, 6, 3)
    z = q.repeat(5_000).rsample(Generator().manual_seed(1))
    log_prior = DiagonalGaussian(torch.zeros_like(z), torch.zeros_like(z)).log_prob(z)
    rate = (q.repeat(5_000).log_prob(z) - log_prior).view(-1, 6)
    error = rate.std(0) / rate.shape[0] ** 0.5
    assert (marginals(q).kl().sum(1) < rate.mean(0) + 4 * error + 0.05).all()


@pytest.mark.parametrize("name", POSTERIORS)
def test_of_a_model_every_image_has_a_mean_and_a_variance(name: str) -> None:
    vae = VAE(Architecture(image_shape=(1, 4, 4), latent_dim=3, hidden=(8,), posterior=name))
    images = torch.rand(12, 1, 4, 4, generator=Generator().manual_seed(0))
    found = posteriors(vae, images)
    assert found.mu.shape == found.logvar.shape == (12, 3)
    assert found.mu.isfinite().all()
    assert found.logvar.isfinite().all()
