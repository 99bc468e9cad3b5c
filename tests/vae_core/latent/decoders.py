"""Decoders whose geometry is known in closed form, and small encodings."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.latent import Encodings
from vae_core.models import PixelLikelihood


@dataclass(frozen=True)
class Picture(PixelLikelihood):
    """An image and nothing else: no distribution is needed for what the eye sees."""

    image: Tensor

    @property
    def mean(self) -> Tensor:
        return self.image

    @property
    def deviation(self) -> Tensor:
        raise NotImplementedError

    def log_prob_per_pixel(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def sample(self, generator: Generator | None = None) -> Tensor:
        raise NotImplementedError


@dataclass(frozen=True)
class Draws:
    """Decodes z [M, J] by a function to the D pixels of an image [M, 1, 1, D]."""

    function: Callable[[Tensor], Tensor]

    def decode(self, z: Tensor) -> Picture:
        return Picture(self.function(z)[:, None, None])


def polar() -> Draws:
    """(r, t) → (r cos t, r sin t): geodesics are straight in the image, √det G = r."""
    return Draws(lambda z: torch.stack([z[:, 0] * z[:, 1].cos(), z[:, 0] * z[:, 1].sin()], 1))


def linear(W: Tensor) -> Draws:
    """z → W z, W [D, J]: geodesics are straight in the plane, G = W'W."""
    return Draws(lambda z: z @ W.T)


def scattered(n: int, J: int, seed: int = 0) -> Encodings:
    """n posteriors with means and widths of all kinds."""
    g = Generator().manual_seed(seed)
    return Encodings(torch.randn(n, J, generator=g), torch.randn(n, J, generator=g) - 3)
