"""Which density the held-out draws choose."""

import torch
from torch import Generator, Tensor

from vae_core.latent import Encodings
from vae_core.latent.density import AggregatePosterior, sample_posteriors
from vae_core.latent.fitted import FittedDensity, fit_density, kernels


def chosen(mu: Tensor, s: float) -> tuple[FittedDensity, Tensor]:
    """What is chosen for means with posteriors of one width, and the draws that chose it."""
    encodings = Encodings(mu, torch.full(mu.shape, s).log() * 2)
    half = len(mu) // 2
    unseen = Encodings(encodings.mu[half:], encodings.logvar[half:])
    drawn = sample_posteriors(unseen, 1000, Generator().manual_seed(0))
    return fit_density(Encodings(encodings.mu[:half], encodings.logvar[:half]), drawn), drawn


def ring(count: int) -> Tensor:
    """Points on a spiral of two turns, which no few Gaussians describe. [count, 2]."""
    turn = 4 * torch.pi * torch.rand(count, generator=Generator().manual_seed(1)).sqrt()
    return torch.stack([turn.cos(), turn.sin()], 1) * turn[:, None] / 5


def test_kernels_without_bandwidth_are_the_aggregate_posterior() -> None:
    encodings = Encodings(ring(50), torch.zeros(50, 2))
    z = ring(9)
    expected = AggregatePosterior(encodings).log_prob(z)
    torch.testing.assert_close(kernels(encodings, 0.0).log_prob(z), expected)


def test_posteriors_that_overlap_stay_the_kernels_that_they_are() -> None:
    found, _ = chosen(ring(1000), 0.2)
    assert found.kind == "kernels"
    assert found.setting < 0.1


def test_narrow_posteriors_in_two_dimensions_are_widened() -> None:
    found, _ = chosen(ring(1000), 0.001)
    assert found.kind == "kernels"
    assert 0 < found.setting < 0.2


def test_spikes_in_ten_dimensions_become_gaussians_that_make_unseen_ones_likelier() -> None:
    g = Generator().manual_seed(2)
    places = torch.randn(5, 10, generator=g)
    mu = places[torch.randint(5, (3000,), generator=g)] + 0.4 * torch.randn(3000, 10, generator=g)
    found, drawn = chosen(mu, 0.05)
    assert found.kind == "gaussians"
    spikes = kernels(Encodings(mu[:1500], torch.full((1500, 10), 0.05).log() * 2), 0.0)
    assert found.score > float(spikes.log_prob(drawn).mean()) + 5
