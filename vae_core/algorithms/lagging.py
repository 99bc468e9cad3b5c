"""Lagging inference: for a while the encoder goes ahead of the decoder (He et al. 2019).

Early on the true posterior moves faster than the encoder can follow. A decoder that finds the codes
of no use then learns to do without them. So the encoder alone learns from batch after batch until
it gains no more, and only then does the decoder take one step.
"""

import math

import torch
from torch import Tensor

CHECKED = 10  # batches over which the objective is averaged before it is held against the last
MOST = 100  # batches that the encoder goes ahead at most


class Chase:
    """Whose turn it is, batch by batch, while the encoder goes ahead."""

    def __init__(self) -> None:
        self._batches, self._sum, self._before = 0, 0.0, math.inf

    def caught_up(self, loss: float) -> bool:
        """Whether the encoder has caught up by this batch, of this loss: the next is the decoder's.

        That is where the mean over ten batches is no less than over the ten before, or a hundred
        are through.
        """
        self._batches += 1
        self._sum += loss
        if self._batches % CHECKED:
            return False
        mean = self._sum / CHECKED
        if mean >= self._before or self._batches >= MOST:
            self._batches, self._sum, self._before = 0, 0.0, math.inf
            return True
        self._sum, self._before = 0.0, mean
        return False

    def state(self) -> Tensor:
        """All that it remembers. [3], float64."""
        return torch.tensor([self._batches, self._sum, self._before], dtype=torch.float64)

    def load(self, state: Tensor) -> None:
        """Take it back."""
        batches, self._sum, self._before = state.tolist()
        self._batches = int(batches)
