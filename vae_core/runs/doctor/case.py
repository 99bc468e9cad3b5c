"""A run as the doctor's rules see it: its log read once."""

import math
from functools import cached_property

import numpy as np

from vae_core.quantities import ELBO
from vae_core.runs.config import RunConfig
from vae_core.runs.metrics import MetricEvent, changes, measurements
from vae_core.runs.run import Run
from vae_core.runs.trend import Numbers, Trend, trend


class Case:
    """A run, and what its log says as of now.

    Raises:
        AtlasError: where the run's folder is damaged.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.status = run.status()
        events = run.events()
        self.metrics = measurements(events)
        self._changes = changes(events)

    @property
    def config(self) -> RunConfig:
        """What was asked for."""
        return self.run.config

    @property
    def learning_rate(self) -> float:
        """The one in force at the end."""
        told = [each.learning_rate for each in self._changes if each.learning_rate is not None]
        return told[-1] if told else self.config.learning_rate

    @property
    def beta(self) -> float:
        """The weight of the rate in force at the end."""
        told = [each.beta for each in self._changes if each.beta is not None]
        return told[-1] if told else self.config.beta

    @cached_property
    def tested(self) -> list[MetricEvent]:
        """The measurements that have the bound on test images, in order."""
        return [event for event in self.metrics if ELBO.name in (event.test or {})]

    @property
    def bounds(self) -> Numbers:
        """The bound on test images in nats per image, at each of ``tested``. [n]."""
        return np.array([(event.test or {})[ELBO.name] for event in self.tested])

    @cached_property
    def trend(self) -> Trend | None:
        """What the bound does on test images; None while there is too little to say."""
        if not self.tested:
            return None
        return trend(
            np.array([event.samples for event in self.tested], dtype=float),
            self.bounds,
            np.array([event.train.get(ELBO.name, math.nan) for event in self.tested]),
            np.array([(e.test_half_widths or {}).get(ELBO.name, math.nan) for e in self.tested]),
            np.array([event.full_test for event in self.tested]),
            sign=ELBO.sign,
            best=float(self.bounds.max()),
        )

    @property
    def later(self) -> list[MetricEvent]:
        """The measurements of the later half of the images seen."""
        half = self.metrics[-1].samples / 2 if self.metrics else 0
        return [event for event in self.metrics if event.samples >= half]
