"""What each latent dimension carries, and which are in use, each number with its ±.

The interval of A_j is that of its logarithm, which is nearer to even: of the variances without each
image in turn (the jackknife) and Student's, about N/(N − 1) A_j, for A_j is divided by N.

Two rules stand beside each other, for they answer differently where a dimension is paid for and
says nothing: an *active unit* has A_j = Var_x(E[z_j|x]) > 0.01 (Burda et al. 2016); a *collapsed*
dimension has less than 0.01 nat of KL for 99 of 100 images (Lucas et al. 2019).
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.evaluation.intervals import over_images, student_95
from vae_core.inference.activity import ACTIVE_VARIANCE, activity
from vae_core.models import DiagonalGaussian

FEWEST_FOR_VARIANCE = 4  # images; of fewer the interval of a variance spans all there may be


@dataclass(frozen=True)
class Units:
    """Of each of J dimensions, in the model's order; ± over images, None where none is known.

    Attributes:
        rate: KL(q(z_j|x) || p(z_j)) of each by itself, a mean over images in nats.
        rate_half_width: ± of it; None of one image.
        variance: A_j.
        variance_half_width: how far its interval reaches, where it reaches further; None of fewer
            than ``FEWEST_FOR_VARIANCE`` images, and where one image makes all of it.
        active: whether A_j > 0.01.
        unsure: whether that cannot be said: the interval of A_j holds 0.01, or there is none.
        collapsed: whether the dimension has collapsed.
        images: N.
    """

    rate: tuple[float, ...]
    rate_half_width: tuple[float | None, ...]
    variance: tuple[float, ...]
    variance_half_width: tuple[float | None, ...]
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


def units(posterior: DiagonalGaussian) -> Units:
    """What each dimension carries, by the marginals of N ≥ 1 images (``marginals``). [N, J]."""
    found = activity(posterior)
    variance = found.variance.tolist()
    intervals = _intervals(posterior.mu.double())
    return Units(
        rate=tuple(found.rate.tolist()),
        rate_half_width=tuple(over_images(column) for column in posterior.kl().unbind(1)),
        variance=tuple(variance),
        variance_half_width=tuple(
            None if ends is None else max(ends[1] - value, value - ends[0])
            for value, ends in zip(variance, intervals, strict=True)
        ),
        active=tuple((~found.dead).tolist()),
        unsure=tuple(ends is None or ends[0] <= ACTIVE_VARIANCE <= ends[1] for ends in intervals),
        collapsed=tuple(found.collapsed.tolist()),
        images=found.images,
    )


def _intervals(mu: Tensor) -> list[tuple[float, float] | None]:
    """From where to where the variance of each column is, in 95 of 100 cases; [N, J]."""
    count, dims = mu.shape
    if count < FEWEST_FOR_VARIANCE:
        return [None] * dims
    squares = (mu - mu.mean(0)).square()
    variance = squares.sum(0) / (count - 1)
    without = (squares.sum(0) - squares * count / (count - 1)).clamp(min=0) / (count - 2)
    log = without.log()
    error = ((count - 1) / count * (log - log.mean(0)).square().sum(0)).sqrt()
    reach = (student_95(torch.tensor([count - 1.0])).double() * error).exp()
    # Where all means are one and the same, so they are without any image.
    reach = reach.where(variance > 0, 1.0)
    return [
        (value / factor, value * factor) if math.isfinite(value * factor) else None
        for value, factor in zip(variance.tolist(), reach.tolist(), strict=True)
    ]
