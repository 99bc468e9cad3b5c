"""Gaussian likelihoods against torch.distributions and the closed form of sigma-VAE."""

import math

import pytest
import torch
from torch.distributions import Normal

from vae_core.models import VAE, Architecture, Gaussian


def _images(seed: int) -> torch.Tensor:
    return torch.randn(5, 1, 4, 6, generator=torch.Generator().manual_seed(seed))


def test_log_prob_equals_torch_distributions_with_a_variance_per_pixel_or_one_for_all() -> None:
    x = _images(0).sigmoid()
    for logvar in (_images(1), torch.tensor(-3.0)):
        likelihood = Gaussian(_images(2), logvar)
        reference = Normal(_images(2).sigmoid(), (0.5 * logvar).exp())
        torch.testing.assert_close(likelihood.log_prob_per_pixel(x), reference.log_prob(x))
        torch.testing.assert_close(
            likelihood.total_log_prob(x), reference.log_prob(x).sum(), rtol=1e-5, atol=1e-4
        )


def test_samples_have_mean_and_variance_of_the_likelihood() -> None:
    shape = (100_000, 1, 1, 2)
    likelihood = Gaussian(
        torch.tensor([-1.0, 2.0]).expand(shape), torch.tensor([0.25, 0.01]).log().expand(shape)
    )
    x = likelihood.sample(torch.Generator().manual_seed(0))
    torch.testing.assert_close(x.mean(0), likelihood.mean[0], atol=0.005, rtol=0)
    torch.testing.assert_close(x.var(0).flatten(), torch.tensor([0.25, 0.01]), atol=0, rtol=0.02)


def _model(likelihood: str, **more: object) -> VAE:
    architecture = Architecture.model_validate(
        {"image_shape": (1, 4, 6), "latent_dim": 2, "hidden": (5,), "likelihood": likelihood} | more
    )
    return VAE(architecture).initialise("paper", torch.Generator().manual_seed(0))


def test_a_fixed_scale_is_mean_squared_error_up_to_a_constant() -> None:
    x, z = _images(0).sigmoid(), torch.randn(5, 2, generator=torch.Generator().manual_seed(1))
    likelihood = _model("gaussian-fixed", scale=0.3).decode(z)
    squared = ((x - likelihood.mean) ** 2).flatten(1).sum(1)
    expected = -squared / (2 * 0.3**2) - 24 * (math.log(0.3) + 0.5 * math.log(2 * math.pi))
    torch.testing.assert_close(likelihood.log_prob(x), expected)


def test_at_the_optimal_shared_scale_the_likelihood_is_its_closed_form() -> None:
    """sigma* is the root mean squared error; then −log p = D/2 (1 + log 2 pi sigma*²) an image."""
    x, mean_logits = _images(0).sigmoid(), _images(1)
    squared = ((x - mean_logits.sigmoid()) ** 2).mean()
    likelihood = Gaussian(mean_logits, squared.log())
    expected = -0.5 * 24 * (1 + math.log(2 * math.pi * float(squared)))
    assert float(likelihood.log_prob(x).mean()) == pytest.approx(expected, rel=1e-5)


def test_the_shared_scale_starts_near_one_learns_and_cannot_vanish() -> None:
    vae = _model("gaussian-shared")
    likelihood = vae.decode(torch.zeros(1, 2))
    assert isinstance(likelihood, Gaussian)
    assert float(likelihood.logvar.detach()) == pytest.approx(0.0, abs=0.01)
    likelihood.log_prob(torch.zeros(1, 1, 4, 6)).sum().backward()
    assert vae.get_parameter("decoder.log_scale").grad is not None
    with torch.no_grad():
        vae.get_parameter("decoder.log_scale").fill_(-1000.0)
        likelihood = vae.decode(torch.zeros(1, 2))
        assert isinstance(likelihood, Gaussian)
        assert float(likelihood.logvar) == pytest.approx(-12.0)


def test_each_pixel_has_its_own_bounded_variance() -> None:
    vae = _model("gaussian")
    with torch.no_grad():
        likelihood = vae.decode(torch.randn(3, 2, generator=torch.Generator().manual_seed(0)))
        assert isinstance(likelihood, Gaussian)
        assert likelihood.logvar.shape == (3, 1, 4, 6)
        assert float(likelihood.logvar.std()) > 0
        vae.get_parameter("decoder.logvar.bias").fill_(-1e6)
        bounded = vae.decode(torch.zeros(1, 2))
        assert isinstance(bounded, Gaussian)
        assert float(bounded.logvar.min()) == -10.0


def test_the_deviation_is_given_for_each_pixel_also_where_all_share_one() -> None:
    shared = Gaussian(_images(1), torch.tensor(2 * math.log(0.3)))
    torch.testing.assert_close(shared.deviation, torch.full((5, 1, 4, 6), 0.3))
    own = Gaussian(_images(1), _images(2))
    torch.testing.assert_close(own.deviation**2, _images(2).exp())
