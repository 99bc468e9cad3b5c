"""Codes of which every score is known."""

import torch
from torch import Generator, Tensor

from vae_core.data import Factors

SIDE, TIMES = 8, 10
SIZES = (SIDE, SIDE)


def grid() -> Factors:
    """Two factors of eight levels, every combination ten times: H = log 8 of each."""
    levels = torch.arange(SIDE)
    return Factors(("x", "y"), SIZES, torch.cartesian_prod(levels, levels).repeat(TIMES, 1))


def perfect() -> Tensor:
    """A dimension for each factor, backwards, turned round and of other widths."""
    values = grid().values.double()
    return torch.stack([-3 * values[:, 1], 0.5 * values[:, 0] - 7], 1)


def rotated() -> Tensor:
    """Both factors in both dimensions: turned by 45 degrees."""
    x, y = (grid().values.double() - (SIDE - 1) / 2).unbind(1)
    return torch.stack([x + y, x - y], 1) / 2**0.5


def noise(dims: int = 3) -> Tensor:
    """What has nothing to do with the images."""
    return torch.randn(SIDE * SIDE * TIMES, dims, generator=Generator().manual_seed(0))
