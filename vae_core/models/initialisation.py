"""Where training starts from.

The paper draws all parameters from N(0, 0.01) and does not say whether 0.01 is a variance or a
standard deviation. It matters: with standard deviation 0.1 ("paper") every method there
learns; with 0.01 ("paper-small") learning first sits on a plateau, and wake-sleep may never
leave it.
"""

from typing import Literal

import torch
from torch import Generator, nn

Initialisation = Literal["torch", "paper", "paper-small"]

_PAPER_STD = {"paper": 0.1, "paper-small": 0.01}


def initialise(network: nn.Module, scheme: Initialisation, generator: Generator) -> None:
    """Fill the network's parameters in place from ``generator``.

    ``torch`` is PyTorch's own scheme, U(−1/√fan_in, 1/√fan_in) for the weights and biases of a
    layer; ``paper`` and ``paper-small`` are N(0, s²) for all parameters, s = 0.1 and 0.01. A scalar
    parameter (a likelihood's scale) starts at zero.
    """
    with torch.no_grad():
        for module in network.modules():
            for parameter in module.parameters(recurse=False):
                if parameter.ndim == 0:
                    parameter.zero_()
                elif scheme in _PAPER_STD:
                    parameter.normal_(0.0, _PAPER_STD[scheme], generator=generator)
                else:
                    limit = _fan_in(module) ** -0.5
                    parameter.uniform_(-limit, limit, generator=generator)


def _fan_in(layer: nn.Module) -> int:
    """Inputs of one unit, as torch counts them: all but the first dimension of the weight."""
    if isinstance(layer, nn.RNNBase):
        return layer.hidden_size
    weight = layer.weight
    assert isinstance(weight, torch.Tensor)
    return weight[0].numel()
