"""Estimators of the bound and of log p(x), shared by the learning algorithms and the evaluation."""

from vae_core.inference.annealing import annealed_importance_sampling
from vae_core.inference.appendix_d import appendix_d
from vae_core.inference.elbo import (
    BoundTerms,
    LatentVariableModel,
    Likelihood,
    estimator_a,
    estimator_b,
    rate_at,
    sampled_rate,
)
from vae_core.inference.grid import grid_integration
from vae_core.inference.importance import importance_sampling
from vae_core.inference.mean_field import PerImageInference, fit_mean_field
from vae_core.inference.weights import Estimate

__all__ = [
    "BoundTerms",
    "Estimate",
    "LatentVariableModel",
    "Likelihood",
    "PerImageInference",
    "annealed_importance_sampling",
    "appendix_d",
    "estimator_a",
    "estimator_b",
    "fit_mean_field",
    "grid_integration",
    "importance_sampling",
    "rate_at",
    "sampled_rate",
]
