"""Two models on the same images: how much better is one, and on how many of them.

An image that is hard is hard for both, so the differences of single images vary far less than their
bounds do: the mean of the differences is surer than the difference of two means looks. The bounds
hold the chance of the draws of z as well, and so do the differences and the errors here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from vae_core.evaluation.intervals import Z_95, over_images
from vae_core.evaluation.proportions import Proportion

Verdict = Literal["better", "worse", "cannot be said"]
RULE = "Better or worse: the 95 % interval of the mean difference leaves out 0."


@dataclass(frozen=True)
class Paired:
    """The second of two models against the first, on the same images, in nats an image.

    Attributes:
        images: how many.
        mean: of the second's elbo less the first's: above zero the second is better.
        standard_error: of the mean, over images (``intervals``): sd / √N. None of one image.
        half_width: of the 95 % interval of the mean, Student's. None of one image.
        wins: images on which the second is better.
        ties: images on which they are equal.
        within_draws: images whose difference is less than another draw of z may change it by (its
            own 95 %); None where that is not known.
    """

    images: int
    mean: float
    standard_error: float | None
    half_width: float | None
    wins: int
    ties: int
    within_draws: int | None = None

    @property
    def losses(self) -> int:
        """Images on which the first is better."""
        return self.images - self.wins - self.ties

    @property
    def won(self) -> Proportion | None:
        """The part of the images that the second wins, with Wilson's interval; None of none."""
        return Proportion(self.wins, self.images) if self.images else None

    @property
    def verdict(self) -> Verdict:
        """What the second is, by ``RULE``."""
        if self.half_width is None or not abs(self.mean) > self.half_width:
            return "cannot be said"
        return "better" if self.mean > 0 else "worse"

    def reversed(self) -> "Paired":
        """The first against the second."""
        return Paired(
            images=self.images,
            mean=-self.mean,
            standard_error=self.standard_error,
            half_width=self.half_width,
            wins=self.losses,
            ties=self.ties,
            within_draws=self.within_draws,
        )


def paired(first: Tensor, second: Tensor, draw_variance: Tensor | None = None) -> Paired:
    """Hold two models against each other.

    Args:
        first: its elbo of each image, in nats [N]; higher is better.
        second: the other's, of the same images in the same order [N].
        draw_variance: of each difference, over draws of z, in nats² [N] or []: the sum of those of
            the two bounds (``parts``). NaN where it is not known.
    """
    if first.shape != second.shape or first.dim() != 1:
        raise ValueError(f"two models on the same images, not {first.shape} and {second.shape}")
    more = second.double() - first.double()
    count = len(more)
    half_width = over_images(more)
    return Paired(
        images=count,
        mean=more.mean().item() if count else math.nan,
        standard_error=None if half_width is None else more.std().item() / math.sqrt(count),
        half_width=half_width,
        wins=int((more > 0).sum()),
        ties=int((more == 0).sum()),
        within_draws=_within(more, draw_variance),
    )


def paired_by_class(
    first: Tensor, second: Tensor, labels: Tensor, draw_variance: Tensor | None = None
) -> Mapping[int, Paired]:
    """``paired`` of the images of each class that occurs, in the order of the classes.

    ``labels`` is int64 [N]. Of so many classes one in twenty is called better or worse by chance.
    """
    # Sorted once: a mask for each of a thousand classes would read all labels a thousand times.
    order = labels.argsort(stable=True)
    found, counts = labels[order].unique_consecutive(return_counts=True)
    each = draw_variance.expand(len(labels)) if draw_variance is not None else None
    return {
        int(label): paired(first[where], second[where], None if each is None else each[where])
        for label, where in zip(found, order.split(counts.tolist()), strict=True)
        if len(where)
    }


def _within(more: Tensor, draw_variance: Tensor | None) -> int | None:
    if draw_variance is None or bool(draw_variance.isnan().any()):
        return None
    return int((more.abs() < Z_95 * draw_variance.double().sqrt()).sum())
