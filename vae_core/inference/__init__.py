"""Estimators of the evidence lower bound, shared by the learning algorithms and the evaluation."""

from vae_core.inference.elbo import (
    BoundTerms,
    LatentVariableModel,
    Likelihood,
    estimator_a,
    estimator_b,
    sampled_rate,
)

__all__ = [
    "BoundTerms",
    "LatentVariableModel",
    "Likelihood",
    "estimator_a",
    "estimator_b",
    "sampled_rate",
]
