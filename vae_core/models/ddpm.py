"""Denoising diffusion (DDPM, Ho et al. 2020): noise added in a thousand levels, and told again.

    x_t = √ᾱ_t x₀ + √(1 − ᾱ_t) ε,  ε ~ N(0, I),  ᾱ_t = ∏_{s ≤ t} (1 − β_s)

The network is asked for ε. Images are made by DDIM with η = 0 (Song et al. 2021): a few of the
levels, and no noise but the first.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, ClassVar, TypeAlias

import torch
from pydantic import Field
from torch import Generator, Tensor

from vae_core.models.diffusion import Diffusion, DiffusionArchitecture, centred
from vae_core.options import Choice
from vae_core.quantities import Quantity

LEVELS = 1000  # T
_LEAST_BETA, _MOST_BETA = 1e-4, 0.02  # of the linear schedule
_OFFSET, _STEEPEST = 0.008, 0.999  # of the cosine one

NoiseSchedule: TypeAlias = Annotated[
    str,
    Choice({"cosine": "cosine", "linear": "linear, as in the paper"}),
    Field(
        title="Noise over the levels",
        description="How fast noise takes an image over. Small images want the cosine.",
    ),
]

NOISE_ERROR = Quantity(
    name="noise_error",
    label="noise error",
    noun="error in telling the noise",
    unit="of the noise's variance",
    better="lower",
    comparable_with="squared error of DDPM's noise",
    question="The noise told wrongly: lower is better",
    answer="Of the noise's variance {value} is told wrongly",
    meaning="the mean squared error of the noise that the network tells, over pixels and levels, "
    "where 1 is the noise itself",
)


class DDPMArchitecture(DiffusionArchitecture):
    """With the schedule of its noise."""

    noise_schedule: NoiseSchedule


class DDPM(Diffusion):
    """A network that tells the noise in an image.

    What the network puts out is v = √ᾱ ε − √(1 − ᾱ) x₀ (Salimans & Ho 2022), and the noise told is
    √ᾱ v + √(1 − ᾱ) x_t: the loss stays that of the noise, and to see the image in almost nothing
    but noise takes no division by almost zero.
    """

    name = "ddpm"
    label = "a diffusion model"
    document: ClassVar[type[DiffusionArchitecture]] = DDPMArchitecture
    architecture: DDPMArchitecture
    error = NOISE_ERROR

    def squared_errors(self, x: Tensor, generator: Generator) -> Tensor:
        """(ε − ε̂)² at a level of 1 … T (Ho et al. 2020, equation 14). [B, C, H, W] → [B]."""
        level = torch.randint(1, LEVELS + 1, (len(x),), generator=generator)
        noise = torch.empty_like(x).normal_(generator=generator)
        signal = self._remains[level].sqrt().float()[:, None, None, None]
        spread = (1 - self._remains[level]).sqrt().float()[:, None, None, None]
        mixed = signal * centred(x) + spread * noise
        told = signal * self.network(mixed, level / LEVELS) + spread * mixed
        return (noise - told).square().flatten(1).mean(1)

    def image_told(self, x: Tensor, level: int) -> Tensor:
        """What the network takes x₀ to be, of x_t at a level of 1 … T. [B, C, H, W] both."""
        signal, spread = _shares(self._remains, level)
        return signal * x - spread * self.network(x, torch.full((len(x),), level / LEVELS))

    def passes(self, steps: int) -> int:
        """One a step."""
        return steps

    def denoise(self, noise: Tensor, steps: int) -> Tensor:
        """By DDIM."""
        return ddim(self.image_told, noise, self._remains, steps)

    @property
    def _remains(self) -> Tensor:
        return remains(self.architecture.noise_schedule)


@lru_cache
def remains(schedule: str) -> Tensor:
    """ᾱ of each level, what remains of an image's variance; ᾱ_0 = 1. float64 [T + 1].

    linear: β from 1e-4 to 0.02 (Ho et al. 2020); cosine: ᾱ_t ∝ cos²(π/2 (t/T + s)/(1 + s)) with
    s = 0.008 and no β above 0.999 (Nichol & Dhariwal 2021, equation 17).
    """
    if schedule == "linear":
        beta = torch.linspace(_LEAST_BETA, _MOST_BETA, LEVELS, dtype=torch.float64)
    else:
        passed = torch.arange(LEVELS + 1, dtype=torch.float64) / LEVELS
        wanted = torch.cos(0.5 * math.pi * (passed + _OFFSET) / (1 + _OFFSET)).square()
        beta = (1 - wanted[1:] / wanted[:-1]).clamp(max=_STEEPEST)
    return torch.cat([torch.ones(1, dtype=torch.float64), (1 - beta).cumprod(0)])


def ddim(
    image_told: Callable[[Tensor, int], Tensor], noise: Tensor, remaining: Tensor, steps: int
) -> Tensor:
    """x₀ of noise, by DDIM with η = 0 (Song et al. 2021, equation 12).

    The levels are T, …, T/steps, evenly spaced. What is taken for the image stays in [−1, 1], where
    images are.

    Args:
        image_told: E[x₀|x_t] of x_t [B, …] and its level.
        noise: x_T ~ N(0, I). [B, …].
        remaining: ᾱ [T + 1].
        steps: 1 to T.
    """
    x = noise
    levels = [round(LEVELS * step / steps) for step in range(steps, -1, -1)]
    for level, following in pairwise(levels):
        signal, spread = _shares(remaining, level)
        image = image_told(x, level).clamp(-1, 1)
        noise_told = (x - signal * image) / spread
        signal, spread = _shares(remaining, following)
        x = signal * image + spread * noise_told
    return x


def _shares(remaining: Tensor, level: int) -> tuple[float, float]:
    """√ᾱ and √(1 − ᾱ)."""
    left = float(remaining[level])
    return left**0.5, (1 - left) ** 0.5
