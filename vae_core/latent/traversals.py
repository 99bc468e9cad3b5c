"""One dimension at a time: what each changes in the image, and whether it does anything."""

from collections.abc import Sequence

import torch
from torch import Tensor

from vae_core.inference.activity import Activity
from vae_core.inference.activity import activity as activity_of
from vae_core.latent.encodings import Encodings
from vae_core.models import VAE, DiagonalGaussian


@torch.inference_mode()
def walked_means(
    vae: VAE, at: Tensor, dimensions: Sequence[int], steps: int, extent: float
) -> Tensor:
    """Means E[x|z] along some of the ``traversals`` of a model: uint8 [W, steps, C, H, W]."""
    z = traversals(at, steps, extent)[list(dimensions)]
    means = vae.decode(z.flatten(0, 1)).mean.clamp(0, 1)
    return (255 * means).round().to(torch.uint8).unflatten(0, (len(dimensions), steps))


@torch.no_grad()
def activity(encodings: Encodings) -> Activity:
    """The activity of all dimensions over the images encoded."""
    return activity_of(DiagonalGaussian(encodings.mu, encodings.logvar))


@torch.no_grad()
def traversals(at: Tensor, steps: int = 9, extent: float = 3.0) -> Tensor:
    """Walks along every dimension from −extent to extent, the others as in a real point.

    Args:
        at: [J], the encoding of an image for instance.
        steps: points of each walk; the middle one of an odd number has its coordinate at 0.
        extent: in standard deviations of the prior.

    Returns:
        [J, steps, J]; [j, s] differs from ``at`` in dimension j only.
    """
    J = len(at)
    z = at.expand(J, steps, J).clone()
    z[torch.arange(J), :, torch.arange(J)] = torch.linspace(-extent, extent, steps)
    return z
