"""How sure a mean over images is. Every ± is the half width of an interval that holds in 95 of 100.

Two questions have two answers. *Over images*: what would other images like these have given? It is
the larger one, and holds the chance of the draws of z as well. *Over draws*: what would another
seed give on these very images? Numbers of one model on the same images have to agree within that.
"""

import math

import torch
from torch import Tensor

LEVEL = 0.95
_Z = 1.959964  # what a normal variable exceeds, either way, in 5 of 100 cases


def over_images(values: Tensor) -> float | None:
    """± of the mean of one value an image [N], over images; None of one image.

    Student's, t(N − 1) · sd / √N.
    """
    return None if len(values) < 2 else of_mean(values.double().var().item(), len(values))


def over_draws(variance: float, images: int) -> float:
    """± of a mean over so many images whose values vary so much with the draws, each by itself."""
    return 0.0 if images < 1 else _Z * math.sqrt(variance / images)


def of_mean(variance: float, count: int) -> float:
    """± of the mean of so many values of this variance: t(N − 1) · sd / √N."""
    freedom = torch.tensor([count - 1.0])
    return student_95(freedom).item() * math.sqrt(variance / count)


def student_95(freedom: Tensor) -> Tensor:
    """What Student's t of so many degrees of freedom exceeds, either way, in 5 of 100 cases.

    By the series of Fisher and Cornish, to 0.01 from 3 degrees on; below, the values of the tables.
    """
    z = _Z
    terms = [
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    ]
    series = z + sum(term / freedom ** (n + 1) for n, term in enumerate(terms))
    few = torch.where(freedom < 2, 12.706, 4.303)
    return torch.where(freedom < 3, few, series)
