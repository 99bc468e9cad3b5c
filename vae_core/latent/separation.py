"""How well a number tells points of two kinds apart."""

import torch
from torch import Generator, Tensor


def roc_area(higher: Tensor, lower: Tensor) -> float:
    """The chance that one of ``higher`` [M] exceeds one of ``lower`` [N], ties by half: 0 to 1.

    The area under the receiver operating characteristic: ½ tells nothing, 1 tells all.
    """
    found = lower.sort().values
    below = torch.searchsorted(found, higher)
    not_above = torch.searchsorted(found, higher, right=True)
    return float((below + not_above).double().mean() / (2 * len(lower)))


def midpoints(points: Tensor, seed: int = 0) -> Tensor:
    """Halfway from each of some points to another one, drawn at random. [N, J] → [N, J]."""
    order = torch.randperm(len(points), generator=Generator().manual_seed(seed))
    return (points[order] + points[order.roll(1)]) / 2
