"""The courses of measured values: of several runs as their mean and error, or smoothed."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vae_core.errors import AtlasError
from vae_core.runs.metrics import MetricEvent
from vae_core.sentences import counted

Numbers = NDArray[np.float64]
Along = Literal["images", "epochs", "seconds"]
Part = Literal["train", "test", "valid"]


@dataclass(frozen=True)
class Course:
    """Values ``y`` [N] at places ``x`` [N], which rise from one to the next."""

    x: Numbers
    y: Numbers


@dataclass(frozen=True)
class MeanCourse:
    """The mean of ``runs`` courses at places that all of them have come to.

    ``standard_error`` is that of the mean over the runs, with n − 1 in the variance; None for fewer
    than two, of which it cannot be said.
    """

    x: Numbers
    mean: Numbers
    standard_error: Numbers | None
    runs: int


@dataclass(frozen=True)
class Smoothing:
    """How a course is smoothed.

    ``exponential``: s_n = w s_(n−1) + (1 − w) y_n from s_0 = 0, divided by 1 − w^n, so that the
    beginning leans on no zero (Kingma & Ba 2015, section 3); ``strength`` is w, from 0 to below 1.
    It lags behind by about w / (1 − w) points. ``window``: the mean of each point and of equally
    many on either side, fewer at the ends; ``strength`` is how many that are, a whole number from 1
    on, and an even one counts as the odd one above it. Both go by points, not by what lies between.
    """

    kind: Literal["exponential", "window"]
    strength: float

    def __post_init__(self) -> None:
        sound = (
            0 <= self.strength < 1
            if self.kind == "exponential"
            else self.strength >= 1 and float(self.strength).is_integer()
        )
        if not sound:
            wanted = (
                "a weight from 0 to below 1"
                if self.kind == "exponential"
                else "a whole number of points from 1 on"
            )
            raise AtlasError(f"Smoothing cannot be by {self.strength:g}: give {wanted}.")

    @property
    def words(self) -> str:
        """What a chart says of a smoothed line."""
        if self.kind == "window":
            return f"mean of {counted(_odd(self.strength), 'neighbouring point')}"
        return f"exponential mean of weight {self.strength:g}, the beginning corrected"


@dataclass(frozen=True)
class Smoothed:
    """A smoothed course beside the ``raw`` one that it is made of; ``words`` say how."""

    raw: Course
    smooth: Course
    words: str


def course_of(
    metrics: Iterable[MetricEvent], quantity: str, part: Part, along: Along = "images"
) -> Course:
    """The values of a quantity where it was measured, in order; empty where it never was."""
    points = [
        (_place(each, along), value)
        for each in metrics
        if (value := (getattr(each, part) or {}).get(quantity)) is not None
    ]
    x, y = zip(*points, strict=True) if points else ((), ())
    return Course(np.array(x, dtype=float), np.array(y, dtype=float))


def mean_course(courses: Sequence[Course], most: int = 500) -> MeanCourse | None:
    """Mean and standard error of several courses, each interpolated linearly between its points.

    The places are those where any of them was measured within the range that all have in common,
    at most ``most``, ends included. Nothing is extrapolated.

    Returns:
        None where the courses have no range in common, or there are none.
    """
    sound = [_sound(course) for course in courses]
    if not sound or any(len(each.x) == 0 for each in sound):
        return None
    first, last = max(each.x[0] for each in sound), min(each.x[-1] for each in sound)
    places = np.unique(np.concatenate([each.x for each in sound]))
    places = places[(places >= first) & (places <= last)]
    if len(places) == 0:
        return None
    if len(places) > most:
        places = places[np.linspace(0, len(places) - 1, most).round().astype(int)]
    values = np.stack([np.interp(places, each.x, each.y) for each in sound])
    n = len(sound)
    error = None if n < 2 else values.std(axis=0, ddof=1) / math.sqrt(n)
    return MeanCourse(places, values.mean(axis=0), error, n)


def smoothed(course: Course, by: Smoothing) -> Smoothed:
    """A course smoothed, beside itself; the smooth one leaves out what is not finite."""
    sound = _sound(course)
    mean = _windowed if by.kind == "window" else _exponential
    return Smoothed(course, Course(sound.x, mean(sound.y, by.strength)), by.words)


def _exponential(y: Numbers, weight: float) -> Numbers:
    result = np.empty_like(y)
    mean, left = 0.0, 1.0
    for n, value in enumerate(y.tolist()):
        mean, left = weight * mean + (1 - weight) * value, left * weight
        result[n] = mean / (1 - left)
    return result


def _windowed(y: Numbers, points: float) -> Numbers:
    half = _odd(points) // 2
    at = np.arange(len(y))
    reach = np.minimum(half, np.minimum(at, len(y) - 1 - at))  # as many on either side
    sums = np.concatenate([[0.0], np.cumsum(y)])
    means: Numbers = (sums[at + reach + 1] - sums[at - reach]) / (2 * reach + 1)
    return means


def _odd(points: float) -> int:
    return int(points) // 2 * 2 + 1


def _sound(course: Course) -> Course:
    """Without what is not finite; of several values at one place the last one."""
    finite = np.isfinite(course.x) & np.isfinite(course.y)
    x, y = course.x[finite], course.y[finite]
    places, last = np.unique(x[::-1], return_index=True)
    return Course(places, y[::-1][last])


def _place(event: MetricEvent, along: Along) -> float:
    return {"images": event.samples, "epochs": event.epoch, "seconds": event.seconds}[along]
