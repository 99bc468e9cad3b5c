"""Rectified flow (Liu et al. 2023), also flow matching (Lipman et al. 2023): straight ways.

    x_t = (1 − t) x₀ + t x₁,  x₀ ~ N(0, I),  x₁ an image

The network is asked for x₁ − x₀, and what it says at best is the velocity of a flow that carries
noise at t = 0 to images at t = 1. Images are made along it by Heun's method.
"""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from vae_core.models.diffusion import Diffusion, DiffusionArchitecture, centred
from vae_core.quantities import Quantity

VELOCITY_ERROR = Quantity(
    name="velocity_error",
    label="velocity error",
    noun="error in telling the velocity",
    unit="of the noise's variance",
    better="lower",
    comparable_with="squared error of a rectified flow's velocity",
    question="The velocity told wrongly: lower is better",
    answer="The velocity is told with an error of {value} of the noise's variance",
    meaning="the mean squared error of image minus noise as the network tells it, over pixels and "
    "times, where 1 is the variance of the noise; what no network can know is in it too",
)


class RectifiedFlow(Diffusion):
    """A network that tells which way noise becomes an image.

    What the network puts out is u = (1 − t) x₁ − t x₀, and the velocity told is
    ((2t − 1) x_t + u) / (t² + (1 − t)²), which is x₁ − x₀ of the same two: so it need not repeat
    noise that it is shown, as where there is nothing else to see (after Salimans & Ho 2022).
    """

    name = "rectified-flow"
    label = "a rectified flow"
    document = DiffusionArchitecture
    error = VELOCITY_ERROR

    def squared_errors(self, x: Tensor, generator: Generator) -> Tensor:
        """(x₁ − x₀ − v)² at a time of [0, 1). [B, C, H, W] → [B]."""
        time = torch.rand(len(x), generator=generator)
        noise = torch.empty_like(x).normal_(generator=generator)
        image, share = centred(x), time[:, None, None, None]
        told = self._told((1 - share) * noise + share * image, time)
        return (image - noise - told).square().flatten(1).mean(1)

    def velocity(self, x: Tensor, time: float) -> Tensor:
        """E[x₁ − x₀|x_t] as the network has it. [B, C, H, W] both."""
        return self._told(x, torch.full((len(x),), time))

    def passes(self, steps: int) -> int:
        """Two a step, and one for the last."""
        return 2 * steps - 1

    def denoise(self, noise: Tensor, steps: int) -> Tensor:
        """By Heun."""
        return heun(self.velocity, noise, steps)

    def _told(self, x: Tensor, time: Tensor) -> Tensor:
        share = time[:, None, None, None]
        whole = share**2 + (1 - share) ** 2
        told: Tensor = ((2 * share - 1) * x + self.network(x, time)) / whole
        return told


def heun(velocity: Callable[[Tensor, float], Tensor], noise: Tensor, steps: int) -> Tensor:
    """x₁ of x₀, along dx/dt = v(x, t) in even steps of Heun's method; the last one is Euler's.

    For where that ends, at an image without noise, nothing is left to be told (Karras et al. 2022).

    Args:
        velocity: v of x [B, …] and a time in [0, 1).
        noise: x₀ ~ N(0, I). [B, …].
        steps: 1 or more.
    """
    x, length = noise, 1 / steps
    for step in range(steps):
        slope = velocity(x, step * length)
        if step < steps - 1:
            ahead = velocity(x + length * slope, (step + 1) * length)
            slope = (slope + ahead) / 2
        x = x + length * slope
    return x
