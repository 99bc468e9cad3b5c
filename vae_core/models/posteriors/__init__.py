"""Approximate posteriors q(z|x), one family a file."""

from vae_core.models.posteriors.base import HALF_LOG_TWO_PI, Posterior
from vae_core.models.posteriors.diagonal import DiagonalGaussian
from vae_core.models.posteriors.full import FullGaussian

__all__ = ["HALF_LOG_TWO_PI", "DiagonalGaussian", "FullGaussian", "Posterior"]
