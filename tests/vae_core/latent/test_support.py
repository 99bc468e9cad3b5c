"""The support meter where q(z) is known."""

import math

import pytest
import torch
from torch import Generator

from tests.vae_core.latent.decoders import scattered
from vae_core.latent import Encodings, SupportMeter


def _standard(J: int) -> Encodings:
    """Every posterior is the prior, and so is their mixture."""
    return Encodings(torch.zeros(50, J), torch.zeros(50, J))


def test_a_percentile_in_a_standard_normal_is_the_share_of_draws_further_out() -> None:
    # In two dimensions P(|z| > r) = exp(−r²/2).
    radii = torch.tensor([0.5, 1.177, 2.146])
    z = torch.stack([radii, torch.zeros(3)], 1)
    support = SupportMeter(_standard(2), draws=20_000).measure(z)
    torch.testing.assert_close(support.percentile, torch.exp(-0.5 * radii**2), atol=0.015, rtol=0)
    torch.testing.assert_close(
        support.log_density, -math.log(2 * math.pi) - 0.5 * radii**2, atol=1e-5, rtol=0
    )


def test_the_99_percent_circle_parts_supported_from_unsupported() -> None:
    meter = SupportMeter(_standard(2), draws=20_000)
    support = meter.measure(torch.tensor([[0.0, 2.8], [0.0, 3.3], [0.0, 9.0]]))
    assert support.supported.tolist() == [True, False, False]
    assert float(support.percentile[2]) == 0


def test_a_prior_that_is_the_aggregate_posterior_has_a_hundredth_of_holes() -> None:
    assert abs(SupportMeter(_standard(3), draws=10_000).hole_mass(10_000) - 0.01) < 0.006


def test_posteriors_of_half_the_width_leave_a_known_hole() -> None:
    # P(|z| > r) = exp(−r²/2σ²) is 0.01 where exp(−r²/2), the prior's share outside, is 0.01^σ².
    encodings = Encodings(torch.zeros(50, 2), torch.full((50, 2), 0.25).log())
    assert abs(SupportMeter(encodings, draws=20_000).hole_mass(10_000) - 0.01**0.25) < 0.02


def test_a_hundredth_of_posterior_draws_is_unsupported_with_few_components_too() -> None:
    encodings = scattered(3000, 6)
    meter = SupportMeter(encodings, components=300, draws=20_000)
    spread = torch.randn(encodings.mu.shape, generator=Generator().manual_seed(5))
    z = encodings.mu + spread * (0.5 * encodings.logvar).exp()
    assert abs(float(meter.measure(z).supported.float().mean()) - 0.99) < 0.007


def test_percentiles_are_the_densities_that_shares_of_the_draws_stay_below() -> None:
    # In two dimensions log q is below its peak by r²/2, whose median is ln 2.
    meter = SupportMeter(_standard(2), draws=20_000)
    assert len(meter.percentiles) == 101
    assert float(meter.percentiles[1]) == meter.floor
    assert abs(float(meter.percentiles[50]) - (-math.log(2 * math.pi) - math.log(2))) < 0.03
    assert meter.share_below(meter.percentiles).tolist() == pytest.approx(
        [n / 100 for n in range(101)]
    )
    middle = (meter.percentiles[7:9].double().mean())[None]
    assert float(meter.share_below(middle)) == pytest.approx(0.075)


def test_where_all_densities_are_one_a_point_is_above_all_or_below_all() -> None:
    # One Gaussian so narrow that float32 does not tell its draws apart would do the same.
    meter = SupportMeter(_standard(2), draws=100)
    meter.percentiles = torch.full((101,), 2.0)
    assert meter.share_below(torch.tensor([1.9, 2.0, 2.1])).tolist() == [0, 1, 1]


def test_distances_and_neighbours_are_counted_from_the_means() -> None:
    mu = torch.tensor([[0.0, 0.0], [0.3, 0.0], [4.0, 0.0]])
    encodings = Encodings(mu, torch.tensor([[0.01, 0.09]]).log().expand(3, 2))
    meter = SupportMeter(encodings, draws=100)
    assert abs(meter.radius - math.sqrt(0.1)) < 1e-6
    support = meter.measure(torch.tensor([[0.1, 0.0], [4.1, 0.6]]))
    assert support.nearest.tolist() == [0, 2]
    torch.testing.assert_close(support.distance, torch.tensor([0.1, math.hypot(0.1, 0.6)]))
    torch.testing.assert_close(support.deviations, torch.tensor([1.0, math.hypot(1, 2)]))
    assert support.neighbours.tolist() == [2, 0]
