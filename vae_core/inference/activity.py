"""Which latent dimensions say anything about the images: two rules, by name."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.models import DiagonalGaussian

# Active units (Burda et al. 2016) have a variance of the posterior mean above this.
ACTIVE_VARIANCE = 0.01
# Collapse (Lucas et al. 2019): all but a hundredth of the images tell less than 0.01 nat.
COLLAPSED_RATE, COLLAPSED_SHARE = 0.01, 0.99


@dataclass(frozen=True)
class Activity:
    """How much each dimension says about the images; every attribute but the last two is [J].

    Attributes:
        rate: mean KL(q(z_j|x) || p(z_j)) in nats.
        rate_variance: of that KL over images, in nats² (divided by N − 1); NaN of one image.
        variance: Var_x(mu_j), over all images (divided by N).
        dead: not an active unit: the variance is at most 0.01.
        collapsed: the KL is below 0.01 nat for at least 99 % of the images. Stricter: a dimension
            can be dead and yet be paid for.
        order: int64, the dimensions by rate, largest first.
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
def activity(posterior: DiagonalGaussian) -> Activity:
    """The activity of all dimensions over the images that these posteriors are of. [N, J]."""
    kl = posterior.kl()
    rate, variance = kl.mean(0), posterior.mu.var(0, correction=0)
    unknown = torch.full_like(rate, torch.nan, dtype=torch.float64)
    return Activity(
        rate=rate,
        rate_variance=kl.double().var(0) if len(kl) > 1 else unknown,
        images=len(kl),
        variance=variance,
        dead=variance <= ACTIVE_VARIANCE,
        collapsed=(kl < COLLAPSED_RATE).double().mean(0) >= COLLAPSED_SHARE,
        order=rate.argsort(descending=True, stable=True),
    )
