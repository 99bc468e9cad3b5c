"""How a setting moves while a run trains: pure functions of how far it has come.

Nothing here remembers anything, so that a run that goes on from any checkpoint has the same values
at the same steps, to the last bit.
"""

import math
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import Field

from vae_core.options import Choice

HALF = 0.5  # of the run, where no length of a rise is given
THIRD = 1 / 3  # of the run, where no length between falls is given
RISING = 0.5  # the part of a cycle in which a cyclical weight rises (Fu et al. 2019)


@dataclass(frozen=True)
class Progress:
    """How far a training has come, before a step.

    Attributes:
        step: steps taken.
        samples: datapoint gradients evaluated.
        total_samples: those of the whole run.
        images: the size of the training set.
    """

    step: int
    samples: int
    total_samples: int
    images: int

    @property
    def share(self) -> float:
        """Of the whole run, from 0 to 1."""
        return self.samples / self.total_samples

    def through(self, epochs: float | None, otherwise: float) -> float:
        """How often so many epochs have gone by; where none are given, such a part of the run."""
        length = otherwise * self.total_samples if epochs is None else epochs * self.images
        return self.samples / length


Epochs: TypeAlias = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]

RateSchedule: TypeAlias = Annotated[
    str,
    Choice(
        {
            "constant": "as it is",
            "cosine": "falls to zero along a cosine",
            "step": "falls by a factor, again and again",
        }
    ),
    Field(
        title="Learning rate over the run",
        json_schema_extra={"flag": "--lr-schedule"},
    ),
]
WeightSchedule: TypeAlias = Annotated[
    str,
    Choice(
        {
            "none": "whole from the start",
            "linear": "rises from 0 once",
            "cyclical": "rises from 0 in cycles",
        }
    ),
    Field(
        title="Beta over the run",
        description="A warm-up: the rate weighs little at first.",
    ),
]


def falling(schedule: str, progress: Progress, epochs: float | None, factor: float) -> float:
    """What part of a learning rate is in force, in (0, 1].

    cosine: ½ (1 + cos(π t/T)), after t of T images; step: factorⁿ after n times ``epochs``.
    """
    if schedule == "cosine":
        return 0.5 * (1 + math.cos(math.pi * progress.share))
    if schedule == "step":
        return float(factor ** math.floor(progress.through(epochs, THIRD)))
    return 1.0


def rising(schedule: str, progress: Progress, epochs: float | None, cycles: int) -> float:
    """What part of a weight is in force, in [0, 1].

    linear: from 0 to 1 over ``epochs`` (Bowman et al. 2016); cyclical: in each of the cycles, which
    share the run, from 0 to 1 in its first half and then 1 (Fu et al. 2019).
    """
    if schedule == "linear":
        return min(1.0, progress.through(epochs, HALF))
    if schedule == "cyclical":
        # Whole numbers, so that a cycle begins at exactly zero.
        within = (progress.samples * cycles) % progress.total_samples / progress.total_samples
        return min(1.0, within / RISING)
    return 1.0
