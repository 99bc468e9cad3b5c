"""What is known of any model on images that it does not learn from, by what it can do."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import Treatment, evaluate, image_batches
from vae_core.evaluation.intervals import over_images
from vae_core.models import VAE, Dequantises, DrawsBound, HasDensity, Model
from vae_core.quantities import BITS_PER_DIM, DISTORTION, ELBO, LOG_PROB, RATE, bits_per_dim


@dataclass(frozen=True)
class Measured:
    """Means over images by the names of their quantities, and the ± of each over images."""

    means: dict[str, float]
    half_widths: Mapping[str, float]


def measures(
    model: Model, images: Tensor, *, treatment: Treatment = "grey", seed: int = 0
) -> Measured | None:
    """The bound over images, or log p(x) itself.

    Args:
        model: the model.
        images: uint8 [N, C, H, W].
        treatment: see ``evaluate_images``.
        seed: of the draws, those of dequantising noise among them: the same for every model.

    Returns:
        None where the model has neither.
    """
    if isinstance(model, VAE):
        bound = evaluate(model, images, treatment=treatment, seed=seed)
        return Measured(bound.as_dict(), bound.half_widths)
    if isinstance(model, DrawsBound):
        return _over(_bound_by_draws(model, images, treatment, seed))
    if isinstance(model, HasDensity):
        each = {LOG_PROB.name: log_prob_of(model, images, treatment, seed)}
        if isinstance(model, Dequantises):
            each[BITS_PER_DIM.name] = bits_per_dim(each[LOG_PROB.name], images[0].numel())
        return _over(each)
    return None


def _over(each: Mapping[str, Tensor]) -> Measured:
    """Means and their ± of what each image has. [N] each."""
    found = {name: over_images(values) for name, values in each.items()}
    half_widths = {name: value for name, value in found.items() if value is not None}
    return Measured({name: values.mean().item() for name, values in each.items()}, half_widths)


@torch.inference_mode()
def _bound_by_draws(
    model: DrawsBound, images: Tensor, treatment: Treatment, seed: int
) -> dict[str, Tensor]:
    """The bound and its parts of each image, of one draw of z. float64 [N] each."""
    generator = Generator().manual_seed(seed)
    batches = image_batches(images, treatment, generator, batch_size=1000)
    parts = [model.draw_bound(x, generator) for x in batches]
    rate = torch.cat([part.rate for part in parts]).double()
    distortion = torch.cat([part.distortion for part in parts]).double()
    return {ELBO.name: -(rate + distortion), RATE.name: rate, DISTORTION.name: distortion}


@torch.inference_mode()
def log_prob_of(model: HasDensity, images: Tensor, treatment: Treatment, seed: int) -> Tensor:
    """log p(x) of each image, in nats, float64 [N]; arguments as of ``measures``."""
    generator = Generator().manual_seed(seed)
    batches = image_batches(images, treatment, generator, batch_size=1000)
    if isinstance(model, Dequantises):
        batches = (model.dequantised(x, generator) for x in batches)
    return torch.cat([model.log_prob(x) for x in batches]).double()
