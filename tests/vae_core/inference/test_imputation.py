"""Chains that fill missing pixels in, against the linear-Gaussian model's conditional mean."""

from itertools import islice

import pytest
import torch
from torch import Generator, Tensor

from tests.vae_core.inference.linear_gaussian import GaussianPixels, LinearGaussian
from vae_core.inference.imputation import (
    STARTS,
    WAYS,
    Way,
    chain,
    missing_distance,
    started,
)
from vae_core.inference.known_pixels import KnownPixels, conditional
from vae_core.models import LIKELIHOODS, VAE, Architecture

KNOWN = torch.tensor([True, True, False, True, False, False])


class _Pixels(GaussianPixels):
    def log_prob_per_pixel(self, x: Tensor) -> Tensor:
        return torch.distributions.Normal(self.mean, self.deviation, validate_args=False).log_prob(
            x
        )

    def sample(self, generator: Generator | None = None) -> Tensor:
        noise = torch.randn(self.mean.shape, generator=generator, dtype=self.mean.dtype)
        return self.mean + self.deviation * noise


class _Linear(LinearGaussian):
    """Images of six pixels in a row; its encoder is right if it has one dimension and no shift."""

    def decode(self, z: Tensor) -> _Pixels:
        return _Pixels(z @ self.w.T + self.b, self.deviation)

    def exact(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """E[x_missing|x_known] of each image, and the covariance of E[x|z] under p(z|x_known)."""
        w, b = self.w[KNOWN], self.b[KNOWN]
        eye = torch.eye(self.w.shape[1], dtype=torch.float64)
        covariance = torch.linalg.inv(eye + w.T @ w / self.deviation**2)
        z = (x[:, KNOWN] - b) @ w @ covariance / self.deviation**2
        missing = self.w[~KNOWN]
        return z @ missing.T + self.b[~KNOWN], missing @ covariance @ missing.T


@pytest.mark.parametrize("latent_dim", [1, 2, 3])
def test_the_integral_is_the_conditional_mean_and_its_spread(latent_dim: int) -> None:
    model = _Linear(latent_dim)
    x = model.images(4)
    found = conditional(model, x.where(KNOWN, 99.0), KNOWN)
    mean, covariance = model.exact(x)
    assert bool(found.settled.all())
    assert torch.allclose(found.mean[:, ~KNOWN], mean, atol=1e-3)
    assert torch.equal(found.mean[:, KNOWN], x[:, KNOWN])
    expected = covariance.diagonal().mean().sqrt()
    assert torch.allclose(found.spread, expected.expand(4), atol=2e-3)


def _limit(model: _Linear, way: Way, steps: int = 60) -> tuple[Tensor, Tensor]:
    """The mean over many chains of one image, late, and what is exact. [missing]."""
    x = model.images(1).expand(4000, -1)
    generator = Generator().manual_seed(0)
    start = started("noise", model, x, KNOWN, generator)
    late = list(islice(chain(model, start, KNOWN, generator=generator, way=way), steps))[-20:]
    mean = torch.stack([state.shown for state in late]).mean((0, 1))
    return mean[~KNOWN], model.exact(x[:1])[0][0]


def test_with_the_true_posterior_the_chain_tends_to_the_conditional_mean() -> None:
    found, exact = _limit(_Linear(1, shift=0.0, width=1.0), "draw")
    assert torch.allclose(found, exact, atol=0.01)


def test_with_a_wrong_encoder_only_the_corrected_chain_does() -> None:
    model = _Linear(2, shift=1.0)
    corrected, exact = _limit(model, "corrected", 150)
    assert torch.allclose(corrected, exact, atol=0.015)
    wrong, _ = _limit(model, "draw")
    assert float((wrong - exact).abs().max()) > 0.1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("shape", "latent_dim"),
    [((3, 64, 64), 2), ((1, 28, 20), 200), ((1, 8, 8), 1), ((1, 105, 105), 3)],
)
def test_known_pixels_stay_and_the_same_seed_gives_the_same_states(
    way: Way, shape: tuple[int, int, int], latent_dim: int
) -> None:
    vae = VAE(Architecture(image_shape=shape, latent_dim=latent_dim, hidden=(8,)))
    x = torch.rand(2, *shape, generator=Generator().manual_seed(0))
    known = torch.rand(2, 1, *shape[1:], generator=Generator().manual_seed(1)) < 0.5

    def states() -> list[Tensor]:
        generator = Generator().manual_seed(5)
        start = started("prior", vae, x, known, generator)
        found = list(islice(chain(vae, start, known, generator=generator, way=way), 3))
        everywhere = known.expand_as(x)
        for state in found:
            assert torch.equal(state.shown[everywhere], x[everywhere])
            assert torch.equal(state.filled[everywhere], x[everywhere])
            assert state.z.shape == (2, latent_dim)
        return [state.shown for state in found]

    assert all(map(torch.equal, states(), states()))


@pytest.mark.parametrize("name", STARTS)
def test_a_start_keeps_what_is_known_and_looks_at_nothing_else(name: str) -> None:
    model = _Linear(2)
    x = model.images(3)
    one, other = (
        started(name, model, x.where(KNOWN, hidden), KNOWN, Generator().manual_seed(0))
        for hidden in (0.0, 7.0)
    )
    assert torch.equal(one, other)
    assert torch.equal(one[:, KNOWN], x[:, KNOWN])


def test_the_best_draw_of_the_prior_is_nearer_to_the_answer_than_noise() -> None:
    model = _Linear(2)
    x = model.images(50)
    exact = conditional(model, x, KNOWN).mean
    noise, prior = (
        missing_distance(started(name, model, x, KNOWN, Generator().manual_seed(0)), exact, KNOWN)
        for name in ("noise", "prior")
    )
    assert float(prior.mean()) < float(noise.mean())


def test_a_distance_counts_missing_pixels_alone() -> None:
    one = torch.tensor([[9.0, 9, 1, 9, 0, 0]])
    assert missing_distance(one, torch.zeros(1, 6), KNOWN).tolist() == pytest.approx([3**-0.5])
    everything = torch.ones(6, dtype=torch.bool)
    assert missing_distance(one, torch.zeros(1, 6), everything).tolist() == [0.0]


def test_a_model_of_four_dimensions_has_no_exact_answer() -> None:
    with pytest.raises(ValueError, match="4 dimensions"):
        conditional(_Linear(4), torch.rand(1, 6, dtype=torch.float64), KNOWN)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_of_every_likelihood_the_known_pixels_alone_count(likelihood: str) -> None:
    torch.manual_seed(0)
    vae = VAE(Architecture(image_shape=(3, 4, 5), latent_dim=2, hidden=(8,), likelihood=likelihood))
    x = torch.rand(2, 3, 4, 5)
    known = torch.rand(1, 3, 4, 5) < 0.5
    z = torch.randn(7, 2)
    pixels = KnownPixels(vae.decode(z), known.flatten())
    found = pixels.log_prob_table(x).detach()
    for column, image in zip(found.T, x, strict=True):
        each = vae.decode(z).log_prob_per_pixel(image.expand(7, 3, 4, 5)).detach()
        expected = each.masked_fill(~known, 0.0).flatten(1).sum(1)
        assert torch.allclose(column, expected, atol=1e-4)
