"""Rectified flow, held against a Gaussian, where the best velocity is known in closed form."""

import math

import torch
from torch import Generator, Tensor, nn

from tests.vae_core.models.gaussian_pixels import COVARIANCE, SHAPE, check_law, images, mixed_mean
from vae_core.models import MODELS, Samples, inability
from vae_core.models.abilities import Encodes, HasDensity
from vae_core.models.diffusion import DiffusionArchitecture
from vae_core.models.rectified_flow import RectifiedFlow, heun


def _velocity(x: Tensor, time: float | Tensor) -> Tensor:
    """E[x₁ − x₀|x_t], t < 1."""
    passed = torch.as_tensor(time).reshape(-1, 1, 1, 1)
    image = mixed_mean(x, passed, 1 - passed)
    return image - (x - passed * image) / (1 - passed)


class _Exact(nn.Module):
    """u = (1 − t) x₁ − t x₀ as it is expected of each x_t."""

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        passed = t[:, None, None, None]
        image = mixed_mean(x, passed, 1 - passed)
        return (1 - passed) * image - passed * (x - passed * image) / (1 - passed)


def _model(shape: tuple[int, int, int] = SHAPE) -> RectifiedFlow:
    document = DiffusionArchitecture(image_shape=shape, base_channels=8, sampling_steps=4)
    return RectifiedFlow(document).initialise("torch", Generator().manual_seed(0))


def test_heun_along_the_exact_velocity_gives_the_images_own_mean_and_covariance() -> None:
    noise = torch.randn(2_000, *SHAPE, generator=Generator().manual_seed(1))
    check_law(heun(_velocity, noise, 100))


def test_along_one_axis_it_ends_at_the_quantile_that_it_began_at() -> None:
    """dx/dt = v carries N(0, 1) to N(m, s²) by x₀ → m + s x₀, and Heun's error falls as h²."""
    mean, deviation = 0.4, 0.5

    def velocity(x: Tensor, time: float) -> Tensor:
        total = (time * deviation) ** 2 + (1 - time) ** 2
        return mean + (time * deviation**2 - (1 - time)) / total * (x - time * mean)

    noise = torch.linspace(-3, 3, 7, dtype=torch.float64)
    wanted = mean + deviation * noise
    errors = [float((heun(velocity, noise, n) - wanted).abs().max()) for n in (50, 100, 200)]
    assert errors[2] < 1e-3
    for coarse, fine in ((0, 1), (1, 2)):
        assert 3 < errors[coarse] / errors[fine] < 5


def test_the_velocity_that_is_told_follows_from_what_the_network_puts_out() -> None:
    model = _model()
    model.network = _Exact()  # type: ignore[assignment]
    x = torch.randn(50, *SHAPE, generator=Generator().manual_seed(4))
    for time in (0.0, 0.3, 0.9):
        torch.testing.assert_close(model.velocity(x, time), _velocity(x, time))


def test_the_error_of_the_exact_velocity_is_the_least_there_is() -> None:
    """Along an axis of variance s² it is ∫ s²/(t²s² + (1 − t)²) dt = s π/2."""
    model = _model()
    model.network = _Exact()  # type: ignore[assignment]
    errors = model.squared_errors(images(4_000), Generator().manual_seed(2))
    least = 0.5 * math.pi * float(torch.linalg.eigvalsh(COVARIANCE).sqrt().mean())
    assert abs(float(errors.mean()) - least) < 4 * float(errors.std()) / len(errors) ** 0.5


def test_a_network_that_says_nothing_errs_by_what_it_was_to_say() -> None:
    """By u / (t² + (1 − t)²): of images all of 0.5, and noise, on average over the times."""
    model = _model((1, 4, 4))
    x = torch.full((4_000, 1, 4, 4), 0.75)
    with torch.no_grad():
        errors = model.squared_errors(x, Generator().manual_seed(3))
    t = (torch.arange(10_000) + 0.5) / 10_000
    wanted = float((((1 - t) * 0.5) ** 2 + t**2).div((t**2 + (1 - t) ** 2) ** 2).mean())
    assert abs(float(errors.mean()) - wanted) < 4 * float(errors.std()) / len(errors) ** 0.5


def test_images_are_drawn_in_as_many_passes_as_it_tells_from_the_seed_alone() -> None:
    model, asked = _model((3, 6, 9)), []
    model.network.register_forward_pre_hook(lambda *_: asked.append(1))
    one = model.sample_images(4, Generator().manual_seed(0))
    assert len(asked) == model.passes(4) == 7
    assert one.shape == (4, 3, 6, 9)
    assert one.min() >= 0
    assert one.max() <= 1
    assert torch.equal(one, model.sample_images(4, Generator().manual_seed(0)))
    asked.clear()
    model.sample_images(1, Generator(), steps=1)
    assert len(asked) == model.passes(1) == 1


def test_it_samples_and_says_that_it_does_nothing_else() -> None:
    kind = MODELS["rectified-flow"]
    assert inability(kind, Samples) is None
    for ability in (Encodes, HasDensity):
        assert str(inability(kind, ability)).startswith("this is a rectified flow, and it ")
