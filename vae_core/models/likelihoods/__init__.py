"""Likelihoods p(x|z), what the decoder makes: each is one class in one file of this folder."""

from collections.abc import Mapping

from vae_core.declarations import Declarations
from vae_core.models.likelihoods.base import NamedLikelihood, Nats, PixelLikelihood
from vae_core.models.likelihoods.bernoulli import Bernoulli
from vae_core.models.likelihoods.continuous_bernoulli import ContinuousBernoulli
from vae_core.models.likelihoods.gaussian import Gaussian

LIKELIHOODS: Mapping[str, type[NamedLikelihood]] = Declarations(
    __name__,
    NamedLikelihood,  # type: ignore[type-abstract]
)

__all__ = [
    "LIKELIHOODS",
    "Bernoulli",
    "ContinuousBernoulli",
    "Gaussian",
    "NamedLikelihood",
    "Nats",
    "PixelLikelihood",
]
