"""Adam (Kingma & Ba 2015) in one fused pass over the parameters.

The arithmetic is PyTorch's own functional Adam, bit for bit what ``torch.optim.Adam(fused=True)``
computes. That class is not used because making one imports PyTorch's compiler: over a second at the
start of every worker, while somebody waits for the first point of a curve.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.optim.adam import adam

BETAS = (0.9, 0.999)
EPSILON = 1e-8


class Adam:
    """Updates parameters in place from their ``grad``.

    Args:
        parameters: float32 tensors of any shapes, each with a gradient when ``step`` is called.
        learning_rate: may be set between steps.
        betas: how much of the last moments stays.
    """

    def __init__(
        self,
        parameters: Sequence[Parameter],
        learning_rate: float,
        betas: tuple[float, float] = BETAS,
    ) -> None:
        self.learning_rate, self._betas = learning_rate, betas
        self._parameters: list[Tensor] = list(parameters)
        self._first = [torch.zeros_like(p, requires_grad=False) for p in parameters]
        self._second = [torch.zeros_like(p, requires_grad=False) for p in parameters]
        self._steps = [torch.zeros((), dtype=torch.float32) for _ in parameters]

    @torch.no_grad()
    def step(self, batch_size: int) -> None:
        """One update; every parameter must have a gradient. The size of the batch plays no part."""
        adam(
            self._parameters,
            [p.grad for p in self._parameters if p.grad is not None],
            self._first,
            self._second,
            [],
            self._steps,
            fused=True,
            amsgrad=False,
            beta1=self._betas[0],
            beta2=self._betas[1],
            lr=self.learning_rate,
            weight_decay=0.0,
            eps=EPSILON,
            maximize=False,
        )

    def state_dict(self) -> dict[str, Tensor]:
        """Moments and step counts, under "first.0", "second.0", "steps.0" and so on."""
        return {
            f"{name}.{number}": tensor
            for name, tensors in self._groups().items()
            for number, tensor in enumerate(tensors)
        }

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take moments and step counts back, not the learning rate. KeyError if one is missing."""
        for name, tensors in self._groups().items():
            for number, tensor in enumerate(tensors):
                tensor.copy_(state[f"{name}.{number}"])

    def _groups(self) -> dict[str, list[Tensor]]:
        return {"first": self._first, "second": self._second, "steps": self._steps}
