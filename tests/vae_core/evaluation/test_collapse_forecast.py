"""What a linear VAE will keep, against linear VAEs that were trained: their optimum is known."""

from functools import cache

import pytest
import torch
from torch import Generator, Tensor

from vae_core.evaluation.collapse_forecast import collapse_forecast, distance
from vae_core.evaluation.linear_codes import Spectrum, principal_spectrum
from vae_core.evaluation.marginals import posteriors
from vae_core.evaluation.units import units
from vae_core.models import VAE, Architecture

D = 10
NOISE = 0.04 * 0.5**4.5  # σ²: as far from the directions' variances on either side as can be


@cache
def images() -> Tensor:
    """300 with principal variances that halve from one to the next, float [N, 1, 2, 5]."""
    generator = Generator().manual_seed(3)
    variances = 0.04 * 0.5 ** torch.arange(D)
    axes = torch.linalg.qr(torch.randn(D, D, generator=generator))[0]
    drawn = torch.randn(300, D, generator=generator) * variances.sqrt()
    return (0.5 + drawn @ axes.T).clamp(0, 1).view(-1, 1, 2, 5)


def trained(beta: float, seed: int = 0) -> VAE:
    """A linear VAE that has climbed the bound, each block of parameters to its best in turn.

    distortion + β · rate of q(z|x) = N(V (x − b), diag v), with z integrated out exactly, is
    quadratic in V given W, and in W given the rest: no step size, and no noise in the last digits.
    """
    x = images().flatten(1).double()
    centred = x - x.mean(0)
    covariance = centred.T @ centred / len(x)
    eye = torch.eye(D, dtype=torch.float64)
    W = 0.1 * torch.randn(D, D, generator=Generator().manual_seed(seed), dtype=torch.float64)
    for _ in range(1500):
        V = torch.linalg.solve(W.T @ W + beta * NOISE * eye, W.T)
        v = beta * NOISE / (W.square().sum(0) + beta * NOISE)
        W = torch.linalg.solve(V @ covariance @ V.T + v.diag(), V @ covariance).T
    vae = VAE(
        Architecture(
            image_shape=(1, 2, 5),
            latent_dim=D,
            hidden=(),
            likelihood="gaussian-linear",
            scale=NOISE**0.5,
        )
    )
    mean = x.mean(0)
    learned = {
        "encoder.mu.weight": V,
        "encoder.mu.bias": -V @ mean,
        "encoder.logvar.weight": torch.zeros(D, D),
        "encoder.logvar.bias": v.log(),
        "decoder.output.weight": W,
        "decoder.output.bias": mean,
    }
    vae.load_state_dict({name: tensor.float() for name, tensor in learned.items()})
    return vae.requires_grad_(False)


@pytest.mark.parametrize("beta", [0.5, 1, 2, 4, 8])
def test_a_trained_linear_vae_keeps_what_was_forecast_of_every_dimension(beta: float) -> None:
    forecast = collapse_forecast(principal_spectrum(images()), D, beta=beta, noise=NOISE)
    found = units(posteriors(trained(beta), images()))
    assert distance(forecast, found.variance) < 0.02
    assert forecast.close == 0
    assert found.count == forecast.active == forecast.kept
    rates = sorted(found.rate, reverse=True)
    assert max(abs(a - b) for a, b in zip(rates, forecast.rate, strict=True)) < 0.02


def test_the_sentence_says_how_many_dimensions_are_left() -> None:
    forecast = collapse_forecast(principal_spectrum(images()), D, beta=4, noise=NOISE)
    assert forecast.sentence.startswith("At β = 4 you will keep 3 of 10 dimensions: ")


def spectrum(*variances: float) -> Spectrum:
    found = torch.tensor(variances, dtype=torch.float64)
    return Spectrum(torch.zeros(len(found)), torch.eye(len(found)), found, images=100)


def test_a_direction_is_kept_only_where_it_varies_by_more_than_the_weighted_noise() -> None:
    forecast = collapse_forecast(spectrum(4, 2, 1.02, 0.5), 6, beta=2, noise=0.5)
    assert forecast.variance == pytest.approx((0.75, 0.5, 1 - 1 / 1.02, 0, 0, 0))
    assert forecast.rate[:2] == pytest.approx((0.693147, 0.346574), abs=1e-6)
    assert forecast.kept == forecast.active == 3
    assert forecast.close == 1
    assert "1 direction within 5 % of that may go either way" in forecast.sentence


def test_fewer_dimensions_than_directions_keep_the_largest() -> None:
    forecast = collapse_forecast(spectrum(4, 2, 1), 2, noise=0.5)
    assert list(forecast.eigenvalues) == [4, 2]
    assert forecast.kept == 2
    # There may be more directions than dimensions.
    assert "2 of 2 dimensions: as many directions of these images or more vary" in forecast.sentence


def test_where_nothing_is_kept_it_says_so_before_the_run_and_beside_its_model() -> None:
    forecast = collapse_forecast(spectrum(4, 2, 1), 2, beta=40, noise=0.5)
    why = "none of 2 dimensions: no direction of these images varies by more than βσ² = 20."
    assert forecast.sentence.startswith(f"At β = 40 you will keep {why}")
    assert forecast.sentence_afterwards.startswith(f"At β = 40 a linear model keeps {why}")
