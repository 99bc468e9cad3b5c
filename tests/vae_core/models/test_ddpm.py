"""Denoising diffusion, held against a Gaussian, where the noise is told best in closed form."""

import math

import pytest
import torch
from torch import Generator, Tensor, nn

from tests.vae_core.models.gaussian_pixels import COVARIANCE, SHAPE, check_law, images, mixed_mean
from vae_core.models import MODELS, Samples, inability
from vae_core.models.abilities import Decodes, Encodes, HasDensity
from vae_core.models.ddpm import DDPM, LEVELS, DDPMArchitecture, ddim, remains


class _Exact(nn.Module):
    """v = √ᾱ ε − √(1 − ᾱ) x₀ as it is expected of each x_t."""

    def __init__(self, schedule: str) -> None:
        super().__init__()
        self.remaining = remains(schedule)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        left = self.remaining[(t * LEVELS).round().int()].float()
        signal, spread = (share[:, None, None, None] for share in (left.sqrt(), (1 - left).sqrt()))
        return (signal * x - mixed_mean(x, signal, spread)) / spread


def _model(schedule: str, shape: tuple[int, int, int] = SHAPE) -> DDPM:
    document = DDPMArchitecture(
        image_shape=shape, base_channels=8, sampling_steps=5, noise_schedule=schedule
    )
    return DDPM(document).initialise("torch", Generator().manual_seed(0))


def test_what_remains_of_an_image_falls_from_all_to_nothing() -> None:
    for schedule in ("linear", "cosine"):
        remaining = remains(schedule)
        assert remaining.shape == (LEVELS + 1,)
        assert remaining[0] == 1
        assert (remaining.diff() < 0).all()
        assert 0 < remaining[-1] < 1e-4


def test_linear_levels_multiply_what_each_leaves() -> None:
    beta = [1e-4 + (0.02 - 1e-4) * n / (LEVELS - 1) for n in range(LEVELS)]
    for level in (1, 2, 500, LEVELS):
        wanted = math.prod(1 - each for each in beta[:level])
        assert float(remains("linear")[level]) == pytest.approx(wanted, rel=1e-10)


def test_the_cosine_is_the_papers_until_a_level_would_take_more_than_it_may() -> None:
    def share(passed: float) -> float:
        return math.cos(0.5 * math.pi * (passed + 0.008) / 1.008) ** 2

    for level in (1, 250, 500, LEVELS - 1):
        wanted = share(level / LEVELS) / share(0)
        assert float(remains("cosine")[level]) == pytest.approx(wanted, rel=1e-9)
    last = remains("cosine")[-2:]
    assert float(last[1] / last[0]) == pytest.approx(0.001)


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_ddim_of_the_exact_noise_gives_the_images_own_mean_and_covariance(schedule: str) -> None:
    remaining = remains(schedule)

    def told(x: Tensor, level: int) -> Tensor:
        left = remaining[level].float()
        return mixed_mean(x, left.sqrt(), (1 - left).sqrt())

    noise = torch.randn(2_000, *SHAPE, generator=Generator().manual_seed(1))
    check_law(ddim(told, noise, remaining, 250))


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_the_error_of_the_exact_noise_is_the_least_there_is(schedule: str) -> None:
    """Var(ε|x_t) is λ ᾱ/(λ ᾱ + 1 − ᾱ) along a principal axis of variance λ."""
    model = _model(schedule)
    model.network = _Exact(schedule)  # type: ignore[assignment]
    errors = model.squared_errors(images(4_000), Generator().manual_seed(2))
    left = remains(schedule)[1:, None]
    axes = torch.linalg.eigvalsh(COVARIANCE).double()
    least = float((axes * left / (axes * left + 1 - left)).mean())
    assert abs(float(errors.mean()) - least) < 4 * float(errors.std()) / len(errors) ** 0.5


def test_a_network_that_says_nothing_errs_by_what_remains_of_noise_and_image() -> None:
    """ε − (1 − ᾱ)ε − √(1 − ᾱ)√ᾱ x₀: of black images ᾱ² + ᾱ(1 − ᾱ) = ᾱ on average."""
    model = _model("cosine", (1, 4, 4))
    with torch.no_grad():
        errors = model.squared_errors(torch.zeros(4_000, 1, 4, 4), Generator().manual_seed(3))
    wanted = float(remains("cosine")[1:].mean())
    assert abs(float(errors.mean()) - wanted) < 4 * float(errors.std()) / len(errors) ** 0.5


def test_images_are_drawn_in_as_many_passes_as_it_tells_from_the_seed_alone() -> None:
    model, asked = _model("cosine", (3, 6, 9)), []
    model.network.register_forward_pre_hook(lambda *_: asked.append(1))
    one = model.sample_images(4, Generator().manual_seed(0))
    assert len(asked) == model.passes(5) == 5
    assert one.shape == (4, 3, 6, 9)
    assert one.min() >= 0
    assert one.max() <= 1
    assert not one.requires_grad
    assert torch.equal(one, model.sample_images(4, Generator().manual_seed(0)))
    assert not torch.equal(one, model.sample_images(4, Generator().manual_seed(1)))
    asked.clear()
    model.sample_images(1, Generator(), steps=2)
    assert len(asked) == model.passes(2) == 2


def test_it_samples_and_says_that_it_does_nothing_else() -> None:
    kind = MODELS["ddpm"]
    assert inability(kind, Samples) is None
    for ability in (Encodes, Decodes, HasDensity):
        assert str(inability(kind, ability)).startswith("this is a diffusion model, and it ")
