"""A run as the doctor's rules see it: its log read once."""

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import numpy as np

from vae_core.quantities import ELBO
from vae_core.runs.config import RunConfig
from vae_core.runs.doctor.probe import Probe, probe_of
from vae_core.runs.metrics import MetricEvent, changes, measurements
from vae_core.runs.run import Run
from vae_core.runs.trend import Numbers, Trend, trend


class Case:
    """A run, and what its log says as of now.

    It is judged by validation images where it has any: what test images have chosen, they do not
    test any more.

    Raises:
        AtlasError: where the run's folder is damaged.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.status = run.status()
        events = run.events()
        self.metrics = measurements(events)
        self._by_hand: dict[str, float] = {}
        for change in changes(events):
            self._by_hand |= change.values()

    @property
    def config(self) -> RunConfig:
        """What was asked for."""
        return self.run.config

    @property
    def learning_rate(self) -> float:
        """The largest that steps of the later half were made with."""
        return self._in_force("learning_rate", self.config.learning_rate)

    @property
    def beta(self) -> float:
        """The largest weight of the rate that steps of the later half were made with."""
        return self._in_force("beta", self.config.beta)

    def _in_force(self, name: str, told: float) -> float:
        """A schedule may end at nothing: what a later half came to, it did not come to by that."""
        known = [event.in_force or {} for event in self.later]
        logged = [values[name] for values in known if name in values]
        # Older logs know no schedules: what was asked for held until a change by hand.
        return max(logged) if logged else self._by_hand.get(name, told)

    @property
    def top_learning_rate(self) -> float:
        """What a clone would be told to train as the run did in the end.

        That is what was last changed by hand; or what was asked for, a schedule's largest.
        """
        return self._by_hand.get("learning_rate", self.config.learning_rate)

    @cached_property
    def judged_by(self) -> Literal["valid", "test"]:
        """Which images' bound counts."""
        on_valid = any(ELBO.name in (event.valid or {}) for event in self.metrics)
        return "valid" if on_valid else "test"

    @property
    def images(self) -> str:
        """What people call these images."""
        return "validation images" if self.judged_by == "valid" else "test images"

    def means(self, event: MetricEvent) -> Mapping[str, float]:
        """What was measured on the images that count; empty where nothing was."""
        return getattr(event, self.judged_by) or {}

    def half_widths(self, event: MetricEvent) -> Mapping[str, float]:
        """The ± of these over images, as far as the log knows it."""
        return getattr(event, f"{self.judged_by}_half_widths") or {}

    @cached_property
    def measured(self) -> list[MetricEvent]:
        """The measurements that have the bound on the images that count, in order."""
        return [event for event in self.metrics if ELBO.name in self.means(event)]

    @property
    def bounds(self) -> Numbers:
        """The bound on these images in nats per image, at each of ``measured``. [n]."""
        return np.array([self.means(event)[ELBO.name] for event in self.measured])

    @cached_property
    def trend(self) -> Trend | None:
        """What the bound does on these images; None while there is too little to say."""
        if not self.measured:
            return None
        return trend(
            np.array([event.samples for event in self.measured], dtype=float),
            self.bounds,
            np.array([event.train.get(ELBO.name, math.nan) for event in self.measured]),
            np.array([self.half_widths(e).get(ELBO.name, math.nan) for e in self.measured]),
            np.array([self.is_whole(event) for event in self.measured]),
            sign=ELBO.sign,
        )

    def is_whole(self, event: MetricEvent) -> bool:
        """Whether it was made on all of these images: validation images always are."""
        return self.judged_by == "valid" or event.full_test

    @property
    def best(self) -> MetricEvent:
        """Of the measurements on the same images as the latest, the one with the best bound."""
        whole = self.is_whole(self.measured[-1])
        alike = [event for event in self.measured if self.is_whole(event) == whole]
        return max(alike, key=lambda event: self.means(event)[ELBO.name])

    @cached_property
    def probe(self) -> Probe | None:
        """The model and some training images, read once for all rules that look into it."""
        return probe_of(self.run)

    @property
    def later(self) -> list[MetricEvent]:
        """The measurements of the later half of the images seen."""
        half = self.metrics[-1].samples / 2 if self.metrics else 0
        return [event for event in self.metrics if event.samples >= half]
