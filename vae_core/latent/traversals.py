"""One dimension at a time: what each changes in the image, and whether it does anything."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.latent.encodings import Encodings
from vae_core.models import DiagonalGaussian

# Active units (Burda et al. 2016) have a variance of the posterior mean above this.
ACTIVE_VARIANCE = 0.01
# Collapse (Lucas et al. 2019): all but a hundredth of the images tell less than 0.01 nat.
COLLAPSED_RATE, COLLAPSED_SHARE = 0.01, 0.99


@dataclass(frozen=True)
class Activity:
    """How much each dimension says about the images; every attribute but the last is [J].

    Attributes:
        rate: mean KL(q(z_j|x) || p(z_j)) in nats.
        rate_variance: of that KL over images, in nats² (divided by N − 1).
        variance: Var_x(mu_j), over all images (divided by N).
        dead: not an active unit: the variance is at most 0.01.
        collapsed: the KL is below 0.01 nat for at least 99 % of the images. Stricter: a dimension
            can be dead and yet be paid for.
        order: int64, the dimensions by rate, largest first (``Encodings.active_axes``).
        images: N.
    """

    rate: Tensor
    rate_variance: Tensor
    variance: Tensor
    dead: Tensor
    collapsed: Tensor
    order: Tensor
    images: int


@torch.no_grad()
def activity(encodings: Encodings) -> Activity:
    """The activity of all dimensions over the images encoded."""
    kl = DiagonalGaussian(encodings.mu, encodings.logvar).kl()
    variance = encodings.mu.var(0, correction=0)
    return Activity(
        rate=encodings.rate_per_dim(),
        rate_variance=kl.double().var(0),
        images=len(kl),
        variance=variance,
        dead=variance <= ACTIVE_VARIANCE,
        collapsed=(kl < COLLAPSED_RATE).double().mean(0) >= COLLAPSED_SHARE,
        order=torch.tensor(encodings.active_axes()),
    )


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
