"""What a run's log tells, kept in memory and brought up to date: one for all tabs that look."""

import math
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
import streamlit as st

from latent_atlas.ui.charts import Thinning
from latent_atlas.ui.train.lines import (
    Line,
    Numbers,
    Table,
    TestLine,
    TrainLine,
    empty_table,
)
from vae_core.models import BoundRecord
from vae_core.runs import ChangeEvent, LogReader, MetricEvent, ResumeEvent

PARTS = ("elbo", "rate", "distortion")
STRIP_COLUMNS = 60

# The columns of the table of measurements, before the means on train and on test images.
_STEP, _SAMPLES, _NORM, _LEARNING_RATE, _TESTED, _WHOLE = range(6)
_MEANS = 6
_NONE = (math.nan,) * len(PARTS)


@dataclass(frozen=True)
class LogContent:
    """A log as it stood at one moment.

    Attributes:
        steps, samples: of each measurement. [n].
        gradient_norm, learning_rate: at the newest measurement, if there is one.
        changes: of settings, by step.
        test: `PARTS` on test images, then on the images trained on since the point before.
        train: `PARTS` on the images trained on.
        latest_test: `PARTS` at the newest measurement on test images, if there is one.
        rates: KL of each latent dimension over the images trained on, at a few moments: images
            seen, then nats. [few, 1 + J], or [0, 0] where it was not measured.
    """

    steps: Numbers
    samples: Numbers
    gradient_norm: float | None
    learning_rate: float | None
    changes: Sequence[ChangeEvent]
    test: Line
    train: Line
    latest_test: Sequence[float] | None
    rates: Numbers


class History:
    """The log of a run that is read once, by whichever tab looks next."""

    def __init__(self, path: Path) -> None:
        self._reader = LogReader(path)
        self._lock = Lock()
        self._begin()

    def content(self) -> LogContent:
        """Take what is new in the log and return how it stands."""
        with self._lock:
            self._read()
            table = self._table.view()
            return LogContent(
                steps=table[:, _STEP],
                samples=table[:, _SAMPLES],
                gradient_norm=float(table[-1, _NORM]) if len(table) else None,
                learning_rate=float(table[-1, _LEARNING_RATE]) if len(table) else None,
                changes=tuple(self._changes),
                test=self._test.line(),
                train=self._train.line(),
                latest_test=self._latest_test,
                rates=self._few_rates(),
            )

    def _begin(self) -> None:
        self._table = empty_table(_MEANS + 2 * len(PARTS))
        self._rates: Table | None = None  # step, images seen, and KL of each latent dimension
        self._changes: list[ChangeEvent] = []
        self._draw_anew()

    def _draw_anew(self) -> None:
        self._drawn = self._drawn_rates = 0
        self._test, self._train = TestLine(2 * len(PARTS)), TrainLine(len(PARTS))
        self._moments = Thinning()
        self._latest_test: Sequence[float] | None = None

    def _read(self) -> None:
        afresh, events = self._reader.news()
        if afresh:
            self._begin()
        for event in events:
            if isinstance(event, MetricEvent):
                self._measured(event)
            elif isinstance(event, ResumeEvent):
                self._went_back(event.step)
            else:
                insort(self._changes, event, key=lambda change: change.step)
        self._draw()

    def _measured(self, event: MetricEvent) -> None:
        self._table.append(
            (
                event.step,
                event.samples,
                event.gradient_norm,
                event.learning_rate,
                event.test is not None,
                event.full_test,
                *_means(event.train),
                *(_NONE if event.test is None else _means(event.test)),
            )
        )
        rates = event.rate_per_dim
        if rates:
            if self._rates is None:
                self._rates = empty_table(2 + len(rates))
            if len(rates) + 2 == self._rates.view().shape[1]:
                self._rates.append((event.step, event.samples, *rates))

    def _went_back(self, step: int) -> None:
        """Leave out what is about to be measured again."""
        steps = self._table.view()[:, _STEP]
        if not (steps > step).any():
            return
        self._table = _until(step, self._table)
        if self._rates is not None:
            self._rates = _until(step, self._rates)
        self._draw_anew()

    def _draw(self) -> None:
        """Extend the lines by the measurements that they lack."""
        rows = self._table.view()[self._drawn :]
        for row in rows.tolist():
            train, test = row[_MEANS : _MEANS + len(PARTS)], row[_MEANS + len(PARTS) :]
            self._train.add(row[_SAMPLES], train)
            if row[_TESTED]:
                self._test.add(row[_SAMPLES], (*test, *train), whole=bool(row[_WHOLE]))
                self._latest_test = test
        self._drawn += len(rows)
        if self._rates is not None:
            moments = self._rates.view()[self._drawn_rates :, 1]
            for samples in moments.tolist():
                self._moments.add(samples)
            self._drawn_rates += len(moments)

    def _few_rates(self) -> Numbers:
        if self._rates is None:
            return np.empty((0, 0))
        return self._rates.view()[self._moments.kept(log_axis=True, limit=STRIP_COLUMNS), 1:]


@st.cache_resource(max_entries=32, show_spinner=False)
def shared_history(path: str) -> History:
    """Return the one history that this server process keeps of a log."""
    return History(Path(path))


def _means(bound: BoundRecord) -> tuple[float, ...]:
    return tuple(float(getattr(bound, part)) for part in PARTS)


def _until(step: int, table: Table) -> Table:
    rows = table.view()
    return Table(rows[rows[:, _STEP] <= step])
