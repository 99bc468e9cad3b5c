"""What is known of any model on images that it does not learn from, by what it can do."""

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import Treatment, evaluate, image_batches
from vae_core.models import VAE, HasDensity, Model
from vae_core.quantities import LOG_PROB


def measures(
    model: Model, images: Tensor, *, treatment: Treatment = "grey", seed: int = 0
) -> dict[str, float] | None:
    """Means over images by the names of their quantities: the bound, or log p(x) itself.

    Args:
        model: the model.
        images: uint8 [N, C, H, W].
        treatment: see ``evaluate_images``.
        seed: of the draws.

    Returns:
        None where the model has neither.
    """
    if isinstance(model, VAE):
        return evaluate(model, images, treatment=treatment, seed=seed).as_dict()
    if isinstance(model, HasDensity):
        return {LOG_PROB.name: _mean_log_prob(model, images, treatment, seed)}
    return None


@torch.inference_mode()
def _mean_log_prob(model: HasDensity, images: Tensor, treatment: Treatment, seed: int) -> float:
    generator = Generator().manual_seed(seed)
    batches = image_batches(images, treatment, generator, batch_size=1000)
    return torch.cat([model.log_prob(x) for x in batches]).double().mean().item()
