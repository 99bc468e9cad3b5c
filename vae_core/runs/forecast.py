"""What a run will keep of its latent dimensions, before it is trained: as far as that is known.

What the objective's linear model comes to follows from the data's spectrum
(``evaluation.collapse_forecast``). Of a chosen σ that is a threshold for λ_j. A σ that is learned
ends where it is the root mean squared error, which moves the threshold: see ``learned_noise``. Of
Bernoulli pixels the count is known from some β on alone, at which it is none: ``onset``.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vae_core.evaluation import Treatment
from vae_core.evaluation.collapse_forecast import CollapseForecast, collapse_forecast
from vae_core.evaluation.linear_codes import Spectrum, evenly, principal_spectrum
from vae_core.models import LIKELIHOODS, NETWORKS, VAE, DiagonalGaussian
from vae_core.numerals import decimal
from vae_core.runs.config import RunConfig
from vae_core.sentences import counted

MOST_IMAGES = 20_000  # of which the spectrum is taken: its values are then known to a hundredth
_HALVINGS = 200  # of an interval, to the last digit of a float
_LEAST = 1e-12  # of the whole variance: what is less is rounding


@dataclass(frozen=True, eq=False)
class KnownSpectrum:
    """What the forecast has to know of data.

    Attributes:
        spectrum: without its axes, which are large.
        onset: the β from which on Bernoulli pixels keep nothing.
    """

    spectrum: Spectrum
    onset: float


@dataclass(frozen=True)
class Forecast:
    """What a linear model keeps, in a sentence; ``found`` is None where only that much is known."""

    sentence: str
    found: CollapseForecast | None = None


def known_spectrum(images: Tensor, treatment: Treatment = "grey") -> KnownSpectrum:
    """What has to be known of images, from at most ``MOST_IMAGES`` evenly chosen ones.

    Args:
        images: uint8 [N, C, H, W], N ≥ 1, or floats in [0, 1].
        treatment: as they are trained on.
    """
    spectrum = principal_spectrum(evenly(images, MOST_IMAGES), treatment=treatment)
    return KnownSpectrum(replace(spectrum, axes=spectrum.axes[:, :0].clone()), onset(spectrum))


def onset(spectrum: Spectrum) -> float:
    """The β from which on a model of Bernoulli pixels whose logits are linear in z keeps nothing.

    Near the mean image m, where every dimension is the prior, the bound is to second order that of
    a Gaussian model of (x − m) / √(m (1 − m)) with σ² = 1; so a first direction pays if the largest
    eigenvalue of that covariance is above β. Of black and white pixels it is the matrix of their
    correlations. Further from there the bound is no parabola, and a count of directions does not
    follow.
    """
    variances = spectrum.mean * (1 - spectrum.mean)
    varying = variances > _LEAST
    if not bool(varying.any()):
        return 0.0
    axes = spectrum.axes[varying].double() * spectrum.variances.sqrt()
    scaled = axes / variances[varying].sqrt()[:, None]
    return float(torch.linalg.eigvalsh(scaled.T @ scaled)[-1])


def learned_noise(spectrum: Spectrum, dims: int, beta: float) -> float | None:
    """σ² of a linear VAE of J dimensions that learns it; None where it would fall to zero.

    At a given θ = βσ² the optimum leaves E(θ) = Σ_{j ≤ J} min(θ, λ_j) + Σ_{j > J} λ_j of squared
    error, and σ² is E(θ) / D. As E(θ) / θ falls with θ there is one θ where it is D / β. Of β = 1
    that is below λ_J: σ² is what J dimensions leave, as in probabilistic PCA, and all are kept.

    Args:
        spectrum: as for ``collapse_forecast``.
        dims: J.
        beta: above 0.
    """
    variances = spectrum.variances
    kept, lost = variances[:dims], float(variances[dims:].sum())
    directions = int((kept > _LEAST * spectrum.total).sum())
    # As θ falls to zero E(θ) / θ rises without limit, or to so many where nothing is lost.
    if lost <= _LEAST * spectrum.total and beta * directions <= spectrum.values:
        return None
    low, high = 0.0, beta * spectrum.total / spectrum.values
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        left = float(kept.clamp(max=middle).sum()) + lost
        low, high = (middle, high) if left * beta > middle * spectrum.values else (low, middle)
    return high / beta


def unforeseeable(config: RunConfig) -> str | None:
    """Why nothing is known of what such a run keeps, a clause; None where something is."""
    settings = config.algorithm
    if not (settings.traceable and settings.simply_weighed):
        return "the rule is of runs whose objective is distortion + β · rate"
    if config.committed_rate is not None:
        return "a committed rate keeps every dimension in use"
    if config.posterior != DiagonalGaussian.name:
        return f"the rule is of the posterior “{DiagonalGaussian.label}”"
    if not NETWORKS[config.network].decoder.has_mean:
        return "a decoder that reads pixels can do without any code"
    likelihood = LIKELIHOODS[config.likelihood]
    if likelihood.spread == "free":
        return f"of the likelihood “{likelihood.label}” no rule is known"
    return None


def encodes(config: RunConfig) -> bool:
    """Whether there are latent dimensions of which something could be foretold."""
    return issubclass(config.algorithm.trains, VAE)


def forecast(config: RunConfig, known: KnownSpectrum) -> Forecast:
    """What a linear model with this run's β, J and likelihood keeps of these data.

    Args:
        config: one that is not ``unforeseeable``.
        known: of its training images, treated as it treats them.
    """
    beta, dims = config.beta, config.latent_dim
    spread = LIKELIHOODS[config.likelihood].spread
    if spread == "mean":
        return _of_bernoulli(beta, dims, known.onset)
    noise: float | None = config.scale**2
    if spread == "learned":
        noise = learned_noise(known.spectrum, dims, beta) if beta > 0 else None
    if noise is None:
        return Forecast(
            "How many dimensions a linear model of these data keeps cannot be said: its σ would "
            "fall to nothing."
        )
    found = collapse_forecast(known.spectrum, dims, beta=beta, noise=noise)
    return Forecast(_sentence(beta, found.active, dims), found)


def _of_bernoulli(beta: float, dims: int, from_here: float) -> Forecast:
    if beta >= from_here:
        return Forecast(_sentence(beta, 0, dims))
    least = _sentence(beta, 1, dims)
    if dims > 1:
        least = least.replace("keeps 1", "keeps at least 1")
        least += " How many more cannot be said of Bernoulli pixels."
    return Forecast(f"{least} From β = {decimal(from_here, 1)} on it keeps none.")


def _sentence(beta: float, kept: int, dims: int) -> str:
    return (
        f"At β = {beta:g} a linear model of these data keeps {kept or 'none'} of "
        f"{counted(dims, 'dimension')}."
    )
