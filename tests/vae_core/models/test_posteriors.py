"""The Gaussian posterior against the paper's closed form and torch.distributions."""

import torch
from torch.distributions import Normal, kl_divergence

from vae_core.models import DiagonalGaussian, standard_normal_log_prob


def test_kl_per_dimension_equals_the_anchor_of_appendix_b() -> None:
    posterior = DiagonalGaussian(
        mu=torch.tensor([[0.5, -1.0, 0.0]]), logvar=torch.tensor([[0.25, 1.0, 4.0]]).log()
    )
    expected = torch.tensor([[0.443147, 0.500000, 0.806853]])
    torch.testing.assert_close(posterior.kl(), expected, atol=1e-6, rtol=0)
    assert abs(float(posterior.kl().sum()) - 1.750000) < 1e-6


def test_kl_and_log_prob_equal_torch_distributions() -> None:
    generator = torch.Generator().manual_seed(1)
    mu, logvar, z = torch.randn(3, 7, 5, generator=generator)
    posterior = DiagonalGaussian(mu, logvar)
    reference = Normal(mu, (0.5 * logvar).exp())
    torch.testing.assert_close(posterior.log_prob(z), reference.log_prob(z).sum(1))
    torch.testing.assert_close(posterior.kl(), kl_divergence(reference, Normal(0.0, 1.0)))


def test_samples_have_the_posterior_mean_and_variance() -> None:
    count = 200_000
    posterior = DiagonalGaussian(
        mu=torch.tensor([1.5, -2.0]).expand(count, 2),
        logvar=torch.tensor([0.25, 4.0]).log().expand(count, 2),
    )
    z = posterior.rsample(torch.Generator().manual_seed(0))
    torch.testing.assert_close(z.mean(0), torch.tensor([1.5, -2.0]), atol=0.02, rtol=0)
    torch.testing.assert_close(z.var(0), torch.tensor([0.25, 4.0]), atol=0, rtol=0.02)


def test_samples_pass_the_gradient_on_to_mean_and_variance() -> None:
    mu, logvar = torch.zeros(1, 3, requires_grad=True), torch.zeros(1, 3, requires_grad=True)
    z = DiagonalGaussian(mu, logvar).rsample(torch.Generator().manual_seed(0))
    z.sum().backward()
    assert mu.grad is not None
    assert logvar.grad is not None
    torch.testing.assert_close(mu.grad, torch.ones(1, 3))
    torch.testing.assert_close(logvar.grad, 0.5 * z.detach())  # dz/dlogvar = s·eps/2, at s = 1


def test_prior_density_equals_torch_distributions() -> None:
    z = torch.randn(6, 4, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(standard_normal_log_prob(z), Normal(0.0, 1.0).log_prob(z).sum(1))
