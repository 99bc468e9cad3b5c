"""Estimator B on a model whose every quantity is known: the linear-Gaussian one.

p(z) = N(0, I), p(x|z) = N(Wz + b, s2 I). Then p(z|x) is Gaussian with precision P = I + WᵀW/s2, and
log p(x) = log N(x; b, WWᵀ + s2 I).
"""

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor
from torch.distributions import MultivariateNormal, Normal

from vae_core.inference import estimator_a, estimator_b
from vae_core.models import DiagonalGaussian

S2 = 0.5
# W is chosen so that WᵀW/s2 = [[1, 0.9], [0.9, 0.9]], hence P = [[2, 0.9], [0.9, 1.9]].
W = torch.linalg.cholesky(S2 * torch.tensor([[1.0, 0.9], [0.9, 0.9]], dtype=torch.float64))
W = torch.cat([W.T, torch.zeros(1, 2, dtype=torch.float64)])  # 3 pixels
B = torch.tensor([0.3, -0.2, 0.1], dtype=torch.float64)
PRECISION = torch.eye(2, dtype=torch.float64) + W.T @ W / S2


@dataclass
class GaussianPixels:
    mean: Tensor

    def log_prob(self, x: Tensor) -> Tensor:
        return Normal(self.mean, S2**0.5).log_prob(x).sum(1)


class LinearGaussian:
    """With the best posterior of the diagonal Gaussian family: true mean, variances 1 / P_jj."""

    def encode(self, x: Tensor) -> DiagonalGaussian:
        mean = (x - B) @ W / S2 @ torch.linalg.inv(PRECISION)
        return DiagonalGaussian(mean, -PRECISION.diagonal().log().expand_as(mean))

    def decode(self, z: Tensor) -> GaussianPixels:
        return GaussianPixels(z @ W.T + B)


def _exact_log_evidence(x: Tensor) -> Tensor:
    covariance = W @ W.T + S2 * torch.eye(3, dtype=torch.float64)
    return MultivariateNormal(B, covariance).log_prob(x)


def test_the_bound_falls_short_of_log_p_by_the_exact_gap_of_mean_field() -> None:
    x = torch.randn(4, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    draws = 20_000
    many = x.repeat_interleave(draws, 0)
    terms = estimator_b(LinearGaussian(), many, generator=torch.Generator().manual_seed(1))
    elbo = terms.elbo.view(4, draws)
    gap = 0.5 * (PRECISION.diagonal().log().sum() - torch.logdet(PRECISION))
    error = elbo.std(1) / draws**0.5
    assert float(gap) > 0.1
    assert bool(((_exact_log_evidence(x) - elbo.mean(1) - gap).abs() < 4 * error).all())


def test_the_gap_formula_gives_the_published_anchor() -> None:
    precision = torch.tensor([[2.0, 0.9], [0.9, 1.0]], dtype=torch.float64)
    gap = 0.5 * (precision.diagonal().log().sum() - torch.logdet(precision))
    assert float(gap) == pytest.approx(0.259597, abs=1e-6)


def test_more_samples_leave_the_mean_and_divide_the_variance() -> None:
    x = torch.randn(1, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    many = x.expand(20_000, 3)
    generator = torch.Generator().manual_seed(2)
    one = estimator_b(LinearGaussian(), many, 1, generator).elbo
    eight = estimator_b(LinearGaussian(), many, 8, generator).elbo
    assert abs(float(one.mean() - eight.mean())) < 5 * float(one.std()) / 20_000**0.5
    assert float(one.var() / eight.var()) == pytest.approx(8, rel=0.1)


def test_estimator_a_agrees_with_b_in_the_mean_of_both_parts() -> None:
    x = torch.randn(3, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    draws = 20_000
    many = x.repeat_interleave(draws, 0)
    a = estimator_a(LinearGaussian(), many, 1, torch.Generator().manual_seed(3))
    b = estimator_b(LinearGaussian(), many, 1, torch.Generator().manual_seed(4))
    error = a.rate.std(0).max() / draws**0.5
    assert bool(((a.rate - b.rate).view(3, draws, 2).mean(1).abs() < 5 * error).all())
    error = (a.elbo.view(3, draws).std(1) + b.elbo.view(3, draws).std(1)) / draws**0.5
    assert bool(((a.elbo - b.elbo).view(3, draws).mean(1).abs() < 4 * error).all())


def test_estimator_a_has_no_variance_where_the_posterior_is_exact() -> None:
    """log p(x, z) − log q(z|x) = log p(x) for every z if q(z|x) = p(z|x): one latent dimension."""

    @dataclass
    class Unit:
        mean: Tensor

        def log_prob(self, x: Tensor) -> Tensor:
            return Normal(self.mean, 1.0).log_prob(x).sum(1)

    class OneDimension:
        def encode(self, x: Tensor) -> DiagonalGaussian:
            return DiagonalGaussian(x / 2, torch.full_like(x, 0.5).log())

        def decode(self, z: Tensor) -> Unit:
            return Unit(z)

    x = torch.full((100, 1), 0.7, dtype=torch.float64)
    elbo = estimator_a(OneDimension(), x, 1, torch.Generator().manual_seed(0)).elbo
    expected = Normal(0.0, 2**0.5).log_prob(torch.tensor(0.7, dtype=torch.float64))
    torch.testing.assert_close(elbo, expected.double().expand(100), atol=1e-6, rtol=0)
