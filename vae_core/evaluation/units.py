"""What each latent dimension carries, and which are in use, each number with its ±.

Two rules stand beside each other, for they answer differently where a dimension is paid for and
says nothing: an *active unit* has A_j = Var_x(E[z_j|x]) > 0.01 (Burda et al. 2016); a *collapsed*
dimension has less than 0.01 nat of KL for 99 of 100 images (Lucas et al. 2019).
"""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import Treatment, image_batches
from vae_core.evaluation.intervals import over_images
from vae_core.inference.activity import ACTIVE_VARIANCE, activity
from vae_core.models import VAE, DiagonalGaussian


@dataclass(frozen=True)
class Units:
    """Of each of J dimensions, in the model's order; ± over images, 0 of one image.

    Attributes:
        rate: KL(q(z_j|x) || p(z_j)), a mean over images in nats.
        rate_half_width: ± of it.
        variance: A_j.
        variance_half_width: ± of it.
        active: whether A_j > 0.01.
        unsure: whether the ± of A_j reaches across 0.01.
        collapsed: whether the dimension has collapsed.
        images: N.
    """

    rate: tuple[float, ...]
    rate_half_width: tuple[float, ...]
    variance: tuple[float, ...]
    variance_half_width: tuple[float, ...]
    active: tuple[bool, ...]
    unsure: tuple[bool, ...]
    collapsed: tuple[bool, ...]
    images: int

    @property
    def count(self) -> int:
        """Active units."""
        return sum(self.active)

    @property
    def order(self) -> tuple[int, ...]:
        """Dimensions by rate, largest first."""
        return tuple(sorted(range(len(self.rate)), key=lambda j: -self.rate[j]))


@torch.inference_mode()
def posteriors(
    vae: VAE, images: Tensor, *, treatment: Treatment = "grey", seed: int = 0
) -> DiagonalGaussian:
    """q(z|x) of each image; arguments as for ``evaluate_images``. [N, J]."""
    generator = Generator().manual_seed(seed)
    found = [vae.encode(x) for x in image_batches(images, treatment, generator, 1000)]
    return DiagonalGaussian(
        torch.cat([each.mu for each in found]), torch.cat([each.logvar for each in found])
    )


def units(posterior: DiagonalGaussian) -> Units:
    """What each dimension carries over the images that these posteriors are of. [N, J], N ≥ 1."""
    found = activity(posterior)
    squares = (posterior.mu - posterior.mu.mean(0)).square()
    # Of A_j the ± is that of a mean of squares: exact to the order of 1/N.
    widths = _half_widths(squares)
    variance = found.variance.tolist()
    return Units(
        rate=tuple(found.rate.tolist()),
        rate_half_width=_half_widths(posterior.kl()),
        variance=tuple(variance),
        variance_half_width=widths,
        active=tuple((~found.dead).tolist()),
        unsure=tuple(
            bool(abs(value - ACTIVE_VARIANCE) <= width)
            for value, width in zip(variance, widths, strict=True)
        ),
        collapsed=tuple(found.collapsed.tolist()),
        images=found.images,
    )


def _half_widths(values: Tensor) -> tuple[float, ...]:
    """± of the mean of each column, [N, J]."""
    return tuple(over_images(column) or 0.0 for column in values.unbind(1))
