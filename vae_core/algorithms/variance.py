"""How noisy gradients in phi are: parameters and minibatch held fixed, many independent draws."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Generator, Tensor

from vae_core.algorithms.aevb import AEVBSettings
from vae_core.algorithms.base import Batch
from vae_core.algorithms.baselines import BASELINES
from vae_core.algorithms.score_function import ScoreFunctionSettings
from vae_core.models import VAE

SETTLE = 100  # gradients that a baseline sees before it is measured
OTHERS = 16  # further samples of an image that leave-one-out and BBVI look at


@dataclass(frozen=True)
class GradientVariance:
    """The spread of R gradients of the bound per image, nats², over all encoder parameters.

    Attributes:
        trace: of their covariance, Σ_i Var(g_i).
        mean: their average ḡ. float64 [P].
        draws: R.
    """

    trace: float
    mean: Tensor
    draws: int

    @property
    def squared_mean(self) -> float:
        """‖E g‖² without the noise that R draws leave in ‖ḡ‖²: ‖ḡ‖² − trace / R."""
        return float(self.mean.square().sum()) - self.trace / self.draws

    def disagreement(self, other: "GradientVariance") -> float:
        """‖ḡ − h̄‖² in units of what sampling error makes of it: near 1 if both are unbiased."""
        expected = self.trace / self.draws + other.trace / other.draws
        return float((self.mean - other.mean).square().sum()) / expected


@dataclass(frozen=True)
class Way:
    """One way to estimate the gradient: what makes it."""

    title: str
    settings: AEVBSettings | ScoreFunctionSettings

    @property
    def decoder_passes(self) -> int:
        """What it costs: samples z per image."""
        return self.settings.decoder_passes


def _score(title: str, baseline: str, samples: int = 1) -> Way:
    return Way(title, ScoreFunctionSettings(baseline=baseline, samples_per_image=samples))


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "b": Way("reparameterised, rate in closed form (B)", AEVBSettings()),
        "a": Way("reparameterised, rate sampled (A)", AEVBSettings(estimator="a")),
        "stl": Way("path gradient (STL)", AEVBSettings(estimator="stl")),
        "bbvi": _score("score, control variate (BBVI)", "bbvi", 1 + OTHERS),
        "leave-one-out": _score("score, the other samples' mean", "leave-one-out", 1 + OTHERS),
        "nvil": _score("score, a network of x (NVIL)", "nvil"),
        "running-mean": _score("score, a constant", "running-mean"),
        "none": _score("score, no baseline", "none"),
    }
)


def gradient_variance(way: Way, vae: VAE, batch: Batch, draws: int, seed: int) -> GradientVariance:
    """Draw ``draws`` ≥ 2 gradients of one minibatch; the model stays as it is.

    A baseline that learns is left to settle first. What NVIL divides its gradient by is undone.
    """
    learner = way.settings.make(vae, Generator().manual_seed(seed))
    if isinstance(way.settings, ScoreFunctionSettings) and BASELINES[way.settings.baseline].learns:
        for _ in range(SETTLE):
            learner.gradient(batch)
    parameters = list(vae.encoder.parameters())
    total = torch.zeros(sum(p.numel() for p in parameters), dtype=torch.float64)
    squares = 0.0
    first = total  # differences from it lose no digits where the mean outweighs the noise
    for draw in range(draws):
        learner.gradient(batch)
        flat = torch.cat([p.grad.flatten() for p in parameters if p.grad is not None]).double()
        flat = flat * learner.phi_divisor
        if draw == 0:
            first = flat
        total += flat - first
        squares += float((flat - first).square().sum())
    vae.zero_grad(set_to_none=True)
    offset = total / draws
    trace = (squares - draws * float(offset.square().sum())) / (draws - 1)
    return GradientVariance(trace, first + offset, draws)
