"""The one σ that all pixels share is where it is best, whatever the algorithm."""

import math
from typing import Any

import pytest
import torch
from torch import Generator, Tensor

from tests.vae_core.algorithms.test_every_algorithm import WAYS
from vae_core.algorithms import ALGORITHMS, Batch, Learner
from vae_core.models import VAE, Architecture

FLOOR = math.exp(-6)
SHAPE = (1, 4, 4)


def _vae() -> VAE:
    shared = Architecture(
        image_shape=SHAPE, latent_dim=2, hidden=(16,), likelihood="gaussian-shared"
    )
    return VAE(shared).initialise("torch", Generator().manual_seed(0))


def _images() -> Tensor:
    """Stripes with some noise, 100 of them."""
    stripes = 0.2 + 0.6 * torch.eye(4).repeat_interleave(4, 1).view(4, *SHAPE).repeat(25, 1, 1, 1)
    noise = torch.empty_like(stripes).normal_(generator=Generator().manual_seed(2))
    return (stripes + 0.05 * noise).clamp(0, 1)


def _scale(vae: VAE) -> float:
    return float(vae.decode(torch.zeros(1, 2)).deviation.mean().detach())


@pytest.mark.parametrize("begun_at", [-8.0, -2.0, 0.0, 3.0])
def test_the_slope_tells_the_mean_squared_residual(begun_at: float) -> None:
    vae, x = _vae(), _images()
    head = vae.decoder.log_scale
    assert isinstance(head, torch.nn.Parameter)
    torch.nn.init.constant_(head, begun_at)
    z = torch.randn(len(x), 2, generator=Generator().manual_seed(1))
    (-vae.decode(z).log_prob(x).mean()).backward()
    residual = float((vae.decode(z).mean - x).square().mean().sqrt().detach())
    torch.nn.init.constant_(head, float(vae.decoder.best_head("log_scale")))
    assert _scale(vae) == pytest.approx(residual, rel=2e-3)


@pytest.mark.parametrize("way", WAYS)
def test_it_follows_the_residuals_of_what_the_algorithm_decodes(way: str) -> None:
    name, settings = WAYS[way]
    vae, x = _vae(), _images()
    learner = ALGORITHMS[name](**settings).make(vae, Generator().manual_seed(0))
    for _ in range(30):
        learner.step(Batch(x, torch.arange(len(x)), len(x)))
    z = vae.encode(x).mu
    residual = float((vae.decode(z).mean - x).square().mean().sqrt().detach())
    assert _scale(vae) == pytest.approx(residual, rel=0.1)
    assert _scale(vae) < 0.35  # it began at 1


@pytest.mark.parametrize("way", WAYS)
def test_a_restored_state_continues_bit_for_bit_with_it(way: str) -> None:
    name, settings = WAYS[way]
    x = _images()
    batch = Batch(x, torch.arange(len(x)), len(x))

    def made(seed: int) -> tuple[VAE, Learner, Generator]:
        generator, vae = Generator().manual_seed(seed), _vae()
        learner = ALGORITHMS[name](**settings).make(vae, generator)
        assert isinstance(learner, Learner)
        return vae, learner, generator

    straight, learner, generator = made(3)
    for _ in range(4):
        learner.step(batch)
    again, restored, other = made(99)
    again.load_state_dict({k: v.clone() for k, v in straight.state_dict().items()})
    restored.load_state_dict({k: v.clone() for k, v in learner.state_dict().items()})
    other.set_state(generator.get_state())
    for _ in range(3):
        learner.step(batch)
        restored.step(batch)
    for key, value in straight.state_dict().items():
        assert torch.equal(value, again.state_dict()[key]), key


def test_constant_images_take_it_to_its_floor_and_nothing_breaks() -> None:
    vae, generator = _vae(), Generator().manual_seed(0)
    settings: dict[str, Any] = {"learning_rate": 0.01}
    learner = ALGORITHMS["aevb"](**settings).make(vae, generator)
    x = torch.full((100, *SHAPE), 0.5)
    for _ in range(300):
        result = learner.step(Batch(x, torch.arange(100), 100))
        assert math.isfinite(float(result.sums["distortion"]))
    assert FLOOR <= _scale(vae) < 0.02
