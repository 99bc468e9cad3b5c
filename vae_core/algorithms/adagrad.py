"""Adagrad as the paper's experiments used it.

With g the gradient *summed* over the minibatch: G ← G + g², then w ← w + step · g / √(G + 1e-8).
For the first 100 minibatches G is only gathered and nothing moves, unless told otherwise; the paper
does not say so, the authors' own code of that time does, and it matters.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import Parameter

EPSILON = 1e-8  # inside the root
WARM_UP = 100  # minibatches


class Adagrad:
    """Updates parameters in place from their ``grad``, the gradient of a *mean* over the batch.

    Args:
        parameters: of any shapes, each with a gradient when ``step`` is called.
        learning_rate: may be set between steps.
        warm_up: calls of ``step`` that gather only.
    """

    def __init__(
        self, parameters: Sequence[Parameter], learning_rate: float, warm_up: int = WARM_UP
    ) -> None:
        self.learning_rate = learning_rate
        self._warm_up = warm_up
        self._parameters: list[Tensor] = list(parameters)
        self._gathered = [torch.zeros_like(p, requires_grad=False) for p in parameters]
        self._count = 0

    @torch.no_grad()
    def step(self, batch_size: int) -> None:
        """One update; every parameter must have a gradient."""
        gradients = [p.grad for p in self._parameters if p.grad is not None]
        summed = torch._foreach_mul(gradients, float(batch_size))
        torch._foreach_addcmul_(self._gathered, summed, summed)
        self._count += 1
        if self._count <= self._warm_up:
            return
        roots = torch._foreach_add(self._gathered, EPSILON)
        torch._foreach_sqrt_(roots)
        torch._foreach_addcdiv_(self._parameters, summed, roots, value=-self.learning_rate)

    def state_dict(self) -> dict[str, Tensor]:
        """The gathered squares, under "gathered.0" and so on, and the count of minibatches."""
        gathered = {f"gathered.{number}": g for number, g in enumerate(self._gathered)}
        return gathered | {"count": torch.tensor(self._count)}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take the gathered squares back, not the learning rate. KeyError if one is missing."""
        for number, gathered in enumerate(self._gathered):
            gathered.copy_(state[f"gathered.{number}"])
        self._count = int(state["count"])
