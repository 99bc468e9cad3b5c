"""A model in, numbers out."""

from vae_core.evaluation.bounds import (
    Bound,
    ImageBounds,
    Treatment,
    evaluate,
    evaluate_images,
    reconstruct,
)
from vae_core.evaluation.estimates import Cancelled, LogLikelihood, Watch
from vae_core.evaluation.likelihood import (
    by_annealing,
    by_appendix_d,
    by_grid,
    by_importance,
)
from vae_core.evaluation.means import measures
from vae_core.evaluation.standards import Standards, best_constant, standards

__all__ = [
    "Bound",
    "Cancelled",
    "ImageBounds",
    "LogLikelihood",
    "Standards",
    "Treatment",
    "Watch",
    "best_constant",
    "by_annealing",
    "by_appendix_d",
    "by_grid",
    "by_importance",
    "evaluate",
    "evaluate_images",
    "measures",
    "reconstruct",
    "standards",
]
