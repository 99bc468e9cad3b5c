"""Denoising curves against sums by hand, and their verdicts against scipy."""

import importlib

import pytest
import torch
from torch import Generator, Tensor

from vae_core.evaluation import reconstruct
from vae_core.evaluation.corruption import CORRUPTIONS, corrupted
from vae_core.evaluation.denoising import (
    DenoisingCurve,
    Recovery,
    denoising_curve,
    nothing_done,
    verdict,
    wins,
)
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.models import VAE, Architecture


def _vae(shape: tuple[int, int, int] = (1, 8, 8), latent_dim: int = 2) -> VAE:
    architecture = Architecture(image_shape=shape, latent_dim=latent_dim, hidden=(16,))
    return VAE(architecture).initialise("torch", Generator().manual_seed(0))


def _images(count: int = 6, shape: tuple[int, int, int] = (1, 8, 8)) -> Tensor:
    generator = Generator().manual_seed(1)
    return torch.randint(0, 256, (count, *shape), generator=generator, dtype=torch.uint8)


def test_at_strength_0_the_error_is_the_models_own_and_doing_nothing_has_none() -> None:
    vae, images = _vae(), _images()
    curve = denoising_curve(vae, images, CORRUPTIONS["noise"], strengths=(0.0, 0.3))
    own = (reconstruct(vae, images) - images / 255).square().flatten(1).mean(1)
    assert torch.allclose(curve.squares[0].float(), own, atol=1e-6)
    nothing = nothing_done(images, CORRUPTIONS["noise"], strengths=(0.0, 0.3))
    assert nothing.squares[0].tolist() == [0.0] * 6
    noisy = corrupted(images, CORRUPTIONS["noise"], 0.3).images
    expected = (noisy - images / 255).square().flatten(1).mean(1)
    assert torch.allclose(nothing.squares[1].float(), expected, atol=1e-6)
    z = vae.encode(noisy).mu
    nats = -vae.decode(z).log_prob(images.float() / 255)
    assert curve.nats is not None
    assert torch.allclose(curve.nats[1].float(), nats, rtol=1e-5)


@pytest.mark.parametrize("recovery", ["once", "mean", "draw", "corrected"])
@pytest.mark.parametrize(
    ("shape", "latent_dim"),
    [((3, 64, 64), 2), ((1, 28, 20), 200), ((1, 8, 8), 1), ((1, 105, 105), 2)],
)
def test_a_curve_is_the_same_again_and_has_a_number_for_every_image(
    recovery: Recovery, shape: tuple[int, int, int], latent_dim: int
) -> None:
    vae, images = _vae(shape, latent_dim), _images(2, shape)
    one, again = (
        denoising_curve(
            vae, images, CORRUPTIONS["missing-left"], strengths=(0.0, 0.5), recovery=recovery
        )
        for _ in range(2)
    )
    assert torch.equal(one.squares, again.squares)
    assert one.squares.shape == (2, 2)
    assert bool(one.squares.isfinite().all())
    assert one.nats is not None
    assert bool(one.nats.isfinite().all())
    if recovery != "once":
        other_half = denoising_curve(
            vae, images, CORRUPTIONS["missing-left"], strengths=(0.5,), recovery="once"
        )
        assert bool((one.squares[1] < other_half.squares[0]).all())  # known pixels were put back


def test_it_tells_how_far_it_is_and_stops_when_asked() -> None:
    told: list[float] = []
    vae, images = _vae(), _images()
    denoising_curve(vae, images, CORRUPTIONS["blur"], watch=Watch(progress=told.append))
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(Cancelled):
        denoising_curve(vae, images, CORRUPTIONS["blur"], watch=Watch(cancelled=lambda: True))


def test_a_verdict_is_the_paired_interval() -> None:
    generator = Generator().manual_seed(2)
    one, other = torch.rand(2, 30, generator=generator, dtype=torch.float64)
    found = verdict(one, other)
    stats = importlib.import_module("scipy.stats")
    paired = stats.ttest_rel(other.numpy(), one.numpy()).confidence_interval(0.95)
    assert found.half_width is not None
    assert found.less - found.half_width == pytest.approx(paired.low, abs=1e-4)
    assert found.less + found.half_width == pytest.approx(paired.high, abs=1e-4)
    assert found.clear is bool(paired.low > 0 or paired.high < 0)
    assert not verdict(one[:1], other[:1]).clear


def test_a_model_wins_where_it_surely_errs_less_than_doing_nothing() -> None:
    strengths = (0.0, 0.1, 0.2, 0.3)
    spread = torch.linspace(-0.01, 0.01, 20, dtype=torch.float64)
    model = torch.tensor([0.1] * 4, dtype=torch.float64).unsqueeze(1) + spread
    nothing = torch.tensor([0.0, 0.05, 0.2, 0.3], dtype=torch.float64).unsqueeze(1).expand(4, 20)
    found = wins(DenoisingCurve(strengths, model, model), DenoisingCurve(strengths, nothing, None))
    assert found == [0.2, 0.3]
