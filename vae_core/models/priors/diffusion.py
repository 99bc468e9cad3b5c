"""Latent diffusion: codes made of noise, by a rectified flow over z (Liu et al. 2023).

The VAE itself learns on N(0, I) (after Rombach et al. 2022, who train the two in turns): the flow
is a regression on its codes as they come, and no gradient passes from it to the encoder. So what
it changes are the samples. The bound remains the one with N(0, I).
"""

import math

import torch
from torch import Generator, Tensor, nn
from torch.nn.functional import silu

from vae_core.models.initialisation import Initialisation, initialise
from vae_core.models.priors.base import Encode, Prior, PriorSizes
from vae_core.models.priors.standard import sample_standard_normal, standard_normal_log_prob
from vae_core.models.rectified_flow import heun

_WAVES = 8  # sines, and as many cosines, that tell the time
_STEPS = 50  # of Heun's method from noise to a code
_LATEST = 0.01  # what the moments give a batch at least: those of the last hundred count
_SMALLEST = 1e-3  # a standard deviation that codes are divided by


class DiffusionPrior(Prior):
    """Noise at t = 0 becomes a standardised code at t = 1 along v(y, t), a small network.

        y_t = (1 − t) ε + t (z − mean)/deviation,   v told: E[y_1 − y_0|y_t]

    Attributes:
        mean, deviation: of codes, moving means over steps. [J].
        batches: how many steps have told them.
    """

    name = "diffusion"
    label = "latent diffusion (its bound is that of N(0, I))"
    order = 4

    mean: Tensor
    deviation: Tensor
    batches: Tensor

    def __init__(self, sizes: PriorSizes) -> None:
        super().__init__(sizes)
        latent_dim, width = sizes.latent_dim, sizes.denoiser_width
        self.first = nn.Linear(latent_dim + 2 * _WAVES, width)
        self.second = nn.Linear(width, width)
        self.third = nn.Linear(width, width)
        self.last = nn.Linear(width, latent_dim)
        self.register_buffer("mean", torch.zeros(latent_dim))
        self.register_buffer("deviation", torch.ones(latent_dim))
        self.register_buffer("batches", torch.zeros(()))

    def initialise(self, scheme: Initialisation, generator: Generator) -> None:
        """At first the network says nothing, and codes count as standardised."""
        initialise(self, scheme, generator)
        with torch.no_grad():
            for parameter in self.last.parameters():
                parameter.zero_()
            self.mean.zero_()
            self.deviation.fill_(1)
            self.batches.zero_()

    def log_prob(self, z: Tensor, encode: Encode) -> Tensor:
        """log N(z; 0, I) in nats, and not of its own samples. [B, J] → [B]."""
        return standard_normal_log_prob(z)

    @torch.no_grad()
    def sample(self, count: int, generator: Generator, encode: Encode) -> Tensor:
        """Codes that noise becomes. [count, J]."""
        noise = sample_standard_normal(count, len(self.mean), generator)

        def velocity(y: Tensor, time: float) -> Tensor:
            return self._told(y, torch.full((len(y),), time))

        return self.mean + self.deviation * heun(velocity, noise, _STEPS)

    def regression(self, z: Tensor, generator: Generator) -> Tensor:
        """The mean squared error of v over codes and dimensions, at times of [0, 1). []."""
        self._follow(z)
        y = (z - self.mean) / self.deviation
        time = torch.rand(len(z), generator=generator)
        noise = torch.empty_like(y).normal_(generator=generator)
        share = time.unsqueeze(1)
        told = self._told((1 - share) * noise + share * y, time)
        return (y - noise - told).square().mean()

    @torch.no_grad()
    def _follow(self, z: Tensor) -> None:
        """Move mean and deviation towards those of a batch of two codes or more."""
        if len(z) < 2:
            return
        self.batches += 1
        share = max(_LATEST, 1 / float(self.batches))
        self.mean.lerp_(z.mean(0), share)
        self.deviation.lerp_(z.std(0).clamp_min(_SMALLEST), share)

    def _told(self, y: Tensor, time: Tensor) -> Tensor:
        """v at y [B, J] and times [B]. [B, J]."""
        waves = time.unsqueeze(1) * math.pi * torch.arange(1, _WAVES + 1)
        h = silu(self.first(torch.cat((y, waves.sin(), waves.cos()), 1)))
        h = h + silu(self.second(h))
        h = h + silu(self.third(h))
        told: Tensor = self.last(h)
        return told
