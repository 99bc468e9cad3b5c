"""Approximate posteriors q(z|x), one family a file."""

from collections.abc import Mapping

from vae_core.declarations import Declarations
from vae_core.models.posteriors.base import HALF_LOG_TWO_PI, Posterior, joined_posteriors
from vae_core.models.posteriors.diagonal import DiagonalGaussian, diagonal
from vae_core.models.posteriors.full import FullGaussian

POSTERIORS: Mapping[str, type[Posterior]] = Declarations(__name__, Posterior)  # type: ignore[type-abstract]

__all__ = [
    "HALF_LOG_TWO_PI",
    "POSTERIORS",
    "DiagonalGaussian",
    "FullGaussian",
    "Posterior",
    "diagonal",
    "joined_posteriors",
]
