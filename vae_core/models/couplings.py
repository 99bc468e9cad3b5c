"""Coupling layers: some of the values are moved as the others say, and can be moved back.

What stays is read by a network of any shape, which is never inverted; so an image takes one pass in
either direction, and the Jacobian is triangular. Sources: Dinh, Sohl-Dickstein & Bengio 2017
(RealNVP: affine, masks in a checkerboard); Durkan, Bekasov, Murray & Papamakarios 2019 (neural
spline flows: rational-quadratic splines).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor, nn

from vae_core.errors import AtlasError

if TYPE_CHECKING:
    from zuko.transforms import MonotonicRQSTransform

Shape = tuple[int, int, int]

_SHARPEST = 4.0  # |log of an affine coupling's scale| stays below
_REACH = 6.0  # a spline bends (−6, 6) and leaves what is beyond as it is

# What a place in a block of pixels says about which half its value is in: row, column and channel.
_PATTERNS: tuple[Callable[[Tensor, Tensor, Tensor], Tensor], ...] = (
    lambda row, column, channel: row + column + channel,  # a checkerboard, as in RealNVP
    lambda row, column, channel: row,
    lambda row, column, channel: column,
    lambda row, column, channel: row // 2 + column // 2 + channel,  # of squares of four
)


def masks(image_shape: Shape, block: tuple[int, int], count: int) -> list[Tensor]:
    """Which channels each coupling of squeezed images keeps. ``count`` bool tensors [C'].

    Every second mask is the complement of the one before. Patterns that would keep all or nothing
    of these images are left out.

    Args:
        image_shape: (C, H, W).
        block: rows and columns that become channels, as ``functional.pixel_unshuffle`` orders them.
        count: how many.

    Raises:
        AtlasError: the images have but one value.
    """
    channels, rows, columns = image_shape[0], *block
    place = torch.arange(channels * rows * columns, device="cpu")
    channel, row, column = place // (rows * columns), place // columns % rows, place % columns
    found = [pattern(row, column, channel) % 2 == 0 for pattern in _PATTERNS]
    usable = [each for each in found if bool(each.any()) and not bool(each.all())]
    if not usable:
        raise AtlasError("A flow couples values of an image, and these images have one each.")
    pairs = [half for each in usable for half in (each, ~each)]
    return [pairs[number % len(pairs)] for number in range(count)]


class Reader(nn.Module):
    """A network that reads what a coupling keeps: [B, inputs, …] → [B, outputs, …].

    Attributes:
        last: its last layer, which says how the rest is moved.
    """

    last: nn.Module


class Conditioner(Reader):
    """Reads what a coupling keeps and says how the rest is moved.

    Convolutions see neighbours; a narrow layer over the whole image sees all of it at once, which
    says what digit it is.

    Args:
        inputs, outputs: channels.
        grid: (H', W') of the squeezed images.
        width: channels between.
        global_width: of the layer that sees the whole image.
    """

    def __init__(
        self, inputs: int, outputs: int, grid: tuple[int, int], width: int, global_width: int
    ) -> None:
        super().__init__()
        sizes = (_odd(grid[0]), _odd(grid[1]))
        padding = (sizes[0] // 2, sizes[1] // 2)
        places = width * grid[0] * grid[1]
        self.first = nn.Conv2d(inputs, width, sizes, padding=padding)
        self.narrow = nn.Linear(places, global_width)
        self.wide = nn.Linear(global_width, places)
        self.second = nn.Conv2d(width, width, sizes, padding=padding)
        self.last = nn.Conv2d(width, outputs, 1)

    def forward(self, kept: Tensor) -> Tensor:
        """[B, inputs, H', W'] → [B, outputs, H', W']."""
        near = torch.relu(self.first(kept))
        far = self.wide(torch.relu(self.narrow(near.flatten(1)))).unflatten(1, near.shape[1:])
        told: Tensor = self.last(torch.relu(near + self.second(torch.relu(near + far))))
        return told


class Coupling(nn.Module, ABC):
    """Moves some values as the others say; a subclass says by what map.

    What it parts are the channels of squeezed images [B, C', H', W'], or waves [B, D].

    Attributes:
        name: as settings and files call it.
        label: as people read it in a form.

    Args:
        kept: which channels or waves stay, bool [C'] or [D].
        conditioner: makes the network that reads them, from its number of inputs and of outputs.
        bins: of a spline; an affine map has no use for it.
    """

    name: ClassVar[str]
    label: ClassVar[str]

    def __init__(self, kept: Tensor, conditioner: Callable[[int, int], Reader], bins: int) -> None:
        super().__init__()
        # No buffers: they follow from the architecture, and are never on the meta device.
        self._kept, self._moved = kept.nonzero()[:, 0], (~kept).nonzero()[:, 0]
        self._back = torch.cat([self._kept, self._moved]).argsort()
        self._numbers = self.numbers(bins)
        outputs = self._numbers * len(self._moved)
        self.conditioner = conditioner(len(self._kept), outputs)

    @staticmethod
    @abstractmethod
    def numbers(bins: int) -> int:
        """How many say how one value is moved."""

    @abstractmethod
    def map(self, values: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """Move values [B, c, …] as told [B, n, c, …]; with log |dy/dx| of each."""

    @abstractmethod
    def inverse_map(self, values: Tensor, told: Tensor) -> Tensor:
        """Move them back."""

    def forward(self, values: Tensor) -> tuple[Tensor, Tensor]:
        """One pass: what becomes of values [B, C', …], and log |det J| of each image [B]."""
        kept = values[:, self._kept]
        moved, log_slopes = self.map(values[:, self._moved], self._told(kept))
        return torch.cat([kept, moved], 1)[:, self._back], log_slopes.flatten(1).sum(1)

    def inverse(self, values: Tensor) -> Tensor:
        """The way back, as cheap. [B, C', …] → the same."""
        kept = values[:, self._kept]
        moved = self.inverse_map(values[:, self._moved], self._told(kept))
        return torch.cat([kept, moved], 1)[:, self._back]

    def _told(self, kept: Tensor) -> Tensor:
        told: Tensor = self.conditioner(kept)
        return told.unflatten(1, (self._numbers, len(self._moved)))


class AffineCoupling(Coupling):
    """y = x · e^s + t (RealNVP, eq. 8), with s = 4 tanh(s'/4) so that no scale runs away."""

    name = "affine"
    label = "affine (RealNVP)"

    @staticmethod
    def numbers(bins: int) -> int:
        """Scale and shift."""
        return 2

    def map(self, values: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """Scale, then shift."""
        log_scale = _bounded(told[:, 0])
        return values * log_scale.exp() + told[:, 1], log_scale

    def inverse_map(self, values: Tensor, told: Tensor) -> Tensor:
        """Shift back, then scale back."""
        return (values - told[:, 1]) * (-_bounded(told[:, 0])).exp()


class SplineCoupling(Coupling):
    """A monotonic rational-quadratic spline on (−6, 6), the identity beyond (Durkan et al. 2019).

    The spline itself is zuko's, whose bins and slopes are bounded by 1/1000 from below.
    """

    name = "spline"
    label = "rational-quadratic spline"

    @staticmethod
    def numbers(bins: int) -> int:
        """Widths, heights, and the slopes between bins."""
        return 3 * bins - 1

    def map(self, values: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """Along the spline."""
        moved, log_slopes = self._spline(told).call_and_ladj(values)
        return moved, log_slopes

    def inverse_map(self, values: Tensor, told: Tensor) -> Tensor:
        """A quadratic equation in each bin."""
        back: Tensor = self._spline(told).inv(values)
        return back

    def _spline(self, told: Tensor) -> "MonotonicRQSTransform":
        from zuko.transforms import MonotonicRQSTransform  # only for splines

        bins = (self._numbers + 1) // 3
        parts = told.movedim(1, -1).split([bins, bins, bins - 1], -1)
        return MonotonicRQSTransform(*parts, bound=_REACH)


COUPLINGS: dict[str, type[Coupling]] = {
    kind.name: kind for kind in (AffineCoupling, SplineCoupling)
}


def along(steps: Sequence[Coupling], values: Tensor) -> tuple[Tensor, Tensor]:
    """Through all of them: what becomes of values, and log |det J| of each image [B]."""
    log_det = values.new_zeros(len(values))
    for step in steps:
        values, more = step(values)
        log_det = log_det + more
    return values, log_det


def back_along(steps: Sequence[Coupling], values: Tensor) -> Tensor:
    """The way back."""
    for step in reversed(steps):
        values = step.inverse(values)
    return values


def _odd(side: int) -> int:
    """The side of a kernel, 3 or 1, for images that have such a side."""
    return 3 if side > 2 else 1


def _bounded(log_scale: Tensor) -> Tensor:
    return _SHARPEST * torch.tanh(log_scale / _SHARPEST)
