"""The race itself: racers step in turns, whoever has evaluated fewest samples next.

Given the course and the entries, all but the seconds is determined.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Generator, Tensor
from torch.nn import functional

from latent_atlas.reproduce.race.record import Course, Entry, Out, Point
from latent_atlas.reproduce.race.ruler import log_p
from vae_core.algorithms import ALGORITHMS
from vae_core.data import load_dataset
from vae_core.evaluation import over_images
from vae_core.models import VAE, Architecture
from vae_core.training import Diverged, Plan, TrainingLoop

DATASET, SHAPE = "mnist-12k", (1, 14, 14)
_INK = 110  # of 255: from this grey level on, a shrunken pixel is white
_EVERY = 10_000  # samples between points
_EARLY = (1_000, 1_600, 2_500, 4_000, 6_300)  # the beginning is steep


class _Racer:
    """One algorithm with a model, a random stream and a clock of its own."""

    def __init__(self, entry: Entry, course: Course, images: Tensor) -> None:
        architecture = Architecture(image_shape=SHAPE, latent_dim=2, hidden=(course.hidden,))
        # The same start for everybody.
        self.vae = VAE(architecture).initialise("torch", Generator().manual_seed(course.seed))
        self.key, self.seconds = entry.key, 0.0
        generator = Generator().manual_seed(course.seed + 1)
        told: dict[str, Any] = dict(entry.settings)
        learner = ALGORITHMS[entry.algorithm](**told).make(self.vae, generator)
        learner.learning_rate = course.learning_rate
        plan = Plan(course.samples, course.batch_size)
        self.loop = TrainingLoop(learner, images, plan, generator)
        self._milestones = milestones(course.samples)

    @property
    def samples(self) -> int:
        return self.loop.samples

    def step(self) -> bool:
        """One step; tells whether it is time for a point."""
        # The processor's time, not the wall's: what else the machine does is nobody's fault.
        before = time.process_time()
        self.loop.step()
        self.seconds += time.process_time() - before
        due = False
        while self._milestones and self.samples >= self._milestones[0]:
            self._milestones.pop(0)
            due = True
        return due


def milestones(samples: int) -> list[int]:
    """The numbers of samples at which a racer is measured, ascending; the last is the end."""
    marks = [*_EARLY, *range(_EVERY, samples, _EVERY)]
    return [mark for mark in marks if mark < samples] + [samples]


def run(
    course: Course, entries: Sequence[Entry], cancelled: Callable[[], bool]
) -> Iterator[Point | Out]:
    """Race until all are home, yielding points as they are measured.

    Args:
        course: what everybody runs.
        entries: who takes part.
        cancelled: asked before every step; once it answers True, nothing more comes.
    """
    train, test = black_and_white(course)
    racers = [_Racer(entry, course, train) for entry in entries]
    while racers and not cancelled():
        racer = min(racers, key=lambda each: each.samples)
        try:
            due = racer.step()
        except Diverged:
            racers.remove(racer)
            yield _out(racer)
            continue
        if due:
            found = log_p(racer.vae, test)
            if not math.isfinite(float(found.mean())):
                racers.remove(racer)
                yield _out(racer)
                continue
            yield Point(
                racer=racer.key,
                samples=racer.samples,
                seconds=racer.seconds,
                log_p=float(found.mean()),
                half_width=over_images(found),
            )
        if racer.loop.finished:
            racers.remove(racer)


def black_and_white(course: Course) -> tuple[Tensor, Tensor]:
    """Training images uint8 [N, 1, 14, 14] of 0 and 255, and test images float of 0 and 1.

    Digits of MNIST at half their size, black or white once and for all: then p(x) is a probability.
    """
    dataset = load_dataset(DATASET)
    train = _shrunken(dataset.split("train").images[: course.images])
    test = _shrunken(dataset.split("test").images[: course.test_images])
    return train.to(torch.uint8) * 255, test.float()


def _shrunken(images: Tensor) -> Tensor:
    return functional.avg_pool2d(images.float(), 2) >= _INK


def _out(racer: _Racer) -> Out:
    return Out(
        racer=racer.key,
        reason=f"left the track after {racer.samples:,} samples: its numbers stopped being finite",
    )
