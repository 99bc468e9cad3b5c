"""The moving mean of the weights that learn: steadier than they are, so images are made with it."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

import torch
from pydantic import Field
from torch import Tensor

Averaging: TypeAlias = Annotated[
    float,
    Field(
        ge=0,
        lt=1,
        title="Averaging of the weights",
        description="Images are made with a moving mean of the weights: 0.999 is one over some "
        "1,000 steps, 0 the weights of the last step.",
    ),
]


class MovingMean:
    """Follows weights step by step.

    At step n the mean keeps of itself the smaller of ``most`` and (1 + n)/(10 + n), so that it
    forgets where it began.

    Attributes:
        steps: how often it has followed; to be kept with a saved state.
    """

    def __init__(self, most: float) -> None:
        self._most = most
        self.steps = 0

    @torch.no_grad()
    def follow(self, mean: Sequence[Tensor], weights: Sequence[Tensor]) -> None:
        """Move the mean, in place, towards the weights of the same shapes."""
        self.steps += 1
        kept = min(self._most, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(list(mean), list(weights), 1 - kept)
