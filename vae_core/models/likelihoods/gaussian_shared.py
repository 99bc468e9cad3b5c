"""A Gaussian whose variance all pixels share, found beside the networks (sigma-VAE)."""

from collections.abc import Mapping
from typing import ClassVar, Self

import torch
from torch import Tensor
from torch.nn import functional

from vae_core.models.likelihoods.base import Extent, Spread
from vae_core.models.likelihoods.gaussian import Gaussian

# Of one batch: a variance above it that is this part of the present one is as good as none.
_LEAST_RATIO = 1e-6
# The shared scale of sigma-VAE (Rybkin et al. 2021) bends smoothly before it falls under e⁻⁶.
_SMALLEST_LOG_SCALE = -6.0
_LEAST_ABOVE = 1e-3


class GaussianShared(Gaussian):
    """Independent Gaussian pixels with one learned variance for all."""

    name: ClassVar[str] = "gaussian-shared"
    label: ClassVar[str] = "Gaussian, one learned variance"
    order: ClassVar[int] = 4
    heads: ClassVar[Mapping[str, Extent]] = {"log_scale": "scalar"}
    solved: ClassVar[frozenset[str]] = frozenset({"log_scale"})
    spread: ClassVar[Spread] = "learned"

    @classmethod
    def from_outputs(
        cls, logits: Tensor, heads: Mapping[str, Tensor], settings: Mapping[str, float]
    ) -> Self:
        """With the log standard deviation that is learned, kept above its least."""
        above = heads["log_scale"] - _SMALLEST_LOG_SCALE
        return cls(logits, 2 * (_SMALLEST_LOG_SCALE + functional.softplus(above)))

    @classmethod
    def best_head(cls, name: str, value: Tensor, slope: Tensor, numbers: int) -> Tensor:
        """Where σ² is the mean squared residual r², which the slope tells: it is D (1 − r²/σ²)."""
        above = value - _SMALLEST_LOG_SCALE
        by_log_scale = slope / torch.sigmoid(above)
        ratio = (1 - by_log_scale / numbers).clamp(min=_LEAST_RATIO)
        best = (functional.softplus(above) + 0.5 * torch.log(ratio)).clamp(min=_LEAST_ABOVE)
        # softplus backwards
        return best + torch.log(-torch.expm1(-best)) + _SMALLEST_LOG_SCALE
