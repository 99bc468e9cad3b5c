"""A PixelCNN whose every pixel is told z (van den Oord et al. 2016): masked convolutions.

How far a pixel sees is the knob (``receptive_field``), and it alone: depth and width stay as they
are. With a wide field the decoder needs no z to make images, and the code collapses; with a narrow
one what is far apart can only agree through z.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from torch import Tensor, nn
from torch.nn import functional

from vae_core.models.networks.autoregressive import AutoregressiveDecoder, CausalConvolution
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


class PixelCNNDecoder(AutoregressiveDecoder):
    """Maps of z and of the pixels before, through masked convolutions with a way around each."""

    def add_image_layers(self, architecture: "Architecture") -> None:
        """The maps of z, the first convolution that cannot see its own pixel, and the rest."""
        a = architecture
        channels, height, width = self._image_shape = a.image_shape
        self.width = a.channels[0]
        self._activation = ACTIVATIONS[a.activation]
        self._maps = (_MAPS, height, width)
        first, *rest = reaches(a.receptive_field)
        self.maps = nn.Linear(self.layers.outputs, _MAPS * height * width)
        self.mix = nn.Conv2d(_MAPS, self.width, 1)
        self.first = CausalConvolution(channels, self.width, first, sees_itself=False)
        self.rest = nn.ModuleList(
            CausalConvolution(self.width, self.width, reach, sees_itself=True) for reach in rest
        )
        self.last = nn.Conv2d(self.width, self.width, 1)

    def told(self, features: Tensor, x: Tensor) -> Tensor:
        """What all heads read at each pixel of whole images x. [B, width, H, W]."""
        values = self._activation(self.first(x) + self._laid_out(features))
        for layer in self.rest:
            values = values + self._activation(layer(values))
        return self._activation(self.last(values))

    def walk(self, features: Tensor, x: Tensor) -> Iterator[tuple[int, int, Tensor]]:
        """Pixel by pixel: each layer is worked out once at each place, and kept for the next."""
        height, width = x.shape[2:]
        laid_out = self._laid_out(features)
        layers = [self.first, *self.rest]
        weights = [layer.masked().flatten(1) for layer in layers]
        kept = [
            layer.padded(x.new_zeros(len(x), layer.in_channels, *x.shape[2:])) for layer in layers
        ]
        last = self.last.weight.flatten(1)
        for row in range(height):
            for column in range(width):
                values = laid_out[:, :, row, column]
                for n, layer in enumerate(layers):
                    reach = layer.reach
                    if n:
                        kept[n][:, :, row + reach, column + reach] = values
                    seen = kept[n][:, :, row : row + reach + 1, column : column + 2 * reach + 1]
                    read = functional.linear(seen.flatten(1), weights[n], layer.bias)
                    values = (
                        values + self._activation(read) if n else self._activation(values + read)
                    )
                values = self._activation(functional.linear(values, last, self.last.bias))
                yield row, column, values[:, :, None, None]
                reach = self.first.reach
                kept[0][:, :, row + reach, column + reach] = x[:, :, row, column]

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
