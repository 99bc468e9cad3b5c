"""The training of diffusion models: a regression that learns, and the mean of its weights."""

from typing import Any

import pytest
import torch
from torch import Generator

from vae_core.algorithms import ALGORITHMS, Batch
from vae_core.algorithms.denoising import Denoising
from vae_core.checkpoint import checkpoint_bytes, read_checkpoint
from vae_core.models.diffusion import Diffusion

every_kind = pytest.mark.parametrize("name", ["ddpm", "rectified-flow"])


def _made(name: str, seed: int = 1, **settings: Any) -> tuple[Diffusion, Denoising, Generator]:
    given = ALGORITHMS[name].model_validate({"base_channels": 8, **settings})
    model = given.trains(given.trains.describe((1, 4, 4), given.model_dump()))
    assert isinstance(model, Diffusion)
    model.initialise("torch", Generator().manual_seed(0))
    generator = Generator().manual_seed(seed)
    learning = given.make(model, generator)
    assert isinstance(learning, Denoising)
    return model, learning, generator


def _stripes() -> Batch:
    x = torch.eye(4).repeat_interleave(4, 1).view(4, 1, 4, 4).repeat(16, 1, 1, 1)
    return Batch(x, torch.arange(64), n_total=64)


@torch.no_grad()
def _error(model: Diffusion) -> float:
    """At the same times, and with the same noise, whenever it is asked."""
    return float(model.squared_errors(_stripes().x, Generator().manual_seed(2)).mean())


@every_kind
def test_it_learns_and_reports_the_sum_of_its_one_quantity(name: str) -> None:
    model, learning, _ = _made(name, learning_rate=5e-3)
    before = _error(model)
    for _ in range(25):
        result = learning.step(_stripes())
    assert list(result.sums) == [quantity.name for quantity in learning.reports]
    assert result.samples_evaluated == 64
    [total] = result.sums.values()
    assert _error(model) == pytest.approx(float(total) / 64, rel=0.5)
    assert _error(model) < 0.8 * before
    assert learning.gradient_norm() > 0


@every_kind
def test_a_restored_state_continues_bit_for_bit(name: str) -> None:
    model, learning, generator = _made(name)
    for _ in range(3):
        learning.step(_stripes())
    saved = checkpoint_bytes(learning.state_dict(), {})
    weights = {k: v.clone() for k, v in model.state_dict().items()}
    state = generator.get_state()
    other, resumed, again = _made(name, seed=9)
    other.load_state_dict(weights)
    resumed.load_state_dict(read_checkpoint(saved).tensors)
    again.set_state(state)
    for each in (learning, resumed):
        for _ in range(2):
            each.step(_stripes())
    for key, value in model.state_dict().items():
        assert torch.equal(value, other.state_dict()[key]), key
    assert any(not torch.equal(weights[key], value) for key, value in model.state_dict().items())


def test_the_model_has_the_moving_mean_of_the_weights_that_learn() -> None:
    """Kept of the mean are 2/11, 3/12, 4/13 … until that is more than what was asked for."""
    model, learning, _ = _made("ddpm", averaging=0.28)
    name, first = next((n, p) for n, p in model.named_parameters() if n.endswith("output.bias"))
    number = [n for n, _ in model.named_parameters()].index(name)
    wanted = first.detach().clone()
    for kept in (2 / 11, 3 / 12, 0.28, 0.28):
        learning.step(_stripes())
        wanted = kept * wanted + (1 - kept) * learning.state_dict()[f"weight.{number}"]
        torch.testing.assert_close(first.detach(), wanted)


def test_weights_that_come_before_the_first_step_are_where_it_begins() -> None:
    model, learning, _ = _made("ddpm", averaging=0.0, learning_rate=1e-6)
    start = {name: torch.full_like(each, 0.01) for name, each in model.state_dict().items()}
    model.load_state_dict(start)
    learning.step(_stripes())
    for name, each in model.state_dict().items():
        torch.testing.assert_close(each, start[name], atol=1e-5, rtol=0, msg=name)
