"""A model in, numbers out."""

from vae_core.evaluation.bounds import (
    Bound,
    ImageBounds,
    Treatment,
    evaluate,
    evaluate_images,
    reconstruct,
)

__all__ = ["Bound", "ImageBounds", "Treatment", "evaluate", "evaluate_images", "reconstruct"]
