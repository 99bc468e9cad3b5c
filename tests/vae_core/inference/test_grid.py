"""Integration over a grid against evidence that is known in closed form."""

import math

import pytest
import torch
from torch import Tensor

from tests.vae_core.inference.linear_gaussian import LinearGaussian
from vae_core.inference import grid_integration
from vae_core.models import DiagonalGaussian


@pytest.mark.parametrize("latent_dim", [1, 2, 3])
def test_the_integral_is_the_exact_evidence(latent_dim: int) -> None:
    model = LinearGaussian(latent_dim)
    x = model.images(6)
    found = grid_integration(model, x)
    assert found.settled is not None
    assert bool(found.settled.all())
    assert float((found.log_p - model.log_evidence(x)).abs().max()) < 0.001
    assert float(found.standard_error.max()) <= 0.01


@pytest.mark.parametrize("latent_dim", [1, 2])
@pytest.mark.parametrize(("shift", "width"), [(0.3, 1.2), (300, 1.2), (0.3, 500)])
def test_a_posterior_of_a_hundredth_is_found_whatever_the_encoder_says(
    latent_dim: int, shift: float, width: float
) -> None:
    model = LinearGaussian(latent_dim, deviation=0.01, shift=shift, width=width)
    assert float(model.covariance.diagonal().min().sqrt()) < 0.01
    x = model.images(8)
    found = grid_integration(model, x)
    assert found.settled is not None
    assert bool(found.settled.all())
    assert float((found.log_p - model.log_evidence(x)).abs().max()) < 0.01


class _Surface:
    """A decoder whose log p(x|z) is a given function of z: `height` of [N, J]."""

    def __init__(self, z: Tensor) -> None:
        self.height = self.of(z.double())

    @staticmethod
    def of(z: Tensor) -> Tensor:
        raise NotImplementedError

    def log_prob(self, x: Tensor) -> Tensor:
        return self.height


class _Model:
    """Its encoder is at `mu` with deviation 0.1, whatever the image."""

    def __init__(self, surface: type[_Surface], mu: tuple[float, ...]) -> None:
        self._surface, self._mu = surface, torch.tensor(mu)

    def encode(self, x: Tensor) -> DiagonalGaussian:
        mu = self._mu.expand(len(x), -1)
        return DiagonalGaussian(mu, torch.full_like(mu, 2 * math.log(0.1)))

    def decode(self, z: Tensor) -> _Surface:
        return self._surface(z)


def _evidence_of_a_peak(at: Tensor, deviation: float) -> float:
    """log ∫ N(z; 0, I) N(z; at, deviation² I) dz."""
    variance = 1 + deviation**2
    return float(
        -0.5 * at.square().sum() / variance - 0.5 * len(at) * math.log(2 * math.pi * variance)
    )


MINOR, MAJOR, NARROW = torch.tensor([2.0, 1.0]), torch.tensor([-1.03, 0.42]), 0.02


class _TwoPeaks(_Surface):
    """One where the encoder looks, and one with ninety-nine hundredths of the mass elsewhere."""

    @staticmethod
    def of(z: Tensor) -> Tensor:
        share = torch.tensor([0.01, 0.99]).log()
        peaks = torch.stack([MINOR, MAJOR]).double()
        squared = (z.unsqueeze(1) - peaks).square().sum(2)
        log_normaliser = math.log(2 * math.pi * NARROW**2)
        return (share - 0.5 * squared / NARROW**2 - log_normaliser).logsumexp(1)


def test_a_mode_that_the_encoder_misses_is_counted() -> None:
    found = grid_integration(_Model(_TwoPeaks, tuple(MINOR.tolist())), torch.zeros(1, 1))
    minor, major = (_evidence_of_a_peak(peak.double(), NARROW) for peak in (MINOR, MAJOR))
    exact = math.log(0.01 * math.exp(minor) + 0.99 * math.exp(major))
    assert float(found.log_p) == pytest.approx(exact, abs=0.005)
    assert found.settled is not None
    assert bool(found.settled)


FAR = torch.tensor([-11.0, 9.5])


class _FarPeak(_Surface):
    @staticmethod
    def of(z: Tensor) -> Tensor:
        squared = (z - FAR).square().sum(1)
        return -0.5 * squared / 0.2**2 - math.log(2 * math.pi * 0.2**2)


@pytest.mark.parametrize("mu", [(-11.0, 9.5), (0.0, 0.0)], ids=["known", "unknown"])
def test_the_grid_reaches_as_far_as_the_posterior(mu: tuple[float, float]) -> None:
    told: list[float] = []
    found = grid_integration(_Model(_FarPeak, mu), torch.zeros(2, 1), on_step=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    exact = _evidence_of_a_peak(FAR.double(), 0.2)
    assert found.log_p.tolist() == pytest.approx([exact, exact], abs=0.005)
    assert found.settled is not None
    assert bool(found.settled.all())


class _Comb(_Surface):
    @staticmethod
    def of(z: Tensor) -> Tensor:
        return 50 * torch.cos(1e7 * z).sum(1)


def test_what_does_not_settle_is_said_to() -> None:
    found = grid_integration(_Model(_Comb, (0.0,)), torch.zeros(1, 1))
    assert found.settled is not None
    assert not bool(found.settled)


def test_four_dimensions_are_too_many() -> None:
    with pytest.raises(ValueError, match="4 dimensions"):
        grid_integration(LinearGaussian(4), torch.zeros(1, 6))
