"""A PixelCNN whose every pixel is told z (van den Oord et al. 2016): masked convolutions.

How far a pixel sees is the knob (``receptive_field``), and it alone: depth and width stay as they
are. With a wide field the decoder needs no z to make images, and the code collapses; with a narrow
one what is far apart can only agree through z.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_core.models.networks.autoregressive import (
    AutoregressiveDecoder,
    CausalConvolution,
    KeptConvolution,
)
from vae_core.models.networks.bodies import Decoder, Encoder, NetworkKind
from vae_core.models.networks.conv import ConvEncoder
from vae_core.models.networks.layers import ACTIVATIONS

if TYPE_CHECKING:
    from vae_core.models.architecture import Architecture

_FIRST = 3  # the most that the first layer reaches: 7 × 7, as in the paper
_LAYERS = 4  # after it
_MAPS = 4  # that z is laid out in


def reaches(field: int) -> tuple[int, ...]:
    """How far each layer reaches, so that all together reach ``field`` pixels: 7 → 3, 1, 1, 1, 1.

    The first one has what it can, and the others as even a share of the rest as there is.
    """
    first = min(field, _FIRST)
    more, over = divmod(field - first, _LAYERS)
    return first, *(more + (n < over) for n in range(_LAYERS))


class CausalStack(nn.Module):
    """Masked convolutions, with a way around each but the first, which cannot see its own pixel."""

    def add_causal_layers(
        self,
        channels: int,
        width: int,
        reaches: Sequence[int],
        activation: Callable[[Tensor], Tensor],
    ) -> None:
        """Images of ``channels`` in, ``width`` numbers a pixel out; how far each layer reaches."""
        first, *rest = reaches
        self._activation = activation
        self.first = CausalConvolution(channels, width, first, sees_itself=False)
        self.rest = nn.ModuleList(
            CausalConvolution(width, width, reach, sees_itself=True) for reach in rest
        )
        self.last = nn.Conv2d(width, width, 1)

    def whole(self, x: Tensor, beside: Tensor | None = None) -> Tensor:
        """What each pixel of whole images is told. [B, width, H, W].

        ``beside`` is what else each place knows: [B, width, H, W], or nothing.
        """
        values = self.first(x)
        # Convolutions of few channels take half the time on a CPU where these lie side by side.
        values = values.contiguous(memory_format=torch.channels_last)
        values = self._activation(values if beside is None else values + beside)
        for layer in self.rest:
            values = values + self._activation(layer(values))
        return self._activation(self.last(values))

    def pixels(self, x: Tensor, beside: Tensor | None = None) -> Iterator[tuple[int, int, Tensor]]:
        """The same pixel by pixel: row, column, [B, width]. Whoever walks fills in ``x``.

        Each layer is worked out once at each place, and kept for the next.
        """
        images, _, height, width = x.shape
        first = KeptConvolution(self.first, images, height, width)
        layers = cast("Iterable[CausalConvolution]", self.rest)
        rest = [KeptConvolution(layer, images, height, width) for layer in layers]
        last = self.last.weight.flatten(1)
        for row in range(height):
            for column in range(width):
                values = first.at(row, column)
                if beside is not None:
                    values = values + beside[:, :, row, column]
                values = self._activation(values)
                for layer in rest:
                    layer.keep(row, column, values)
                    values = values + self._activation(layer.at(row, column))
                values = functional.linear(values, last, self.last.bias)
                yield row, column, self._activation(values)
                first.keep(row, column, x[:, :, row, column])


class PixelCNNDecoder(AutoregressiveDecoder, CausalStack):
    """Maps of z and of the pixels before, through masked convolutions with a way around each."""

    def add_image_layers(self, architecture: "Architecture") -> None:
        """The maps of z, and the masked convolutions."""
        a = architecture
        channels, height, width = self._image_shape = a.image_shape
        self.width = a.channels[0]
        self._maps = (_MAPS, height, width)
        self.maps = nn.Linear(self.layers.outputs, _MAPS * height * width)
        self.mix = nn.Conv2d(_MAPS, self.width, 1)
        self.add_causal_layers(
            channels, self.width, reaches(a.receptive_field), ACTIVATIONS[a.activation]
        )

    @property
    def conditioning_weights(self) -> Iterable[Tensor]:
        """Of the maps of z."""
        return [self.maps.weight]

    def told(self, features: Tensor, x: Tensor) -> Tensor:
        """What all heads read at each pixel of whole images x. [B, width, H, W]."""
        return self.whole(x, self._laid_out(features))

    def walk(self, features: Tensor, x: Tensor) -> Iterator[tuple[int, int, Tensor]]:
        """Pixel by pixel."""
        for row, column, values in self.pixels(x, self._laid_out(features)):
            yield row, column, values[:, :, None, None]

    def _laid_out(self, features: Tensor) -> Tensor:
        """z at each place. [B, width, H, W]."""
        maps: Tensor = self.mix(self.maps(features).unflatten(1, self._maps))
        return maps


class PixelCNN(NetworkKind):
    """Convolutions in the encoder, and masked ones in the decoder."""

    name: ClassVar[str] = "pixelcnn"
    label: ClassVar[str] = "PixelCNN, pixel by pixel"
    order: ClassVar[int] = 3
    settings: ClassVar[frozenset[str]] = frozenset({"channels", "receptive_field"})
    encoder: ClassVar[type[Encoder]] = ConvEncoder
    decoder: ClassVar[type[Decoder]] = PixelCNNDecoder
