"""Small convolutional stacks for images of any size.

Each stage halves the side (rounding up) on the way in and doubles it on the way out; what the way
out makes too large is cut off at the right and the bottom.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor, nn

from vae_core.models.networks.bodies import Decoder, Encoder, NetworkKind
from vae_core.models.networks.layers import ACTIVATIONS
from vae_core.models.operations import Operations

if TYPE_CHECKING:
    from vae_core.models.architecture import Architecture

KERNEL, STRIDE, PADDING = 4, 2, 1


def sizes(side: int, stages: int) -> list[int]:
    """The side after 0, 1, …, ``stages`` halvings: 28 → [28, 14, 7]."""
    found = [side]
    for _ in range(stages):
        found.append(-(-found[-1] // 2))
    return found


class Downward(nn.ModuleList):
    """Convolutions of stride 2, each followed by the activation. [B, C, H, W] → [B, c, h, w]."""

    def __init__(
        self, inputs: int, channels: Sequence[int], activation: Callable[[Tensor], Tensor]
    ) -> None:
        super().__init__(
            nn.Conv2d(a, b, KERNEL, STRIDE, PADDING) for a, b in pairwise((inputs, *channels))
        )
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, H, W] → [B, channels[-1], ⌈H/2ⁿ⌉, ⌈W/2ⁿ⌉]."""
        for layer in self:
            # An odd side gets a row of zeros, so that every stage rounds up.
            x = nn.functional.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2))
            x = self.activation(layer(x))
        return x


class Upward(nn.ModuleList):
    """Transposed convolutions of stride 2 with the activation between them: Downward's mirror.

    Args:
        channels: from the small side outwards, ending with the image's.
        heights, widths: sides after each stage, from the small side outwards.
    """

    def __init__(
        self,
        channels: Sequence[int],
        heights: Sequence[int],
        widths: Sequence[int],
        activation: Callable[[Tensor], Tensor],
    ) -> None:
        super().__init__(
            nn.ConvTranspose2d(a, b, KERNEL, STRIDE, PADDING) for a, b in pairwise(channels)
        )
        self.activation = activation
        self.heights, self.widths = tuple(heights), tuple(widths)

    def forward(self, x: Tensor) -> Tensor:
        """[B, channels[0], heights[0], widths[0]] → [B, channels[-1], heights[-1], widths[-1]]."""
        last = len(self) - 1
        for stage, layer in enumerate(self):
            x = layer(x)[:, :, : self.heights[stage + 1], : self.widths[stage + 1]]
            x = x if stage == last else self.activation(x)
        return x


class ConvEncoder(Encoder):
    """Convolutions, each of which halves the side, before the fully connected layers."""

    def add_image_layers(self, architecture: "Architecture") -> int:
        """The convolutions: as many numbers as the smallest images have."""
        a = architecture
        self.convolutions = Downward(a.image_shape[0], a.channels, ACTIVATIONS[a.activation])
        self._heights, self._widths = _sides(a)
        return a.channels[-1] * self._heights[-1] * self._widths[-1]

    def flat(self, x: Tensor) -> Tensor:
        """[B, C, H, W] → [B, channels[-1] · ⌈H/2ⁿ⌉ · ⌈W/2ⁿ⌉]."""
        # A variable of its own: the checker takes a module's output for anything.
        small: Tensor = self.convolutions(x.contiguous(memory_format=torch.channels_last))
        return small.flatten(1)

    def write_flat(self, graph: Operations, x: str) -> str:
        """The same in ONNX."""
        values = x
        for stage in range(len(self.convolutions)):
            odd = self._heights[stage] % 2, self._widths[stage] % 2
            if any(odd):
                values = graph.add("Pad", values, graph.integers(0, 0, 0, 0, 0, 0, *odd))
            values = _convolution(graph, "Conv", f"encoder.convolutions.{stage}", values)
            values = graph.activation(values)
        return graph.add("Flatten", values, axis=1)


class ConvDecoder(Decoder):
    """Each head is a stack of transposed convolutions; they begin from one grid of features."""

    def add_image_layers(self, architecture: "Architecture") -> None:
        """The layer that fills the grid."""
        a = architecture
        heights, widths = _sides(a)
        self._heights, self._widths = heights[::-1], widths[::-1]
        self._grid = (a.channels[-1], self._heights[0], self._widths[0])
        self._activation = ACTIVATIONS[a.activation]
        self.grid = nn.Linear(self.layers.outputs, a.channels[-1] * self._grid[1] * self._grid[2])

    def head(self, architecture: "Architecture") -> nn.Module:
        """[B, channels[-1], h, w] → [B, C, H, W]."""
        a = architecture
        channels = (*a.channels[::-1], a.image_shape[0])
        return Upward(channels, self._heights, self._widths, self._activation)

    def spread(self, features: Tensor) -> Tensor:
        """[B, hidden[0]] → [B, channels[-1], h, w]."""
        grid = self._activation(self.grid(features)).unflatten(1, self._grid)
        return grid.contiguous(memory_format=torch.channels_last)

    def image(self, head: nn.Module, features: Tensor) -> Tensor:
        """One head's output as images. [B, C, H, W]."""
        values: Tensor = head(features)
        return values

    def write_image(self, graph: Operations, head: str, features: str) -> str:
        """The grid and one head's output, in ONNX. [B, C, H, W]."""
        grid = graph.activation(graph.linear("decoder.grid", features))
        values = graph.reshape(grid, self._grid)
        for stage in range(len(self._heights) - 1):
            values = graph.activation(values) if stage else values
            layer = f"decoder.{head}.{stage}"
            values = _convolution(graph, "ConvTranspose", layer, values)
            starts, axes = graph.integers(0, 0), graph.integers(2, 3)
            ends = graph.integers(self._heights[stage + 1], self._widths[stage + 1])
            values = graph.add("Slice", values, starts, ends, axes)
        return values


class Conv(NetworkKind):
    """Convolutions between the image and the fully connected layers."""

    name: ClassVar[str] = "conv"
    label: ClassVar[str] = "convolutional"
    order: ClassVar[int] = 2
    settings: ClassVar[frozenset[str]] = frozenset({"channels"})
    encoder: ClassVar[type[Encoder]] = ConvEncoder
    decoder: ClassVar[type[Decoder]] = ConvDecoder


def _sides(a: "Architecture") -> tuple[list[int], list[int]]:
    """Heights and widths after each stage, from the image inwards."""
    _, height, width = a.image_shape
    return sizes(height, len(a.channels)), sizes(width, len(a.channels))


def _convolution(graph: Operations, operation: str, layer: str, values: str) -> str:
    """A convolution or its transpose, of the one kind that is here, in ONNX."""
    return graph.add(
        operation,
        values,
        *graph.parameters(layer),
        kernel_shape=[KERNEL] * 2,
        strides=[STRIDE] * 2,
        pads=[PADDING] * 4,
    )
