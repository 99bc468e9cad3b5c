"""What a run's log tells, kept in memory and brought up to date: one for all tabs that look."""

import math
from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from latent_atlas.ui.chart_points import Thinning
from latent_atlas.ui.train.lines import (
    Line,
    Numbers,
    Table,
    TestLine,
    TrainLine,
    empty_table,
)
from vae_core.quantities import Quantity, scalars, vectors
from vae_core.runs import ChangeEvent, LogReader, MetricEvent, ResumeEvent

STRIP_COLUMNS = 60

Flags = NDArray[np.bool_]

# The columns of the table of measurements, before the means on train and on test images, and the
# half widths of these and of those.
_STEP, _SAMPLES, _SECONDS, _NORM, _LEARNING_RATE, _TESTED, _WHOLE = range(7)
_MEANS = 7


@dataclass(frozen=True)
class LogContent:
    """A log as it stood at one moment.

    Attributes:
        quantities: the scalars that the columns of lines are of, in this order.
        steps, samples, seconds: of each measurement. [n].
        gradient_norm, learning_rate: at the newest measurement, if there is one.
        changes: of settings, by step.
        test: means on test images, then those on the images trained on since the point before,
            then the half widths of the former over images (`half_widths`), and `whole`.
        train: means on the images trained on, then their half widths (`train_half_widths`).
        latest_test: at the newest measurement on test images, if there is one.
        latest_half_widths: the ± of each of those over images, by names, where the log has them.
        vectors: by the names of the quantities, over the images trained on, at a few moments:
            images seen, the entries, and the ± of each. [few, 1 + 2J], or [0, 0] where it was not
            measured.
    """

    quantities: tuple[Quantity, ...]
    steps: Numbers
    samples: Numbers
    seconds: Numbers
    gradient_norm: float | None
    learning_rate: float | None
    changes: Sequence[ChangeEvent]
    test: Line
    train: Line
    latest_test: Sequence[float] | None
    latest_half_widths: Mapping[str, float]
    vectors: dict[str, Numbers]

    def column(self, quantity: Quantity) -> int | None:
        """The column of this very quantity, else of one on its scale, if there is one."""
        if quantity in self.quantities:
            return self.quantities.index(quantity)
        scales = [each.comparable_with for each in self.quantities]
        wanted = quantity.comparable_with
        return scales.index(wanted) if wanted in scales else None

    def half_widths(self, column: int) -> Numbers:
        """The ± of a column of test means over images; not a number where none was logged. [n]."""
        return self.test.values[:, 2 * len(self.quantities) + column]

    def train_half_widths(self, column: int) -> Numbers:
        """The ± of a column of the means on the images trained on, likewise. [n of `train`]."""
        return self.train.values[:, len(self.quantities) + column]

    @property
    def whole(self) -> Flags:
        """Which of the test means are of the whole test split; the others are of a probe. [n]."""
        return self.test.values[:, 3 * len(self.quantities)] == 1


class VectorTrack:
    """A vector over the images trained on, at every measurement; a few of them are drawn."""

    def __init__(self) -> None:
        self._rows: Table | None = None  # step, images seen, the entries, the ± of each
        self._moments = Thinning()

    def add(
        self, step: int, samples: int, vector: Sequence[float], half_widths: Sequence[float]
    ) -> None:
        """Take a measurement, unless it has not as many entries as the first one.

        `half_widths` are the ± of the entries, or not as many where the log has them not.
        """
        if not vector:
            return
        if len(half_widths) != len(vector):
            half_widths = [math.nan] * len(vector)
        row = (step, samples, *vector, *half_widths)
        if self._rows is None:
            self._rows = empty_table(len(row))
        if self._rows.view().shape[1] == len(row):
            self._rows.append(row)
            self._moments.add(samples)

    def go_back(self, step: int) -> None:
        """Leave out what was measured after a step."""
        if self._rows is not None:
            self._rows, self._moments = _until(step, self._rows), Thinning()
            for samples in self._rows.view()[:, 1].tolist():
                self._moments.add(samples)

    def few(self) -> Numbers:
        """Images seen, entries and the ± of each, at moments evenly spread on a log axis."""
        if self._rows is None:
            return np.empty((0, 0))
        return self._rows.view()[self._moments.kept(log_axis=True, limit=STRIP_COLUMNS), 1:]


