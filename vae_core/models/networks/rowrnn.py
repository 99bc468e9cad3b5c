"""A recurrent decoder that reads an image row by row, and is told z at each.

The state of a gated recurrent unit (Cho et al. 2014) knows z and all rows above; within a row, each
pixel also reads those to its left through one masked layer. Its field is the whole image.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_core.models.networks.autoregressive import AutoregressiveDecoder, MaskedLinear
from vae_core.models.networks.bodies import Decoder, Encoder, NetworkKind
from vae_core.models.networks.layers import ACTIVATIONS
from vae_core.models.networks.mlp import MlpEncoder

if TYPE_CHECKING:
    from vae_core.models.architecture import Architecture

_WIDTH = 8  # hidden numbers at a pixel


class RowRNNDecoder(AutoregressiveDecoder):
    """A state for each row, and numbers for each pixel of it."""

    def add_image_layers(self, architecture: "Architecture") -> None:
        """From z to the first state, from row to row, and from a state to the row's pixels."""
        channels, _, width = self._image_shape = architecture.image_shape
        self.width = _WIDTH
        self._activation = ACTIVATIONS[architecture.activation]
        self._row = channels * width
        states = self.layers.outputs
        self.begin = nn.Linear(states, states)
        self.rows = nn.GRU(self._row + states, states, batch_first=True)
        self.pixels = nn.Linear(states, width * _WIDTH)
        self.left = MaskedLinear(_left_mask(channels, width))

    @property
    def conditioning_weights(self) -> Iterable[Tensor]:
        """Of the first state, and of each row's."""
        return [self.begin.weight, self.rows.get_parameter("weight_ih_l0")[:, self._row :]]

    def told(self, features: Tensor, x: Tensor) -> Tensor:
        """What all heads read at each pixel of whole images x. [B, width, H, W]."""
        rows = x.permute(0, 2, 3, 1).flatten(2)  # [B, H, W · C]
        above = functional.pad(rows, (0, 0, 1, -1))
        with_z = features[:, None].expand(-1, rows.shape[1], -1)
        states, _ = self.rows(torch.cat([above, with_z], 2), self._first(features))
        values = self._activation(self.pixels(states) + self.left(rows))
        return values.unflatten(2, (-1, _WIDTH)).permute(0, 3, 1, 2)

    def walk(self, features: Tensor, x: Tensor) -> Iterator[tuple[int, int, Tensor]]:
        """Pixel by pixel: the state is taken on once a row."""
        channels, height, width = self._image_shape
        state = self._first(features)
        left = self.left.masked().unflatten(0, (width, _WIDTH))
        bias = self.left.bias.unflatten(0, (width, _WIDTH))
        row = x.new_zeros(len(x), self._row)
        for i in range(height):
            states, state = self.rows(torch.cat([row, features], 1)[:, None], state)
            pixels = self.pixels(states[:, 0]).unflatten(1, (width, _WIDTH)) + bias
            row = torch.zeros_like(row)
            for j in range(width):
                before = j * channels
                read = row[:, :before] @ left[j, :, :before].T
                values = self._activation(pixels[:, j] + read)
                yield i, j, values[:, :, None, None]
                row[:, before : before + channels] = x[:, :, i, j]

    def _first(self, features: Tensor) -> Tensor:
        """The state above the first row. [1, B, states]."""
        return torch.tanh(self.begin(features))[None]


def _left_mask(channels: int, width: int) -> Tensor:
    """Of a row's hidden numbers, which of its values each may read. [W · width, W · C]."""
    hidden = torch.arange(width, device="cpu").repeat_interleave(_WIDTH)
    values = torch.arange(width, device="cpu").repeat_interleave(channels)
    return (values[None] < hidden[:, None]).float()


class RowRNN(NetworkKind):
    """Fully connected layers in the encoder, and a recurrence over rows in the decoder."""

    name: ClassVar[str] = "rowrnn"
    label: ClassVar[str] = "recurrent, row by row"
    order: ClassVar[int] = 4
    encoder: ClassVar[type[Encoder]] = MlpEncoder
    decoder: ClassVar[type[Decoder]] = RowRNNDecoder
