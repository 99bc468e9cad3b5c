"""An image as waves: the cosine transform (DCT-II), orthonormal, the slowest waves first.

A few slow waves hold most of what tells one picture from another, and no one pixel does: what is
to be said of a whole image is said sooner of its waves. The map turns space and stretches nothing.
"""

import math

import torch
from torch import Tensor


class Frequencies:
    """Images of one shape as waves, and back.

    Args:
        image_shape: (C, H, W).
    """

    def __init__(self, image_shape: tuple[int, int, int]) -> None:
        self._shape = _, height, width = image_shape
        self._rows, self._columns = cosines(height), cosines(width)
        row, column = torch.arange(height, device="cpu"), torch.arange(width, device="cpu")
        # Of half waves a pixel, so that a long side has as slow ones as it can.
        speed = (row[:, None] / height).square() + (column / width).square()
        self._order = speed.expand(image_shape).flatten().argsort(stable=True)
        self._places = self._order.argsort()

    def waves(self, x: Tensor) -> Tensor:
        """How much of each there is in images, the slowest first. [B, C, H, W] → [B, D]."""
        rows, columns = self._rows.to(x), self._columns.to(x)
        return (rows @ x @ columns.T).flatten(1)[:, self._order]

    def images(self, waves: Tensor) -> Tensor:
        """The way back. [B, D] → [B, C, H, W]."""
        rows, columns = self._rows.to(waves), self._columns.to(waves)
        return rows.T @ waves[:, self._places].unflatten(1, self._shape) @ columns


def cosines(side: int) -> Tensor:
    """The waves of a line of pixels, a row each: orthonormal. float64 [side, side]."""
    wave, place = torch.arange(side, dtype=torch.float64, device="cpu").expand(2, side)
    length = torch.where(wave == 0, side, side / 2).to(wave).sqrt()
    return (math.pi * wave[:, None] * (place + 0.5) / side).cos() / length[:, None]
