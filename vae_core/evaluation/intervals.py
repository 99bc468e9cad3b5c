"""How sure a mean over images is. Every ± is the half width of an interval that holds in 95 of 100.

Two questions have two answers. *Over images*: what would other images like these have given? It is
the larger one, and holds the chance of the draws of z as well. *Over draws*: what would another
seed give on these very images? Numbers of one model on the same images have to agree within that.
"""

import math
from collections.abc import Mapping
from functools import lru_cache

import torch
from torch import Tensor

LEVEL = 0.95
Z_95 = 1.959964  # what a normal variable exceeds, either way, in 5 of 100 cases


def over_images(values: Tensor) -> float | None:
    """± of the mean of one value an image [N], over images; None of one image.

    Student's, t(N − 1) · sd / √N.
    """
    return None if len(values) < 2 else of_mean(values.double().var().item(), len(values))


def over_draws(variance: float, images: int) -> float:
    """± of a mean over so many images whose values vary so much with the draws, each by itself."""
    return 0.0 if images < 1 else Z_95 * math.sqrt(variance / images)


def of_mean(variance: float, count: int) -> float:
    """± of the mean of so many values of this variance: t(N − 1) · sd / √N."""
    return _student_95(count - 1) * math.sqrt(variance / count)


def of_difference(one: Tensor, other: Tensor) -> float | None:
    """± of a mean over images [N] less that over other images [M]; None of one image of either.

    Welch's (1947): t(f) √(a + b) with a = sd²/N, b likewise, f = (a + b)² / (a²/(N − 1) +
    b²/(M − 1)).
    """
    if min(len(one), len(other)) < 2:
        return None
    a, b = (side.double().var().item() / len(side) for side in (one, other))
    if not a + b:
        return 0.0
    freedom = (a + b) ** 2 / (a**2 / (len(one) - 1) + b**2 / (len(other) - 1))
    return _student_95(freedom) * math.sqrt(a + b)


class Neighbours:
    """How sure means over batches are, whose model changes from one batch to the next.

    The spread is that between neighbours, so that what a model learns meanwhile is not taken for
    it: σ² of one image is the mean of (m_i − m_i₋₁)² / (1/b_i + 1/b_i₋₁) over pairs of batches of
    sizes b (von Neumann 1941, where the sizes are one).
    """

    def __init__(self) -> None:
        self._last: Mapping[str, float | Tensor] = {}
        self._last_images = 0
        self.begin()

    def begin(self) -> None:
        """Begin anew; the last batch stays the neighbour of the next."""
        self._squares: dict[str, float | Tensor] = {}
        self._pairs = 0

    def add(self, means: Mapping[str, float | Tensor], images: int) -> None:
        """Take the next batch: the means over its images, by names; vectors are [J]."""
        if self._last_images:
            weight = 1 / (1 / images + 1 / self._last_images)
            for name, value in means.items():
                step = value - self._last[name]
                self._squares[name] = self._squares.get(name, 0.0) + weight * step * step
            self._pairs += 1
        self._last, self._last_images = means, images

    def half_widths(self, images: int) -> dict[str, float | Tensor]:
        """± of each mean over so many images; without names where no batch had a neighbour.

        Student's, of the degrees of freedom that such a variance of p pairs has: 2p² / (3p − 1).
        """
        if not self._pairs:
            return {}
        freedom = 2 * self._pairs**2 / (3 * self._pairs - 1)
        scale = _student_95(freedom) / math.sqrt(self._pairs * images)
        return {name: scale * squares**0.5 for name, squares in self._squares.items()}


@lru_cache(maxsize=256)  # each measurement of a training asks for the same few again
def _student_95(freedom: float) -> float:
    return student_95(torch.tensor([float(freedom)])).item()


def student_95(freedom: Tensor) -> Tensor:
    """What Student's t of so many degrees of freedom exceeds, either way, in 5 of 100 cases.

    By the series of Fisher and Cornish, to 0.01 from 3 degrees on; below, from the values of the
    tables at 1, 2 and 3, between which its logarithm is taken to be even in one over the degrees.
    """
    z = Z_95
    terms = [
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    ]
    series = z + sum(term / freedom ** (n + 1) for n, term in enumerate(terms))
    one, two, three = (math.log(value) for value in (12.706, 4.303, 3.182))
    from_two = two + (1 / freedom - 1 / 2) * 2 * (one - two)
    from_three = three + (1 / freedom - 1 / 3) * 6 * (two - three)
    few = torch.where(freedom < 2, from_two, from_three).exp()
    return torch.where(freedom < 3, few, series)