class History:
    """The log of a run that is read once, by whichever tab looks next."""

    def __init__(self, path: Path, reports: tuple[Quantity, ...]) -> None:
        self._scalars = scalars(reports)
        self._names = tuple(quantity.name for quantity in self._scalars)
        self._vectors = {quantity.name: VectorTrack() for quantity in vectors(reports)}
        self._reader = LogReader(path)
        self._lock = Lock()
        self._begin()

    def content(self) -> LogContent:
        """Take what is new in the log and return how it stands."""
        with self._lock:
            self._read()
            table = self._table.view()
            return LogContent(
                quantities=self._scalars,
                steps=table[:, _STEP],
                samples=table[:, _SAMPLES],
                seconds=table[:, _SECONDS],
                gradient_norm=float(table[-1, _NORM]) if len(table) else None,
                learning_rate=float(table[-1, _LEARNING_RATE]) if len(table) else None,
                changes=tuple(self._changes),
                test=self._test.line(),
                train=self._train.line(),
                latest_test=self._latest_test,
                latest_half_widths=self._latest_half_widths,
                vectors={name: track.few() for name, track in self._vectors.items()},
            )

    def _begin(self) -> None:
        self._table = empty_table(_MEANS + 4 * len(self._names))
        self._vectors = {name: VectorTrack() for name in self._vectors}
        self._changes: list[ChangeEvent] = []
        self._latest_half_widths: Mapping[str, float] = {}
        self._draw_anew()

    def _draw_anew(self) -> None:
        self._drawn = 0
        self._test, self._train = TestLine(3 * len(self._names) + 1), TrainLine(len(self._names))
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
            elif isinstance(event, ChangeEvent):
                insort(self._changes, event, key=lambda change: change.step)
        self._draw()

    def _measured(self, event: MetricEvent) -> None:
        half_widths = event.test_half_widths or {}
        train_half_widths = event.train_half_widths or {}
        self._table.append(
            (
                event.step,
                event.samples,
                event.seconds,
                event.gradient_norm,
                event.learning_rate,
                event.test is not None,
                event.full_test,
                *(event.train.get(name, math.nan) for name in self._names),
                *((event.test or {}).get(name, math.nan) for name in self._names),
                *(half_widths.get(name, math.nan) for name in self._names),
                *(train_half_widths.get(name, math.nan) for name in self._names),
            )
        )
        if event.test is not None:
            self._latest_half_widths = half_widths
        for name, track in self._vectors.items():
            track.add(
                event.step,
                event.samples,
                event.vectors.get(name, []),
                event.vector_half_widths.get(name, []),
            )

    def _went_back(self, step: int) -> None:
        """Leave out what is about to be measured again."""
        steps = self._table.view()[:, _STEP]
        if not (steps > step).any():
            return
        self._table = _until(step, self._table)
        for track in self._vectors.values():
            track.go_back(step)
        self._latest_half_widths = {}  # of a point that is about to be measured again
        self._draw_anew()

    def _draw(self) -> None:
        """Extend the lines by the measurements that they lack."""
        rows, count = self._table.view()[self._drawn :], len(self._names)
        for row in rows.tolist():
            train, test, half_widths, train_half_widths = (
                row[begin : begin + count] for begin in range(_MEANS, len(row), count)
            )
            self._train.add(row[_SAMPLES], train, train_half_widths)
            if row[_TESTED]:
                means = (*test, *train, *half_widths, row[_WHOLE])
                self._test.add(row[_SAMPLES], means, whole=bool(row[_WHOLE]))
                self._latest_test = test
        self._drawn += len(rows)


@st.cache_resource(max_entries=32, show_spinner=False)
def shared_history(path: str, _reports: tuple[Quantity, ...]) -> History:
    """The one history that this server process keeps of a run's log."""
    return History(Path(path), _reports)


def _until(step: int, table: Table) -> Table:
    rows = table.view()
    return Table(rows[rows[:, _STEP] <= step])
