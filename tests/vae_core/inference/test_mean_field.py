"""Per-image inference, against the best diagonal Gaussian where that is known."""

import pytest
import torch
from torch import Generator

from tests.vae_core.inference.test_elbo import PRECISION, S2, B, LinearGaussian, W
from vae_core.evaluation import evaluate
from vae_core.inference import PerImageInference, fit_mean_field
from vae_core.models import VAE, Architecture, DiagonalGaussian


def test_it_finds_the_true_mean_and_the_inverse_of_the_precisions_diagonal() -> None:
    """The best of the family: mean of p(z|x), variances 1 / P_jj (Cremer, Li & Duvenaud 2018)."""
    x = torch.randn(6, 3, generator=Generator().manual_seed(0), dtype=torch.float64)
    prior = DiagonalGaussian(*torch.zeros(2, 6, 2, dtype=torch.float64))
    found = fit_mean_field(
        LinearGaussian(),
        x.repeat(20, 1),
        prior.repeat(20),
        steps=1500,
        step_size=0.05,
        generator=Generator().manual_seed(1),
    )
    mean = (x - B) @ W / S2 @ torch.linalg.inv(PRECISION)
    found_mean = found.mu.view(20, 6, 2).mean(0)
    torch.testing.assert_close(found_mean, mean, atol=0.02, rtol=0)
    found_logvar = found.logvar.view(20, 6, 2).mean(0)
    wanted = -PRECISION.diagonal().log().expand(6, 2)
    torch.testing.assert_close(found_logvar, wanted, atol=0.05, rtol=0)


def test_a_weight_on_the_rate_draws_it_to_the_prior() -> None:
    x = torch.ones(1, 3, dtype=torch.float64)
    start = DiagonalGaussian(*torch.full((2, 1, 2), 1.0, dtype=torch.float64))
    given = {"steps": 500, "step_size": 0.1, "generator": Generator().manual_seed(1)}
    found = fit_mean_field(LinearGaussian(), x, start, beta=1000.0, **given)  # type: ignore[arg-type]
    assert float(found.kl().sum()) < 1e-3


@pytest.fixture
def vae() -> VAE:
    architecture = Architecture(image_shape=(1, 4, 4), latent_dim=2, hidden=(8,))
    made = VAE(architecture).initialise("paper", Generator().manual_seed(0))
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.mul_(10)
    return made


@pytest.fixture
def images() -> torch.Tensor:
    generator = Generator().manual_seed(1)
    return 255 * torch.randint(2, (40, 1, 4, 4), dtype=torch.uint8, generator=generator)


def test_the_bound_by_per_image_inference_lies_above_the_encoders(
    vae: VAE, images: torch.Tensor
) -> None:
    amortised = evaluate(vae, images, samples=50)
    one = evaluate(PerImageInference(vae), images, samples=50)
    assert one.elbo > amortised.elbo + 0.1
    assert evaluate(PerImageInference(vae), images, samples=50) == one


def test_images_do_not_touch_one_another_nor_the_model(vae: VAE, images: torch.Tensor) -> None:
    before = {name: value.clone() for name, value in vae.state_dict().items()}
    x = images.float() / 255
    far = x.clone()
    far[1:] = 0.5
    one, other = PerImageInference(vae).encode(x), PerImageInference(vae).encode(far)
    torch.testing.assert_close(one.mu[0], other.mu[0])
    assert not torch.allclose(one.mu[1], other.mu[1])
    assert not one.mu.requires_grad
    for name, value in vae.state_dict().items():
        assert torch.equal(value, before[name])
    assert all(p.grad is None for p in vae.parameters())
