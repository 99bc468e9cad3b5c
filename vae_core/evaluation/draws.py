"""The draws that a measurement of a whole split makes for some of its images, made again.

``evaluate_images`` draws batch by batch from one stream: of each batch the pixels, where they are
``dynamic``, then ε of each sample of z. Where the stream stands before a batch is found once.
"""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import Treatment
from vae_core.models import DiagonalGaussian


@dataclass(frozen=True)
class Stream:
    """The draws of one measurement.

    Attributes:
        images: N, how many are measured.
        latent_dim: J.
        treatment: this and the rest as ``evaluate_images`` is told them.
        samples: L.
        seed: of all draws.
        batch_size: images at once.
    """

    images: int
    latent_dim: int
    treatment: Treatment = "grey"
    samples: int = 1
    seed: int = 0
    batch_size: int = 1000

    def drawn(self, some: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """What is drawn for images, uint8 [n, C, H, W], that stand at ``places``, int64 [n].

        Returns:
            The images as models are given them, float [n, C, H, W], and ε [L, n, J].
        """
        x = some.float() / 255
        noises = torch.empty(self.samples, len(some), self.latent_dim)
        dynamic = self.treatment == "dynamic"
        states = _states(self, tuple(some.shape[1:]) if dynamic else None)
        generator = Generator()
        batches = places // self.batch_size
        for number in batches.unique().tolist():
            wanted = (batches == number).nonzero()[:, 0]
            rows = places[wanted] - number * self.batch_size
            before, between = states[number]
            if dynamic:
                # Of the pixels before theirs it matters alone that a number is drawn for each.
                batch = torch.zeros(int(rows.max()) + 1, *some.shape[1:])
                batch[rows] = x[wanted]
                x[wanted] = torch.bernoulli(batch, generator=generator.set_state(before))[rows]
            generator.set_state(between)
            for noise in noises:
                noise[wanted] = self.noise(number, generator)[rows]
        return x, noises

    def noise(self, number: int, generator: Generator) -> Tensor:
        """ε of one sample of z for a batch, as a posterior draws it. [B, J]."""
        zeros = torch.zeros(self.length(number), self.latent_dim)
        return DiagonalGaussian(zeros, zeros).rsample(generator)

    def length(self, number: int) -> int:
        """How many images are in a batch."""
        return min(self.batch_size, self.images - number * self.batch_size)


@lru_cache(maxsize=16)
def _states(stream: Stream, pixels: tuple[int, ...] | None) -> tuple[tuple[Tensor, Tensor], ...]:
    """Where the stream stands before each batch, and before its first ε: 5 kB each.

    ``pixels`` is the shape [C, H, W] of images whose pixels are drawn as well.
    """
    generator = Generator().manual_seed(stream.seed)
    states = []
    for number in range(-(-stream.images // stream.batch_size)):
        before = between = generator.get_state()
        if pixels is not None:  # a number for each pixel, whatever its level is
            torch.bernoulli(torch.zeros(stream.length(number), *pixels), generator=generator)
            between = generator.get_state()
        states.append((before, between))
        for _ in range(stream.samples):
            stream.noise(number, generator)
    return tuple(states)
