"""What every measure of disentanglement gives: a number, its ±, and what knowing nothing gives."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.data import Factors
from vae_core.errors import AtlasError
from vae_core.evaluation.intervals import student_95

GROUPS = 20  # of images, each of which is left out once
FEWEST = 2 * GROUPS  # images
SHUFFLES = 10  # of the images between codes and factors


@dataclass(frozen=True)
class Score:
    """A measure of codes and factors.

    Attributes:
        value: what it is.
        half_width: ± of it in 95 of 100 cases; each measure says over what.
        chance: what these codes score once they are dealt to other images: what they would if they
            knew nothing of them.
        best: what a code has of which each dimension says one of these factors, and all of it.
    """

    value: float
    half_width: float
    chance: float
    best: float = 1.0

    @property
    def above_chance(self) -> bool:
        """Whether the ± leaves out what knowing nothing gives."""
        return self.value - self.half_width > self.chance


def left_out(statistics: Callable[[Tensor], Tensor], images: int) -> Tensor:
    """± of statistics over images, by a jackknife that leaves out a twentieth at a time.

    Unlike with a bootstrap no image is there twice, which would pass for information.

    Args:
        statistics: of images, int64 indices [n], any shape.
        images: N, at least ``FEWEST``.

    Returns:
        float64, of their shape.
    """
    everything = torch.arange(images)
    values = torch.stack(
        [statistics(everything[everything % GROUPS != g]) for g in range(GROUPS)]
    ).double()
    squares = (values - values.mean(0)).square().sum(0)
    error = ((GROUPS - 1) / GROUPS * squares).sqrt()
    return student_95(torch.tensor([GROUPS - 1.0])).double()[0] * error


def shuffled(statistic: Callable[[Tensor], float], images: int, seed: int) -> float:
    """The mean of a statistic of codes whose images were dealt anew, [N] indices, ten times."""
    generator = Generator().manual_seed(seed)
    deals = (torch.randperm(images, generator=generator) for _ in range(SHUFFLES))
    return sum(map(statistic, deals)) / SHUFFLES


def refuse_unfit(codes: Tensor, factors: Factors) -> None:
    """AtlasError where codes [N, J] of these images cannot be measured by their factors [N, K]."""
    if len(codes) != len(factors.values):
        raise ValueError("codes and factors must be of the same images")
    if len(codes) < FEWEST:
        raise AtlasError(
            f"Disentanglement is measured on {FEWEST} images or more, and here are {len(codes)}. "
            "Take more images."
        )
    if not factors.names:
        raise AtlasError("No factor of these images is known. Take a data set with factors.")
    if not bool(codes.isfinite().all()):
        raise AtlasError("Some codes are not finite: this model has not learned. Train it anew.")
