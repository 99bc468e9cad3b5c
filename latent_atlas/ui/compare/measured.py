"""What runs have measured, read once and kept: a table of numbers for each log."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from latent_atlas.ui.train.along import Along
from vae_core.quantities import Quantity, scalars
from vae_core.runs import Course, LogReader, MetricEvent, ResumeEvent, Run

Numbers = NDArray[np.float64]
Part = Literal["test", "valid", "train"]

PARTS: tuple[Part, ...] = ("test", "valid", "train")
_STEP, _WHOLE, _MEANS = 0, 4, 5
_PLACES: dict[Along, int] = {"images": 1, "epochs": 2, "seconds": 3}


class Measured:
    """The measurements in one log, by whichever tab looks next."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._reader = LogReader(path)
        self._rows: list[tuple[float, ...]] = []
        self._table: Numbers | None = None
        self._turn = Lock()

    def course(self, name: str, part: Part, along: Along) -> Course:
        """The values of a quantity on a part of the data, in order; empty where there are none.

        Tests at the ends of epochs use every image, those between a probe, which is off by a little
        and would make teeth: after the first whole test the denser of the two is kept to, as on the
        Train page.
        """
        table = self._read()
        values = table[:, _MEANS + PARTS.index(part) * len(self._names) + self._names.index(name)]
        there = np.isfinite(values)
        if part == "test":
            there &= _one_kind(table[:, _WHOLE] == 1, there)
        return Course(table[there, _PLACES[along]], values[there])

    def has(self, part: Part) -> bool:
        """Whether anything was measured on that part."""
        first = _MEANS + PARTS.index(part) * len(self._names)
        return bool(np.isfinite(self._read()[:, first : first + len(self._names)]).any())

    def _read(self) -> Numbers:
        with self._turn:
            afresh, events = self._reader.news()
            if afresh:
                self._rows, self._table = [], None
            for event in events:
                if isinstance(event, MetricEvent):
                    self._rows.append(self._row(event))
                    self._table = None
                elif isinstance(event, ResumeEvent):  # what comes is measured again
                    self._rows = [row for row in self._rows if row[_STEP] <= event.step]
                    self._table = None
            if self._table is None:
                width = _MEANS + len(PARTS) * len(self._names)
                self._table = np.array(self._rows, dtype=float).reshape(-1, width)
            return self._table

    def _row(self, event: MetricEvent) -> tuple[float, ...]:
        parts = [getattr(event, part) or {} for part in PARTS]
        return (
            *(event.step, event.samples, event.epoch, event.seconds, event.full_test),
            *(means.get(name, np.nan) for means in parts for name in self._names),
        )


def measured(run: Run) -> Measured:
    """The one table that this server process keeps of a run's log."""
    names = tuple(each.name for each in scalars(run.config.algorithm.reports))
    return _shared(f"{run.metrics_path}", names)


def on_scale_of(quantity: Quantity, run: Run) -> Quantity | None:
    """This very quantity as a run reports it, else one on its scale; None where there is none."""
    reported = scalars(run.config.algorithm.reports)
    same = [each for each in reported if each.name == quantity.name]
    alike = [each for each in reported if each.comparable_with == quantity.comparable_with]
    return next(iter([*same, *alike]), None)


def common_quantities(runs: Sequence[Run]) -> list[Quantity]:
    """Those that every run reports, or has one on the scale of; else those of the first run."""
    found: dict[tuple[str, ...], Quantity] = {}
    for quantity in (each for run in runs for each in scalars(run.config.algorithm.reports)):
        own = [on_scale_of(quantity, run) for run in runs]
        if all(own):
            found.setdefault(tuple(each.name for each in own if each), quantity)
    return [*found.values()] or list(scalars(runs[0].config.algorithm.reports))


@st.cache_resource(max_entries=512, show_spinner=False)
def _shared(path: str, names: tuple[str, ...]) -> Measured:
    return Measured(Path(path), names)


def _one_kind(whole: NDArray[np.bool_], there: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which tests make one curve."""
    first = int(np.argmax(whole & there)) if (whole & there).any() else len(whole)
    before = np.arange(len(whole)) < first
    wholes, probes = whole & there, ~whole & there & ~before
    return whole | before if wholes.sum() >= probes.sum() else ~whole
