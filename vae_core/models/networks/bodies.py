"""Encoder and decoder, built from an architecture."""

import torch
from torch import Tensor, nn

from vae_core.models.architecture import Architecture
from vae_core.models.networks.conv import Downward, Upward, sizes
from vae_core.models.networks.mlp import ACTIVATIONS, HiddenLayers

# A wild step must give a poor curve, not a NaN: exp(logvar) stays within float32.
LOGVAR_RANGE = (-10.0, 10.0)


class Encoder(nn.Module):
    """x [B, C, H, W] → mean and log variance of q(z|x), each [B, J]."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        a = architecture
        inputs = a.pixels
        if a.network == "conv":
            self.convolutions = Downward(a.image_shape[0], a.channels, a.activation)
            inputs = a.channels[-1] * _smallest(a)[0] * _smallest(a)[1]
        self.layers = HiddenLayers(inputs, a.hidden, a.activation)
        self.mu = nn.Linear(self.layers.outputs, a.latent_dim)
        self.logvar = nn.Linear(self.layers.outputs, a.latent_dim)
        self._convolutional = a.network == "conv"

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x [B, C, H, W] → mu [B, J], logvar [B, J]."""
        if self._convolutional:
            x = self.convolutions(x.contiguous(memory_format=torch.channels_last))
        features = self.layers(x.flatten(1))
        return self.mu(features), self.logvar(features).clamp(*LOGVAR_RANGE)


class Decoder(nn.Module):
    """z [B, J] → the likelihood's parameters, as ``outputs`` images [B, C, H, W] each.

    Attributes:
        output: makes logits (of the mean).
        logvar: makes log variances, where each pixel has its own.
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        a = architecture
        self.layers = HiddenLayers(a.latent_dim, a.hidden[::-1], a.activation)
        self._shape = a.image_shape
        self._convolutional = a.network == "conv"
        if self._convolutional:
            self._grid = (a.channels[-1], *_smallest(a))
            self._activation = ACTIVATIONS[a.activation]
            self.grid = nn.Linear(
                self.layers.outputs, a.channels[-1] * self._grid[1] * self._grid[2]
            )
        self.output = self._head(a)
        if a.likelihood == "gaussian":
            self.logvar = self._head(a)
        if a.likelihood == "gaussian-shared":
            self.log_scale = nn.Parameter(torch.zeros(()))

    def forward(self, z: Tensor) -> Tensor:
        """z [B, J] → features that the heads turn into images."""
        features = self.layers(z)
        if self._convolutional:
            features = self._activation(self.grid(features)).unflatten(1, self._grid)
            features = features.contiguous(memory_format=torch.channels_last)
        return features

    def image(self, head: nn.Module, features: Tensor) -> Tensor:
        """One head's output as images. [B, C, H, W]."""
        values: Tensor = head(features)
        return values if self._convolutional else values.unflatten(1, self._shape)

    def _head(self, a: Architecture) -> nn.Module:
        if not self._convolutional:
            return nn.Linear(self.layers.outputs, a.pixels)
        channels, height, width = a.image_shape
        stages = len(a.channels)
        return Upward(
            (*a.channels[::-1], channels),
            sizes(height, stages)[::-1],
            sizes(width, stages)[::-1],
            a.activation,
        )


def _smallest(a: Architecture) -> tuple[int, int]:
    _, height, width = a.image_shape
    return sizes(height, len(a.channels))[-1], sizes(width, len(a.channels))[-1]
