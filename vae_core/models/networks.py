"""The two networks, as plain multi-layer perceptrons (appendix C)."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from vae_core.models.architecture import Activation

# A wild step must give a poor curve, not a NaN: exp(logvar) stays within float32.
LOGVAR_RANGE = (-10.0, 10.0)

_ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu}


class HiddenLayers(nn.ModuleList):
    """A stack of linear layers, each followed by the activation. [B, in] → [B, widths[-1]]."""

    def __init__(self, inputs: int, widths: Sequence[int], activation: Activation) -> None:
        sizes = (inputs, *widths)
        super().__init__(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.activation = _ACTIVATIONS[activation]
        self.outputs = sizes[-1]

    def forward(self, values: Tensor) -> Tensor:
        """[B, in] → [B, widths[-1]]."""
        for layer in self:
            values = self.activation(layer(values))
        return values


class Encoder(nn.Module):
    """x [B, D] → mean and log variance of q(z|x), each [B, J]."""

    def __init__(
        self, pixels: int, hidden: Sequence[int], latent_dim: int, activation: Activation
    ) -> None:
        super().__init__()
        self.layers = HiddenLayers(pixels, hidden, activation)
        self.mu = nn.Linear(self.layers.outputs, latent_dim)
        self.logvar = nn.Linear(self.layers.outputs, latent_dim)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x [B, D] → mu [B, J], logvar [B, J]."""
        features = self.layers(x)
        return self.mu(features), self.logvar(features).clamp(*LOGVAR_RANGE)


class Decoder(nn.Module):
    """z [B, J] → the likelihood's parameters, flat [B, D]."""

    def __init__(
        self, latent_dim: int, hidden: Sequence[int], pixels: int, activation: Activation
    ) -> None:
        super().__init__()
        self.layers = HiddenLayers(latent_dim, hidden, activation)
        self.output = nn.Linear(self.layers.outputs, pixels)

    def forward(self, z: Tensor) -> Tensor:
        """z [B, J] → [B, D]."""
        return self.output(self.layers(z))
