"""Likelihoods p(x|z): what the decoder's output means."""

from vae_core.models.likelihoods.base import PixelLikelihood
from vae_core.models.likelihoods.bernoulli import Bernoulli
from vae_core.models.likelihoods.continuous_bernoulli import ContinuousBernoulli
from vae_core.models.likelihoods.gaussian import PIXEL_LOGVAR_RANGE, Gaussian

__all__ = [
    "PIXEL_LOGVAR_RANGE",
    "Bernoulli",
    "ContinuousBernoulli",
    "Gaussian",
    "PixelLikelihood",
]
