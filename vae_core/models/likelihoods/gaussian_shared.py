"""A Gaussian whose variance all pixels share, learned beside the networks (sigma-VAE)."""

from collections.abc import Mapping
from typing import ClassVar, Self

from torch import Tensor
from torch.nn import functional

from vae_core.models.likelihoods.base import Extent
from vae_core.models.likelihoods.gaussian import Gaussian

# The shared scale of sigma-VAE (Rybkin et al. 2021) bends smoothly before it falls under e⁻⁶.
_SMALLEST_LOG_SCALE = -6.0


class GaussianShared(Gaussian):
    """Independent Gaussian pixels with one learned variance for all."""

    name: ClassVar[str] = "gaussian-shared"
    label: ClassVar[str] = "Gaussian, one learned variance"
    order: ClassVar[int] = 4
    heads: ClassVar[Mapping[str, Extent]] = {"log_scale": "scalar"}

    @classmethod
    def from_outputs(
        cls, logits: Tensor, heads: Mapping[str, Tensor], settings: Mapping[str, float]
    ) -> Self:
        """With the log standard deviation that is learned, kept above its least."""
        above = heads["log_scale"] - _SMALLEST_LOG_SCALE
        return cls(logits, 2 * (_SMALLEST_LOG_SCALE + functional.softplus(above)))
