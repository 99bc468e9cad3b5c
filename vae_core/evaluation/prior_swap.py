"""What the decoder loses when its code is not the image's own.

Three distortions of the same images, −log p(x|z): z from q(z|x); z from the prior; z from the code
of another image. A decoder that ignores z loses nothing by either change. One that uses it loses
from the prior's z about as much as the code saves.
"""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import Treatment, image_batches
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.rate_distortion import Mean, mean_of
from vae_core.models import VAE, sample_standard_normal

_VALUES_AT_ONCE = 2**20  # pixel values in a batch


@dataclass(frozen=True)
class PriorSwap:
    """Means over images in nats, each with its ± over images.

    Attributes:
        own: −log p(x|z), z ~ q(z|x).
        from_prior: the same, z ~ p(z).
        from_another: the same, z ~ q(z|x′) of another of these images, None of one image.
        prior_costs: from_prior − own, paired by image.
        another_costs: from_another − own, paired by image.
        images: how many.
    """

    own: Mean
    from_prior: Mean
    from_another: Mean | None
    prior_costs: Mean
    another_costs: Mean | None
    images: int


@torch.inference_mode()
def prior_swap(
    vae: VAE,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    seed: int = 0,
    watch: Watch | None = None,
) -> PriorSwap:
    """The distortion with each image's own code, and with two others, one draw of z each.

    Args:
        vae: the model.
        images: uint8 [N, C, H, W], N ≥ 1, or floats in [0, 1].
        treatment: as for ``evaluate_images``.
        seed: of the draws.
        watch: asked after each batch.

    Raises:
        Cancelled: ``watch`` said so.
    """
    watch = watch or Watch()
    size = max(1, min(1000, _VALUES_AT_ONCE // images[0].numel()))
    of_images, of_codes = (Generator().manual_seed(seed + k) for k in (0, 1))
    batches = list(image_batches(images, treatment, of_images, size))
    own = torch.cat([vae.encode(x).rsample(of_codes) for x in batches])
    prior = sample_standard_normal(len(own), own.shape[1], of_codes)
    # A shift along a random order: no image keeps its own code, and each code is used once.
    order = torch.randperm(len(own), generator=of_codes)
    another = torch.empty_like(own)
    another[order] = own[order.roll(1)]
    codes = [own, prior, another]
    found: list[list[Tensor]] = [[], [], []]
    done = 0
    for x in batches:
        if watch.cancelled():
            raise Cancelled
        for z, losses in zip(codes, found, strict=True):
            losses.append(-vae.decode(z[done : done + len(x)]).log_prob(x).double())
        done += len(x)
        watch.progress(done / len(images))
    kept, drawn, swapped = (torch.cat(losses) for losses in found)
    several = len(kept) > 1
    return PriorSwap(
        own=mean_of(kept),
        from_prior=mean_of(drawn),
        from_another=mean_of(swapped) if several else None,
        prior_costs=mean_of(drawn - kept),
        another_costs=mean_of(swapped - kept) if several else None,
        images=len(kept),
    )
