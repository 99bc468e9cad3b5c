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

    ``torch`` is PyTorch's own scheme for linear layers, U(−1/√fan_in, 1/√fan_in) for weights and
    biases; ``paper`` and ``paper-small`` are N(0, s²) for all parameters, s = 0.1 and 0.01.
    """
    with torch.no_grad():
        if scheme in _PAPER_STD:
            for parameter in network.parameters():
                parameter.normal_(0.0, _PAPER_STD[scheme], generator=generator)
            return
        for module in network.modules():
            if isinstance(module, nn.Linear):
                limit = module.in_features**-0.5
                module.weight.uniform_(-limit, limit, generator=generator)
                module.bias.uniform_(-limit, limit, generator=generator)
