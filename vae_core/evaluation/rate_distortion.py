"""Where a model stands between two costs: how long its code is, and what the copies lose.

The rate is KL(q(z|x) ‖ p(z)), the distortion −E_q[log p(x|z)], both in nats an image, and on a line
falling at 45° their sum, −ELBO, is the same (Alemi et al. 2018, *Fixing a broken ELBO*). Nats of
probabilities and of densities stand on different scales. The squared error of what is decoded is
on one scale for all likelihoods: that of E[x|z] for z ~ q(z|x), the very code whose rate is paid.
"""

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import ImageBounds, Treatment, image_batches
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.intervals import over_images
from vae_core.models import VAE

_VALUES_AT_ONCE = 2**20  # pixel values in a batch


@dataclass(frozen=True, eq=False)
class SquaredErrors:
    """Of each image, means over its pixel values; tensors are float64 [N].

    Attributes:
        drawn: of E[x|z] for one z ~ q(z|x).
        copied: of E[x|z] at the posterior mean, where the J numbers are told exactly.
    """

    drawn: Tensor
    copied: Tensor


@dataclass(frozen=True)
class Mean:
    """A mean over images and its ± (``intervals.over_images``); None of one image."""

    value: float
    half_width: float | None

    @property
    def decided(self) -> bool:
        """Whether a difference is surely not zero: it is larger than its ±."""
        return self.half_width is not None and abs(self.value) > self.half_width


@dataclass(frozen=True)
class OperatingPoint:
    """Means over images: ``cost`` is rate + distortion, −ELBO, in nats.

    The squared error is of ``SquaredErrors.drawn``: at the rate that is paid.
    """

    rate: Mean
    distortion: Mean
    cost: Mean
    squared_error: Mean
    images: int


@torch.inference_mode()
def squared_errors(
    vae: VAE,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    seed: int = 0,
    watch: Watch | None = None,
) -> SquaredErrors:
    """Squared errors of what comes back of each image.

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
    batch = max(1, min(1000, _VALUES_AT_ONCE // images[0].numel()))
    # Two streams: what is drawn of the images is the same for every model.
    of_images, of_codes = (Generator().manual_seed(seed + k) for k in (0, 1))
    found: list[tuple[Tensor, Tensor]] = []
    done = 0
    for x in image_batches(images, treatment, of_images, batch):
        if watch.cancelled():
            raise Cancelled
        posterior = vae.encode(x)
        drawn, copied = (
            (vae.decode(z).mean - x).square().flatten(1).mean(1).double()
            for z in (posterior.rsample(of_codes), posterior.mu)
        )
        found.append((drawn, copied))
        done += len(x)
        watch.progress(done / len(images))
    return SquaredErrors(*(torch.cat(parts) for parts in zip(*found, strict=True)))


def operating_point(bounds: ImageBounds, errors: SquaredErrors) -> OperatingPoint:
    """The means of the bounds and the errors of the same images, each with its ±."""
    return OperatingPoint(
        rate=mean_of(bounds.rate),
        distortion=mean_of(bounds.distortion),
        cost=mean_of(-bounds.elbo),
        squared_error=mean_of(errors.drawn),
        images=len(bounds.elbo),
    )


def mean_of(values: Tensor) -> Mean:
    """The mean of one value an image [N], and its ± over images."""
    return Mean(values.double().mean().item(), over_images(values))


def apart(first: Mean, second: Mean) -> Mean:
    """second − first, of different images: each has its own chance.

    As of training images and test images; on the same images, take ``mean_of`` the differences.
    """
    known = first.half_width is not None and second.half_width is not None
    half_width = math.hypot(first.half_width or 0.0, second.half_width or 0.0) if known else None
    return Mean(second.value - first.value, half_width)
