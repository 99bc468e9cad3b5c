"""The chance of the noise that spreads levels, against what it is where that is known."""

import math

import pytest
import torch
from torch import Generator, Tensor

from vae_core.evaluation import dequantisation_error, measures
from vae_core.evaluation.intervals import Z_95
from vae_core.models import VAE, Architecture
from vae_core.models.flow import Flow, FlowArchitecture
from vae_core.quantities import BITS_PER_DIM, LOG_PROB


class _Tilted(Flow):
    """log p(x) = Σ log 2x: of levels v its mean over the noise, and the variance, are known."""

    def log_prob(self, x: Tensor) -> Tensor:
        return (2 * x).log().flatten(1).sum(1)


def _tilted() -> Flow:
    sizes = {"couplings": 2, "coupling_width": 1, "global_width": 1, "bins": 2}
    return _Tilted(FlowArchitecture(image_shape=(1, 2, 2), coupling="affine", **sizes))


def _images(count: int) -> Tensor:
    return torch.zeros(count, 1, 2, 2, dtype=torch.uint8)


def test_the_mean_over_noise_is_within_its_error_of_what_it_is() -> None:
    # Of level 0, x = u/256: log 2u/256 has mean log(2/256) − 1 and variance 1, four times.
    found = measures(_tilted(), _images(2000))
    error = dequantisation_error(_tilted(), _images(2000))
    assert found is not None
    assert error is not None
    exact = 4 * (math.log(2 / 256) - 1)
    assert error == pytest.approx(Z_95 * math.sqrt(4 / 2000), rel=0.15)
    assert found.means[LOG_PROB.name] == pytest.approx(exact, abs=2 * error)
    bits = 8 - found.means[LOG_PROB.name] / (4 * math.log(2))
    assert found.means[BITS_PER_DIM.name] == pytest.approx(bits, abs=1e-6)


def test_the_same_seed_spreads_alike_and_another_does_not() -> None:
    one, again, other = (measures(_tilted(), _images(50), seed=seed) for seed in (0, 0, 1))
    assert one == again
    assert one != other


def test_the_mean_over_noise_bounds_the_mass_of_the_cell_from_below() -> None:
    found = measures(_tilted(), _images(2000))
    assert found is not None
    # The mass of a pixel's cell, (1/256)², as a density of it over its cell.
    assert found.means[LOG_PROB.name] < 4 * math.log((1 / 256) ** 2 * 256)


def test_where_no_levels_are_spread_there_is_no_such_error() -> None:
    vae = VAE(Architecture(image_shape=(1, 2, 2), latent_dim=1, hidden=(2,)))
    vae.initialise("torch", Generator().manual_seed(0))
    assert dequantisation_error(vae, _images(3)) is None
