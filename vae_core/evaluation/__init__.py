"""A model in, numbers out."""

from vae_core.evaluation.bounds import (
    Bound,
    Draws,
    ImageBounds,
    Treatment,
    draw_variance,
    evaluate,
    evaluate_images,
    mean_bound,
    reconstruct,
    usual_treatment,
)
from vae_core.evaluation.classifier import (
    Classifier,
    Classifies,
    Standing,
    Verdicts,
    judged,
    read_classifier,
    standing,
)
from vae_core.evaluation.classifier_training import (
    Material,
    material,
    train_classifier,
    trained_on,
)
from vae_core.evaluation.dequantisation import dequantisation_error
from vae_core.evaluation.estimates import Cancelled, LogLikelihood, Watch
from vae_core.evaluation.identity import (
    Change,
    Identity,
    Picture,
    Spread,
    better,
    confusion,
    entropy,
    identity,
    largest_changes,
    pictures_of,
)
from vae_core.evaluation.intervals import over_draws, over_images
from vae_core.evaluation.likelihood import (
    by_annealing,
    by_appendix_d,
    by_grid,
    by_importance,
)
from vae_core.evaluation.means import Measured, measures
from vae_core.evaluation.onnx_classifier import OnnxClassifier, OnnxGraph
from vae_core.evaluation.proportions import (
    PairedDifference,
    Proportion,
    paired_difference,
    proportion,
)
from vae_core.evaluation.standards import Standards, best_constant, standards

__all__ = [
    "Bound",
    "Cancelled",
    "Change",
    "Classifier",
    "Classifies",
    "Draws",
    "Identity",
    "ImageBounds",
    "LogLikelihood",
    "Material",
    "Measured",
    "OnnxClassifier",
    "OnnxGraph",
    "PairedDifference",
    "Picture",
    "Proportion",
    "Spread",
    "Standards",
    "Standing",
    "Treatment",
    "Verdicts",
    "Watch",
    "best_constant",
    "better",
    "by_annealing",
    "by_appendix_d",
    "by_grid",
    "by_importance",
    "confusion",
    "dequantisation_error",
    "draw_variance",
    "entropy",
    "evaluate",
    "evaluate_images",
    "identity",
    "judged",
    "largest_changes",
    "material",
    "mean_bound",
    "measures",
    "over_draws",
    "over_images",
    "paired_difference",
    "pictures_of",
    "proportion",
    "read_classifier",
    "reconstruct",
    "standards",
    "standing",
    "train_classifier",
    "trained_on",
    "usual_treatment",
]
