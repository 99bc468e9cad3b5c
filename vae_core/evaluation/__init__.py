"""A model in, numbers out."""

from vae_core.evaluation.bounds import (
    Bound,
    ImageBounds,
    Treatment,
    draw_variance,
    evaluate,
    evaluate_images,
    mean_bound,
    reconstruct,
)
from vae_core.evaluation.estimates import Cancelled, LogLikelihood, Watch
from vae_core.evaluation.intervals import over_draws, over_images
from vae_core.evaluation.likelihood import (
    by_annealing,
    by_appendix_d,
    by_grid,
    by_importance,
)
from vae_core.evaluation.means import Measured, measures
from vae_core.evaluation.standards import Standards, best_constant, standards

__all__ = [
    "Bound",
    "Cancelled",
    "ImageBounds",
    "LogLikelihood",
    "Measured",
    "Standards",
    "Treatment",
    "Watch",
    "best_constant",
    "by_annealing",
    "by_appendix_d",
    "by_grid",
    "by_importance",
    "draw_variance",
    "evaluate",
    "evaluate_images",
    "mean_bound",
    "measures",
    "over_draws",
    "over_images",
    "reconstruct",
    "standards",
]
