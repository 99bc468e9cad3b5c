"""Gaussians fitted to encodings, against closed forms and other libraries' densities."""

import pytest
import torch
from torch import Generator
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

from tests.vae_core.latent.decoders import scattered
from vae_core.latent import Encodings
from vae_core.latent.gaussians import MOST_CORRELATED, GaussianMixture, fit_gaussians


def test_its_density_is_that_of_torch() -> None:
    g = Generator().manual_seed(0)
    weights, means = torch.tensor([0.2, 0.5, 0.3]).double(), torch.randn(3, 4, generator=g).double()
    factors = torch.randn(3, 4, 4, generator=g).double()
    covariances = factors @ factors.mT + torch.eye(4)
    z = 2 * torch.randn(50, 4, generator=g)
    expected = MixtureSameFamily(Categorical(weights), MultivariateNormal(means, covariances))
    found = GaussianMixture(weights, means, covariances).log_prob(z)
    torch.testing.assert_close(found, expected.log_prob(z.double()).float(), atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize("J", [1, 3, MOST_CORRELATED + 1])
def test_one_gaussian_has_the_moments_of_the_aggregate_posterior(J: int) -> None:
    encodings = scattered(2000, J)
    mu = encodings.mu.double()
    covariance = torch.cov(mu.T, correction=0).view(J, J)
    covariance = covariance + encodings.logvar.double().exp().mean(0).diag()
    if J > MOST_CORRELATED:  # then without correlations
        covariance = covariance.diagonal().diag()
    z = mu[:20]
    expected = MultivariateNormal(mu.mean(0), covariance).log_prob(z)
    found = fit_gaussians(encodings, 1).log_prob(z)
    torch.testing.assert_close(found, expected.float(), atol=1e-3, rtol=1e-4)


def test_clusters_are_found_and_the_fit_is_as_likely_as_the_truth() -> None:
    g = Generator().manual_seed(3)
    factors = 0.3 * torch.randn(4, 5, 5, generator=g)
    truth = MixtureSameFamily(
        Categorical(torch.tensor([0.4, 0.3, 0.2, 0.1])),
        MultivariateNormal(
            3 * torch.randn(4, 5, generator=g), factors @ factors.mT + 0.1 * torch.eye(5)
        ),
    )
    torch.manual_seed(0)
    mu, unseen = truth.sample((6000,)), truth.sample((4000,))
    fitted = fit_gaussians(Encodings(mu, torch.full(mu.shape, -12.0)), 8)
    assert float((truth.log_prob(unseen) - fitted.log_prob(unseen)).mean()) < 0.04


def test_encodings_in_one_place_are_one_gaussian_however_many_are_asked_for() -> None:
    encodings = Encodings(torch.ones(300, 2), torch.zeros(300, 2))
    z = torch.randn(10, 2, generator=Generator().manual_seed(0))
    expected = MultivariateNormal(torch.ones(2), torch.eye(2)).log_prob(z)
    torch.testing.assert_close(fit_gaussians(encodings, 8).log_prob(z), expected)
