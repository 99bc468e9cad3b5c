"""The mixture that noise is drawn of: its density against PyTorch's, and its samples against it."""

import pytest
import torch
from torch import Generator, Tensor
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from vae_core.models.priors import standard_normal_log_prob
from vae_core.models.wave_mixture import WAVES, WaveMixture


def _mixture(values: int, modes: int = 5) -> WaveMixture:
    mixture = WaveMixture(values, modes)
    generator = Generator().manual_seed(0)
    with torch.no_grad():
        mixture.means.normal_(0, 1.5, generator=generator)
        mixture.log_scales.normal_(0, 0.3, generator=generator)
        mixture.weights.normal_(0, 0.1, generator=generator)
    return mixture


def _noise(values: int, count: int = 7) -> Tensor:
    return torch.randn(count, values, generator=Generator().manual_seed(1))


@pytest.mark.parametrize("values", [2, 64, 100])
def test_its_density_is_that_of_pytorchs_mixture_and_a_normal_of_the_rest(values: int) -> None:
    mixture, z = _mixture(values), _noise(values)
    slow = min(values, WAVES)
    known = MixtureSameFamily(
        Categorical(logits=10 * mixture.weights),
        Independent(Normal(mixture.means, mixture.log_scales.exp()), 1),
    )
    expected = known.log_prob(z[:, :slow]) + standard_normal_log_prob(z[:, slow:])
    torch.testing.assert_close(mixture.log_prob(z), expected, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("values", [2, 100])
def test_before_it_has_seen_images_it_is_one_normal(values: int) -> None:
    mixture, z = _mixture(values), _noise(values)
    mixture.reset()
    torch.testing.assert_close(mixture.log_prob(z), standard_normal_log_prob(z))


def test_its_samples_have_its_moments_and_follow_their_seed() -> None:
    mixture, count = _mixture(70), 20_000
    z, again = (mixture.sample(count, Generator().manual_seed(2)) for _ in range(2))
    assert torch.equal(z, again)
    with torch.no_grad():
        weights = (10 * mixture.weights).softmax(0)
        mean = weights @ mixture.means
        second = mixture.means.square() + (2 * mixture.log_scales).exp()
        variance = weights @ second - mean.square()
    error = (variance / count).sqrt()
    assert float(((z[:, :WAVES].mean(0) - mean) / error).abs().max()) < 4.5
    assert float((z[:, :WAVES].var(0) / variance - 1).abs().max()) < 0.08
    assert float(z[:, WAVES:].mean(0).abs().max()) < 4.5 / count**0.5


def test_modes_begin_near_the_first_images_and_no_two_alike() -> None:
    mixture, z = WaveMixture(80, 12), _noise(80, 5)
    mixture.spread(z, Generator().manual_seed(3))
    means, halfway = mixture.means.detach(), 0.5 * z[torch.arange(12) % 5, :WAVES]
    assert float((means - halfway).std()) == pytest.approx(0.15, abs=0.02)
    assert float(torch.pdist(means).min()) > 1
