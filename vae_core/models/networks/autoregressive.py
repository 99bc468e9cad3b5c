"""What decoders share that read the pixels before each pixel: from features of z to p(x|z).

A kind says what its heads read at every pixel, twice: of a whole image at once (``told``), and of
one pixel after the other with what is kept from those before (``walk``). Both must agree.
Positions come in the order of reading; the channels of one pixel are independent given what is
before it.
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from vae_core.models.likelihoods import PixelLikelihood
from vae_core.models.likelihoods.autoregressive import Autoregressive
from vae_core.models.networks.bodies import Decoder

if TYPE_CHECKING:
    from vae_core.models.architecture import Architecture


class MaskedLinear(nn.Linear):
    """A linear layer some of whose weights are nothing. ``mask`` is [out, in] of 0 and 1."""

    def __init__(self, mask: Tensor) -> None:
        super().__init__(mask.shape[1], mask.shape[0])
        self.mask = mask  # no buffer: it is no part of a file, and never on the meta device

    def masked(self) -> Tensor:
        """The weights that count. [out, in]."""
        return self.weight * self.mask

    def forward(self, values: Tensor) -> Tensor:
        """[…, in] → […, out]."""
        return functional.linear(values, self.masked(), self.bias)


class CausalConvolution(nn.Conv2d):
    """A convolution that reads the rows above and what is to the left; sides stay as they are.

    Args:
        inputs, outputs: channels.
        reach: how many pixels up, and to each side.
        sees_itself: whether a pixel's own place is read (mask B), or only those before it (A).
    """

    def __init__(self, inputs: int, outputs: int, reach: int, *, sees_itself: bool) -> None:
        super().__init__(inputs, outputs, (reach + 1, 2 * reach + 1))
        self.reach = reach
        mask = torch.ones(reach + 1, 2 * reach + 1, device="cpu")
        mask[-1, reach + int(sees_itself) :] = 0
        self.mask = mask  # no buffer, as above

    def masked(self) -> Tensor:
        """The weights that count. [out, in, reach + 1, 2 · reach + 1]."""
        return self.weight * self.mask

    def padded(self, values: Tensor) -> Tensor:
        """With zeros above and at both sides."""
        return functional.pad(values, (self.reach, self.reach, self.reach, 0))

    def forward(self, values: Tensor) -> Tensor:
        """[B, in, H, W] → [B, out, H, W]."""
        return functional.conv2d(self.padded(values), self.masked(), self.bias)


class KeptConvolution:
    """A causal convolution worked out place by place, on what was kept of those before.

    Args:
        layer: the convolution.
        images: that are drawn at once.
        height, width: of each.
    """

    def __init__(self, layer: CausalConvolution, images: int, height: int, width: int) -> None:
        self._reach, self._bias = layer.reach, layer.bias
        self._weights = layer.masked().flatten(1)
        self._kept = layer.padded(torch.zeros(images, layer.in_channels, height, width))

    def keep(self, row: int, column: int, values: Tensor) -> None:
        """What the layer is to read at a place from now on. [B, in]."""
        self._kept[:, :, row + self._reach, column + self._reach] = values

    def at(self, row: int, column: int) -> Tensor:
        """What it gives there. [B, out]."""
        rows, columns = self._reach + 1, 2 * self._reach + 1
        seen = self._kept[:, :, row : row + rows, column : column + columns]
        return functional.linear(seen.flatten(1), self._weights, self._bias)


class AutoregressiveDecoder(Decoder):
    """z [B, J] → p(x|z), each pixel given z and those before it.

    It begins unconditioned, as the same network without z. Else it has the noise of q(z|x) to
    unlearn first, and falls many nats behind that network.
    """

    has_mean: ClassVar[bool] = False
    width: int  # of what all heads read at a pixel
    _image_shape: tuple[int, int, int]

    def likelihood(self, z: Tensor) -> PixelLikelihood:
        """p(x|z) for z [B, J]."""
        features = self(z)

        def given(x: Tensor) -> PixelLikelihood:
            told = self.told(features, x.expand(len(features), *x.shape[1:]))
            return self.from_values(told)

        return Autoregressive(given, lambda generator: self.draw(features, generator))

    @property
    @abstractmethod
    def conditioning_weights(self) -> Iterable[Tensor]:
        """The weights by which the image layers read features of z."""

    def initialise_own(self) -> None:
        """Nothing is read of z. Gradients of these weights are those of any other."""
        with torch.no_grad():
            for weights in self.conditioning_weights:
                weights.zero_()

    @abstractmethod
    def told(self, features: Tensor, x: Tensor) -> Tensor:
        """What all heads read at each pixel of whole images x. [B, width, H, W]."""

    @abstractmethod
    def walk(self, features: Tensor, x: Tensor) -> Iterator[tuple[int, int, Tensor]]:
        """The same pixel by pixel: row, column, [B, width, 1, 1].

        Whoever walks fills in each pixel of ``x`` before the next one is asked for.
        """

    @torch.no_grad()
    def draw(self, features: Tensor, generator: Generator | None) -> Tensor:
        """x ~ p(x|z). [B, C, H, W]."""
        x = torch.zeros(len(features), *self._image_shape)
        for row, column, values in self.walk(features, x):
            drawn = self.from_values(values).sample(generator)
            x[:, :, row, column] = drawn[:, :, 0, 0]
        return x

    def head(self, architecture: "Architecture") -> nn.Module:
        """[B, width, H, W] → [B, C, H, W]."""
        return nn.Conv2d(self.width, architecture.image_shape[0], 1)

    def image(self, head: nn.Module, features: Tensor) -> Tensor:
        """One head's output as images. [B, C, H, W]."""
        values: Tensor = head(features)
        return values

    def spread(self, features: Tensor) -> Tensor:
        """As they are: pixels come later. [B, features]."""
        return features
