"""Priors p(z): N(0, I), and those that are learned, one kind a file."""

from collections.abc import Mapping

from vae_core.declarations import Declarations
from vae_core.models.priors.base import Encode, Prior, PriorSizes
from vae_core.models.priors.standard import (
    sample_standard_normal,
    standard_normal_log_prob,
    standard_normal_log_prob_per_dim,
)

PRIORS: Mapping[str, type[Prior]] = Declarations(__name__, Prior)  # type: ignore[type-abstract]

__all__ = [
    "PRIORS",
    "Encode",
    "Prior",
    "PriorSizes",
    "sample_standard_normal",
    "standard_normal_log_prob",
    "standard_normal_log_prob_per_dim",
]
