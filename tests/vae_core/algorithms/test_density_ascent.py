"""Maximum likelihood of a model with a density, on one whose optimum is known."""

import math

import pytest
import torch
from torch import Generator, Tensor, nn

from vae_core.algorithms import Batch
from vae_core.algorithms.density_ascent import DensityAscent, DensityAscentSettings
from vae_core.quantities import LOG_PROB


class _Gaussian(nn.Module):
    """N(mean, 1) of each of four pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(1, 2, 2))

    def log_prob(self, x: Tensor) -> Tensor:
        """[B, 1, 2, 2] → [B]."""
        return -0.5 * ((x - self.mean) ** 2 + math.log(2 * math.pi)).flatten(1).sum(1)


def _batch() -> Batch:
    x = torch.rand(50, 1, 2, 2, generator=Generator().manual_seed(0))
    return Batch(x, torch.arange(50), n_total=50)


def _ascent(**settings: float) -> tuple[_Gaussian, DensityAscent]:
    model = _Gaussian()
    return model, DensityAscentSettings(**settings).make(model, Generator().manual_seed(0))


def test_it_climbs_to_the_mean_of_the_data_and_reports_the_sum_over_the_batch() -> None:
    model, ascent = _ascent(learning_rate=0.05)
    batch = _batch()
    first = ascent.step(batch)
    untrained = _Gaussian().log_prob(batch.x).sum().detach()
    assert float(first.sums[LOG_PROB.name]) == pytest.approx(untrained.item(), rel=1e-6)
    assert first.samples_evaluated == 50
    ascent.learning_rate = 0.02
    for _ in range(300):
        ascent.step(batch)
    torch.testing.assert_close(model.mean.detach(), batch.x.mean(0), atol=1e-3, rtol=0)
    assert ascent.gradient_norm() < 1e-2


def test_a_long_gradient_is_shortened_to_so_many_nats_a_pixel_value_and_told_whole() -> None:
    batch = _batch()
    model, ascent = _ascent(gradient_clip=0.01)
    ascent.step(batch)
    assert model.mean.grad is not None
    assert float(model.mean.grad.norm()) == pytest.approx(0.01 * 4, rel=1e-4)
    assert ascent.gradient_norm() == pytest.approx(float(batch.x.mean(0).norm()), rel=1e-5)


def test_a_restored_state_continues_bit_for_bit() -> None:
    batch = _batch()
    (one, ascent), (other, resumed) = _ascent(), _ascent()
    for _ in range(3):
        ascent.step(batch)
    resumed.load_state_dict({k: v.clone() for k, v in ascent.state_dict().items()})
    other.load_state_dict(one.state_dict())
    for each in (ascent, resumed):
        each.step(batch)
    assert torch.equal(one.mean, other.mean)
