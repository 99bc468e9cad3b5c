"""Models of black-and-white images that say each pixel given those before it, and have no code.

    log p(x) = Σ_i log p(x_i | x_<i),    p(x_i = 1 | x_<i) = sigmoid(a_i)

It is exact, and a sum over pixels. The channels of one pixel are independent given what is before
it. Grey images enter as they enter the VAE's Bernoulli likelihood: x·a − softplus(a) is a
cross-entropy then, and a pixel is told the grey levels of those before it. Such nats are of no
binary image, and compare with those of grey images alone.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping

import torch
from torch import Generator, Tensor

from vae_core.models.initialisation import Initialisation, initialise
from vae_core.models.likelihoods import Bernoulli
from vae_core.models.model import Model


class AutoregressiveModel(Model):
    """p(x) pixel after pixel; a kind says how the pixels before one make its logits.

    It says so twice: for whole images (``logits``), and for one pixel after the other (``walk``).
    """

    @classmethod
    def density(cls, settings: Mapping[str, object]) -> str | None:
        """None: log p(x) of a binary image is that of a probability."""
        return None

    def initialise(self, scheme: Initialisation, generator: Generator) -> "AutoregressiveModel":
        """Draw all parameters anew (see ``vae_core.models.initialisation``); returns itself."""
        initialise(self, scheme, generator)
        return self

    @abstractmethod
    def logits(self, x: Tensor) -> Tensor:
        """a_i of each pixel of whole images x, told those before it. [B, C, H, W] → the same."""

    @abstractmethod
    def walk(self, x: Tensor) -> Iterator[tuple[int, int, Tensor]]:
        """The same pixel by pixel, in the order of drawing: row, column, a [B, C].

        Whoever walks fills in each pixel of ``x`` before the next one is asked for.
        """

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) in nats for images x in [0, 1], float [B, C, H, W] → [B]."""
        return Bernoulli(self.logits(x)).log_prob(x)

    @torch.no_grad()
    def sample_images(self, count: int, generator: Generator) -> Tensor:
        """x ~ p(x), each pixel 0 or 1. [count, C, H, W]."""
        x = torch.zeros(count, *self.image_shape)
        return drawn(x, self.walk(x), generator)


def drawn(x: Tensor, walk: Iterator[tuple[int, int, Tensor]], generator: Generator) -> Tensor:
    """``x`` [B, C, H, W], each pixel drawn as the walk along it says; returns it."""
    for row, column, logits in walk:
        x[:, :, row, column] = Bernoulli(logits).sample(generator)
    return x
