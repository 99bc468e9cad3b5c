"""Stacks of fully connected layers (appendix C), which every kind of network has."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn

Activation = Literal["tanh", "relu"]

ACTIVATIONS: dict[Activation, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "relu": torch.relu,
}


class HiddenLayers(nn.ModuleList):
    """A stack of linear layers, each followed by the activation. [B, in] → [B, widths[-1]]."""

    def __init__(self, inputs: int, widths: Sequence[int], activation: Activation) -> None:
        sizes = (inputs, *widths)
        super().__init__(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.activation = ACTIVATIONS[activation]
        self.outputs = sizes[-1]

    def forward(self, values: Tensor) -> Tensor:
        """[B, in] → [B, widths[-1]]."""
        for layer in self:
            values = self.activation(layer(values))
        return values
