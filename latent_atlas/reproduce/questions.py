"""What a cell of an experiment asks: train this, so long, and measure it here and there."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from vae_core.runs import RunConfig

Measure = Literal["bound", "likelihood"]

# The paper's recipe (appendix C and the authors' code), the same in all of its figures.
PAPER: Mapping[str, object] = {
    "optimizer": "adagrad",
    "learning_rate": 0.02,
    "init": "paper",
    "weight_prior": "normal",
    "sampling": "replacement",
    "batch_size": 100,
}


class Question(BaseModel):
    """Train a model, and measure it whenever so many samples have been evaluated.

    Attributes:
        name: of the cell; unique within an experiment, and the name of its file.
        config: what is trained, on what, with which seed.
        images: train on the first so many of the split; None for all of them.
        marks: numbers of samples evaluated at which to measure, ascending; the last ends it.
        measure: ``bound``, with L = 1; or ``likelihood``, log p(x) by importance sampling.
        measured_images: the first so many of the training and of the test images.
        importance_samples: of ``likelihood``, per image.
        encoder: whether ``likelihood`` proposes from the model's encoder. If not, q(z|x) is fitted
            to each image by itself, which treats methods with and without an encoder alike.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    config: RunConfig
    images: Annotated[int, Field(ge=2)] | None = None
    marks: Annotated[tuple[int, ...], Field(min_length=1)]
    measure: Measure = "bound"
    measured_images: Annotated[int, Field(ge=1)] = 10_000
    importance_samples: Annotated[int, Field(ge=1)] = 200
    encoder: bool = False


class Measured(BaseModel):
    """What was measured on one split, in nats per image.

    Attributes:
        value: the bound, or log p(x).
        rate: KL(q(z|x) || p(z)) under the model's encoder.
        active_units: latent dimensions whose posterior mean varies by more than 0.01 (Burda et al.
            2015).
        error: Monte Carlo standard error of a log p(x).
    """

    model_config = ConfigDict(frozen=True)

    value: float
    rate: float
    active_units: int
    error: float | None = None


class Point(BaseModel):
    """One measurement, after so many samples and seconds of training.

    Seconds are those of one processor core, without measuring: what else the machine was doing does
    not enter.
    """

    model_config = ConfigDict(frozen=True)

    samples: int
    seconds: float
    train: Measured
    test: Measured
    acceptance: float | None = None


def marks_until(samples: int, first: int = 32_000) -> tuple[int, ...]:
    """Four marks a decade, (1, 1.8, 3.2, 5.6) · 10^k, from ``first`` up to and with ``samples``."""
    marks = [int(factor * 10**power) for power in range(3, 13) for factor in (1, 1.8, 3.2, 5.6)]
    return (*(mark for mark in marks if first <= mark < samples), samples)
