"""The aggregate posterior against torch's own mixture and normal densities."""

import torch
from torch import Generator, Tensor
from torch.distributions import (
    Categorical,
    Independent,
    MixtureSameFamily,
    MultivariateNormal,
    Normal,
)

from tests.vae_core.latent.decoders import scattered
from vae_core.latent import AggregatePosterior, Encodings
from vae_core.latent.density import relative_


def _mixture(e: Encodings) -> MixtureSameFamily:
    parts = Independent(Normal(e.mu.double(), (0.5 * e.logvar.double()).exp()), 1)
    return MixtureSameFamily(Categorical(torch.ones(len(e.mu))), parts)


def test_log_q_is_that_of_the_mixture_of_all_posteriors() -> None:
    encodings, z = scattered(300, 3), 2 * torch.randn(70, 3)
    expected = _mixture(encodings).log_prob(z.double())
    found = AggregatePosterior(encodings).log_prob(z)
    torch.testing.assert_close(found.double(), expected, atol=1e-3, rtol=1e-5)


def test_blocks_of_points_are_joined_in_order() -> None:
    encodings, z = scattered(2000, 2), torch.randn(1000, 2)
    aggregate = AggregatePosterior(encodings)
    assert len(list(aggregate.log_terms(z))) > 1
    torch.testing.assert_close(
        aggregate.log_prob(z)[[0, 500, 999]], aggregate.log_prob(z[[0, 500, 999]])
    )


def test_the_narrowest_posteriors_far_from_the_origin_keep_their_digits() -> None:
    g = Generator().manual_seed(0)
    mu = 5 + 0.5 * torch.randn(500, 2, generator=g)
    encodings = Encodings(mu, torch.full((500, 2), -10.0))
    z = mu + 0.01 * torch.randn(500, 2, generator=g)
    found = AggregatePosterior(encodings).log_prob(z)
    torch.testing.assert_close(
        found.double(), _mixture(encodings).log_prob(z.double()), atol=0.02, rtol=0
    )


def test_points_however_far_have_a_finite_density() -> None:
    far = AggregatePosterior(scattered(50, 2)).log_prob(torch.full((1, 2), 1000.0))
    assert bool(far.isfinite().all())
    assert float(far) < -1e4


def test_no_points_have_no_densities() -> None:
    assert AggregatePosterior(scattered(5, 2)).log_prob(torch.empty(0, 2)).shape == (0,)


def test_a_seed_chooses_the_components_and_all_are_taken_if_they_fit() -> None:
    encodings = scattered(100, 2)
    first, again = (AggregatePosterior(encodings, 10, seed=1).index for _ in range(2))
    assert first.tolist() == again.tolist() == sorted(set(first.tolist()))
    assert len(first) == 10
    assert first.tolist() != AggregatePosterior(encodings, 10, seed=2).index.tolist()
    assert AggregatePosterior(encodings, 100).index.tolist() == list(range(100))


def test_the_marginal_is_the_integral_over_the_other_dimension() -> None:
    aggregate = AggregatePosterior(scattered(20, 2))
    grid = torch.linspace(-12, 12, 6001)
    z = torch.stack([torch.full_like(grid, 0.3), grid], 1)
    integral = torch.trapezoid(aggregate.log_prob(z).double().exp(), grid.double())
    marginal = aggregate.marginal((0,))
    torch.testing.assert_close(marginal.log_prob(torch.tensor([[0.3]]))[0], integral.log().float())
    assert marginal.index.tolist() == aggregate.index.tolist()


def test_samples_have_the_moments_of_the_mixture() -> None:
    encodings = scattered(40, 2)
    z = AggregatePosterior(encodings).sample(40_000, Generator().manual_seed(0))
    mixture = _mixture(encodings)
    error: Tensor = (z.mean(0) - mixture.mean) / (mixture.variance / len(z)).sqrt()
    assert float(error.abs().max()) < 4
    torch.testing.assert_close(z.var(0).double(), mixture.variance, rtol=0.05, atol=0)


def test_the_density_of_two_oblique_coordinates_has_the_covariance_of_every_posterior() -> None:
    encodings = scattered(200, 4)
    directions = torch.linalg.qr(torch.randn(4, 2, generator=Generator().manual_seed(3))).Q.T
    D = directions.double()
    covariance = D @ torch.diag_embed(encodings.logvar.double().exp()) @ D.T
    parts = MultivariateNormal(encodings.mu.double() @ D.T, covariance)
    expected = MixtureSameFamily(Categorical(torch.ones(200)), parts)
    at = 2 * torch.randn(60, 2, generator=Generator().manual_seed(4))
    found = AggregatePosterior(encodings).projected(directions).log_prob(at)
    torch.testing.assert_close(found.double(), expected.log_prob(at.double()), atol=1e-3, rtol=1e-5)


def test_projected_on_two_of_its_axes_it_is_the_marginal() -> None:
    aggregate = AggregatePosterior(scattered(200, 4))
    at = torch.randn(30, 2, generator=Generator().manual_seed(5))
    found = aggregate.projected(torch.eye(4)[[3, 1]]).log_prob(at)
    torch.testing.assert_close(found, aggregate.marginal((3, 1)).log_prob(at), atol=1e-4, rtol=1e-5)


def test_shares_far_below_the_largest_are_no_numbers_that_a_processor_is_slow_with() -> None:
    terms = torch.tensor([[3.0, 2.0, -82.0, -90.0, -1000.0]])
    shares = relative_(terms.clone(), torch.tensor([[3.0]]))
    assert float(shares.min()) > 1e3 * torch.finfo(torch.float32).tiny  # exactly 0 is slow, too
    assert torch.equal(shares.sum(1), (terms - 3).exp().sum(1))
