"""Bounds of log p(x) from both sides, on images of the linear-Gaussian model."""

import pytest
import torch
from torch import Generator, Tensor

from tests.vae_core.inference.linear_gaussian import LinearGaussian
from vae_core.inference.bidirectional import bidirectional_annealing

MODEL = LinearGaussian()


def _made(count: int) -> tuple[Tensor, Tensor]:
    generator = Generator().manual_seed(3)
    z = torch.randn(count, 2, generator=generator, dtype=torch.float64)
    noise = torch.randn(count, len(MODEL.b), generator=generator, dtype=torch.float64)
    return z @ MODEL.w.T + MODEL.b + MODEL.deviation * noise, z


@pytest.mark.parametrize("start", ["prior", "posterior"])
def test_log_p_lies_between_them_and_they_meet(start: str) -> None:
    x, z = _made(100)
    exact = MODEL.log_evidence(x)
    found = bidirectional_annealing(
        MODEL,
        x,
        z,
        Generator().manual_seed(0),
        temperatures=100,
        start="prior" if start == "prior" else "posterior",
    )
    for side in (found.lower.log_p - exact, exact - found.upper):
        error = float(side.std()) / len(x) ** 0.5
        assert error < 0.02
        assert -0.05 < float(side.mean()) < 4 * error


def test_one_over_the_weights_is_without_bias_where_the_chains_are_short() -> None:
    x, z = _made(3000)
    found = bidirectional_annealing(
        MODEL, x, z, Generator().manual_seed(1), chains=2, temperatures=25, leapfrog_steps=3
    )
    ratio = (MODEL.log_evidence(x) - found.upper).exp()
    assert abs(float(ratio.mean()) - 1) < 4 * float(ratio.std()) / len(x) ** 0.5
    assert float((found.upper - MODEL.log_evidence(x)).mean()) > 0
