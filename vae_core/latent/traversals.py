"""One dimension at a time: what each changes in the image, and whether it does anything."""

import torch
from torch import Tensor

from vae_core.inference.activity import Activity
from vae_core.inference.activity import activity as activity_of
from vae_core.latent.encodings import Encodings
from vae_core.models import DiagonalGaussian


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
