"""Which dimensions will collapse, before anything is trained: from the data's spectrum, β and σ².

For a linear VAE with Gaussian pixels of one fixed variance σ² whose rate weighs β, it is exact: the
optimum is probabilistic PCA with noise βσ² (Lucas et al. 2019; Dai et al. 2018). A principal
direction of variance λ is kept if and only if λ > βσ², and then, of J dimensions those of the J
largest,

    A_j = 1 − βσ²/λ_j,    Var q(z_j|x) = βσ²/λ_j,    KL_j = ½ log(λ_j / βσ²);

all others are the prior to the last bit, however long it is trained, **although the bound is
tight**: such a collapse is no failure of inference. A deep decoder can bend, and uses directions
that no straight line has; of one, this is how training begins, and a bound for nothing later.
"""

import math
from dataclasses import dataclass

from vae_core.evaluation.linear_codes import Spectrum
from vae_core.inference.activity import ACTIVE_VARIANCE
from vae_core.sentences import counted

CLOSE = 0.05  # how near βσ² an eigenvalue leaves the count open


@dataclass(frozen=True)
class CollapseForecast:
    """What a linear VAE of J dimensions comes to; tuples are [J], falling.

    Attributes:
        eigenvalues: λ_j; 0 where there are fewer directions than dimensions.
        variance: A_j = Var_x(E[z_j|x]) at the optimum.
        rate: KL_j at the optimum, in nats.
        beta, noise: β, and σ² of a pixel value that lies in [0, 1].
    """

    eigenvalues: tuple[float, ...]
    variance: tuple[float, ...]
    rate: tuple[float, ...]
    beta: float
    noise: float

    @property
    def threshold(self) -> float:
        """βσ²."""
        return self.beta * self.noise

    @property
    def kept(self) -> int:
        """Dimensions with A_j above 0."""
        return sum(value > 0 for value in self.variance)

    @property
    def active(self) -> int:
        """Dimensions that the usual rule will count: A_j > 0.01."""
        return sum(value > ACTIVE_VARIANCE for value in self.variance)

    @property
    def close(self) -> int:
        """Dimensions whose eigenvalue is within 5 % of βσ²: those may be counted either way."""
        reach = CLOSE * self.threshold
        return sum(abs(value - self.threshold) <= reach for value in self.eigenvalues)

    @property
    def sentence(self) -> str:
        """What to expect of a run."""
        return self._told("you will keep")

    @property
    def sentence_afterwards(self) -> str:
        """The same beside a model that is trained."""
        return self._told("a linear model keeps")

    def _told(self, keeps: str) -> str:
        of = len(self.variance)
        vary = f"by more than βσ² = {self.threshold:.3g}"
        why = f"so many directions of these images vary {vary}"
        if self.kept == 0:
            why = f"no direction of these images varies {vary}"
        elif self.kept == of:
            why = f"as many directions of these images or more vary {vary}"
        kept = f"{self.kept or 'none'} of {counted(of, 'dimension')}"
        told = f"At β = {self.beta:g} {keeps} {kept}: {why}."
        if self.close:
            told += f" {counted(self.close, 'direction')} within 5 % of that may go either way."
        told += " That is exact for a linear model whose pixels have one σ; a deep one begins so."
        return told


def collapse_forecast(
    spectrum: Spectrum, dims: int, *, beta: float = 1.0, noise: float
) -> CollapseForecast:
    """What a linear VAE of ``dims`` dimensions keeps of images with this spectrum.

    Args:
        spectrum: of the training images (``principal_spectrum``), treated as in training.
        dims: J, at least 1.
        beta: the weight of the rate, at least 0.
        noise: σ², the variance of p(x|z) for one pixel value in [0, 1]; above 0.
    """
    threshold = beta * noise
    found = spectrum.variances[:dims].tolist()
    eigenvalues = (*found, *[0.0] * (dims - len(found)))
    above = [value > max(threshold, 0.0) for value in eigenvalues]
    variance = tuple(
        1 - threshold / value if kept else 0.0
        for value, kept in zip(eigenvalues, above, strict=True)
    )
    rate = tuple(
        0.5 * math.log(value / threshold) if kept and threshold > 0 else math.inf if kept else 0.0
        for value, kept in zip(eigenvalues, above, strict=True)
    )
    return CollapseForecast(eigenvalues, variance, rate, beta, noise)


def distance(forecast: CollapseForecast, measured: tuple[float, ...]) -> float:
    """How far measured A_j, in any order, are from the forecast: the largest distance, sorted."""
    pairs = zip(forecast.variance, sorted(measured, reverse=True), strict=True)
    return max(abs(one - other) for one, other in pairs)
