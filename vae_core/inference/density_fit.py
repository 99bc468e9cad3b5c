"""Densities fitted to a few posterior samples of each image, all images at once (appendix D).

A Gaussian and a kernel density estimate are one thing here: an equal mixture of Gaussians that
share a covariance, with one centre or with one at each sample. All in float64.
"""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from vae_core.models.posteriors import HALF_LOG_TWO_PI

Fit = Literal["likelier", "kde", "gaussian", "diagonal"]

# Appendix D's author tries Scott's factor times e^((i − 5) / 2), i = 0 … 9.
BANDWIDTHS = tuple(math.exp((i - 5) / 2) for i in range(10))
MOST_KDE_DIMENSIONS = 5
FEWEST_KDE_SAMPLES = 20
# Of a variance: keeps the covariance of samples that never moved positive definite.
_RIDGE, _SMALLEST_VARIANCE = 1e-6, 1e-12


@dataclass(frozen=True)
class Mixture:
    """(1/m) Σ_i N(z; centre_i, C Cᵀ) for each image.

    Attributes:
        centres: [B, m, J].
        factor: C, lower triangular [B, J, J].
    """

    centres: Tensor
    factor: Tensor

    def log_prob(self, z: Tensor) -> Tensor:
        """log density in nats at each z. [B, n, J] → [B, n]."""
        m, dimensions = self.centres.shape[1:]
        distances = torch.cdist(
            self._whitened(z),
            self._whitened(self.centres),
            compute_mode="donot_use_mm_for_euclid_dist",  # no cancellation of large norms
        )
        log_volume = self.factor.diagonal(dim1=1, dim2=2).log().sum(1) + dimensions * (
            HALF_LOG_TWO_PI
        )
        kernels = (-0.5 * distances.square()).logsumexp(2)
        return kernels - math.log(m) - log_volume.unsqueeze(1)

    def _whitened(self, z: Tensor) -> Tensor:
        solved: Tensor = torch.linalg.solve_triangular(self.factor, z.mT, upper=False)
        return solved.mT


def usable_fit(dimensions: int, samples: int) -> Fit:
    """The finest density that so many samples in so many dimensions can carry.

    In few dimensions kernels or a Gaussian, whichever is likelier; else a Gaussian; and one without
    correlations where a covariance would rest on fewer than 4 samples a dimension.
    """
    if dimensions <= MOST_KDE_DIMENSIONS and samples >= FEWEST_KDE_SAMPLES:
        return "likelier"
    return "gaussian" if samples >= 4 * dimensions else "diagonal"


def fit_density(samples: Tensor, fit: Fit) -> Mixture:
    """Fit to each image's samples. [B, n, J] → mixtures of B images.

    ``likelier`` is, image by image, kernels if they make the held-out half likelier than a Gaussian
    does, by more than a standard error; else the Gaussian. Kernels alone, the paper's way, have
    wider tails than a posterior that is nearly Gaussian, which a reciprocal estimate bears badly.
    """
    z = samples.double()
    if fit in ("gaussian", "diagonal"):
        return _gaussian(z, diagonal=fit == "diagonal")
    bandwidth, scores = _best_bandwidth(z)
    kernels = _kernels(z, bandwidth)
    if fit == "kde":
        return kernels
    first, held_out = z.tensor_split(2, dim=1)
    gain = scores - _gaussian(first).log_prob(held_out)
    one = (gain.mean(1) <= gain.std(1) / math.sqrt(gain.shape[1])).view(-1, 1, 1)
    whole = _gaussian(z)
    # All centres in one place make a mixture one Gaussian.
    return Mixture(
        torch.where(one, whole.centres, kernels.centres),
        torch.where(one, whole.factor, kernels.factor),
    )


def _gaussian(z: Tensor, *, diagonal: bool = False) -> Mixture:
    return Mixture(z.mean(1, keepdim=True), _factor(z, diagonal=diagonal))


def _kernels(z: Tensor, bandwidth: Tensor) -> Mixture:
    """A kernel at each sample: the samples' covariance times (Scott's factor · bandwidth [B])²."""
    n, dimensions = z.shape[1:]
    scott = n ** (-1 / (dimensions + 4))
    return Mixture(z, _factor(z, diagonal=False) * (scott * bandwidth).view(-1, 1, 1))


def _best_bandwidth(z: Tensor) -> tuple[Tensor, Tensor]:
    """Of ``BANDWIDTHS`` the one under which the second half is likeliest, given the first.

    Returns:
        The bandwidth [B], and the log densities of the second half under it [B, n/2].
    """
    first, held_out = z.tensor_split(2, dim=1)
    choices = torch.tensor(BANDWIDTHS, dtype=z.dtype)
    scores = torch.stack([_kernels(first, b.expand(len(z))).log_prob(held_out) for b in choices])
    index = scores.mean(2).argmax(0)
    return choices[index], scores[index, torch.arange(len(z))]


def _factor(z: Tensor, *, diagonal: bool) -> Tensor:
    centred = z - z.mean(1, keepdim=True)
    covariance = centred.mT @ centred / (z.shape[1] - 1)
    variance = covariance.diagonal(dim1=1, dim2=2)
    floor = torch.diag_embed(_RIDGE * variance + _SMALLEST_VARIANCE)
    factor: Tensor = torch.linalg.cholesky(
        (torch.diag_embed(variance) if diagonal else covariance) + floor
    )
    return factor
