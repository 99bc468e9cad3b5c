"""Runs as a table: what varies between them and what came of each, grouped over seeds if asked.

Numbers stand in one table only where they may be compared: of one data set, treated in one way,
all probabilities or all densities, of one scale (see ``scale_of``).
"""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Literal

from vae_core.errors import AtlasError
from vae_core.export.csv_file import cell
from vae_core.options import Option
from vae_core.quantities import Quantity, scalars
from vae_core.runs.config import RunConfig
from vae_core.runs.log_reader import read_events
from vae_core.runs.metrics import MetricEvent, measurements
from vae_core.runs.run import Run
from vae_core.runs.unchanged import Unchanged
from vae_core.sweeps.varying import SEED, settings_in_use, shown, varying


@dataclass(frozen=True)
class Scale:
    """What the numbers of two runs have in common if they may be compared."""

    dataset: str
    treatment: str
    density: str | None
    comparable_with: str


@dataclass(frozen=True)
class Row:
    """One run.

    Attributes:
        values: of what varies; without what its algorithm does not have.
        state: as ``RunStatus.outcome``: one that diverged has not finished.
        chosen: where its numbers were taken: at the best bound on the validation split, or at the
            last measurement of the whole test split where there is no such split; None before one.
        valid, test: means over images there, by the names of their quantities.
        half_widths: the ± of each of ``test``, over images (``evaluation.intervals``).
        seconds: of training.
    """

    run: Run
    values: Mapping[str, object]
    state: str
    scale: Scale
    chosen: Literal["best validation", "last"] | None
    epoch: float
    seconds: float
    valid: Mapping[str, float]
    test: Mapping[str, float]
    half_widths: Mapping[str, float]


@dataclass(frozen=True)
class Spread:
    """Of one number over runs: the mean, and its standard error sd / √n; None of one run."""

    mean: float
    standard_error: float | None


@dataclass(frozen=True)
class Group:
    """Finished runs that are alike but for the seed.

    Attributes:
        finished, runs: how many the numbers are of, and how many there are of all states.
    """

    values: Mapping[str, object]
    finished: int
    runs: int
    seconds: Spread | None
    valid: Mapping[str, Spread]
    test: Mapping[str, Spread]


@dataclass(frozen=True)
class Table:
    """Runs of one scale.

    Attributes:
        varies: the settings that differ between all the runs that were asked about, by name.
        quantities: what is known of at least one of these, as their algorithms declare it.
    """

    scale: Scale
    varies: Mapping[str, Option]
    quantities: tuple[Quantity, ...]
    rows: tuple[Row, ...]

    def groups(self) -> list[Group]:
        """The rows grouped by all that varies but the seed, in the order of their first ones."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(repr(_but_seed(row.values)), []).append(row)
        return [_group(rows) for rows in found.values()]


def tables(runs: Iterable[Run]) -> list[Table]:
    """What came of some runs, those that may be compared in one table, in the order given.

    Damaged runs are left out.
    """
    sound = [run for run in runs if _is_sound(run)]
    varies = varying([run.config for run in sound])
    found: dict[Scale, list[Row]] = {}
    for run in sound:
        row = _row(run, varies)
        found.setdefault(row.scale, []).append(row)
    return [Table(scale, varies, _quantities(rows), tuple(rows)) for scale, rows in found.items()]


def scale_of(config: RunConfig) -> Scale:
    """The scale that a run's first quantity is measured on."""
    kind = config.algorithm
    density = kind.trains.density(config.settings())
    return Scale(config.dataset, config.treatment, density, kind.reports[0].comparable_with)


def best_measurement(measured: Sequence[MetricEvent], by: Quantity) -> MetricEvent | None:
    """Where ``by`` is best on the validation split; else the last on the whole test split."""
    scored = [event for event in measured if event.valid is not None and by.name in event.valid]
    if scored:
        return max(scored, key=lambda event: by.sign * (event.valid or {})[by.name])
    whole = [event for event in measured if event.full_test and event.test is not None]
    return whole[-1] if whole else None


def spread(values: Sequence[float]) -> Spread:
    """The mean of one or more numbers and its standard error."""
    error = stdev(values) / math.sqrt(len(values)) if len(values) > 1 else None
    return Spread(mean(values), error)


def table_csv(found: Iterable[Table]) -> str:
    """The rows of tables as CSV, a line a run, with the scale of each.

    Columns: ``run``, ``state``, the scale, what varies, ``chosen``, ``epoch``, ``seconds``, and of
    each quantity ``valid_NAME``, ``test_NAME`` and ``test_NAME_half_width``. What is not known is
    empty.
    """
    all_tables = list(found)
    varies = list(all_tables[0].varies) if all_tables else []
    # What says the scale may vary as well: it stands once.
    scale = [name for name in ("dataset", "treatment", "density") if name not in varies]
    names = list(dict.fromkeys(q.name for table in all_tables for q in table.quantities))
    measured = [f"{what}_{q}{pm}" for q in names for what, pm in _COLUMNS]
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["run", "state", *scale, *varies, "chosen", "epoch", "seconds", *measured])
    for row in (row for table in all_tables for row in table.rows):
        told = [
            row.run.id,
            row.state,
            *(getattr(row.scale, name) or "" for name in scale),
            *(shown(row.values[name]) if name in row.values else "" for name in varies),
            row.chosen or "",
        ]
        numbers = [
            known.get(q, "") for q in names for known in (row.valid, row.test, row.half_widths)
        ]
        lines.writerow([*map(cell, told), f"{row.epoch:.6g}", f"{row.seconds:z.3f}", *numbers])
    return text.getvalue()


_COLUMNS = (("valid", ""), ("test", ""), ("test", "_half_width"))


def _row(run: Run, varies: Mapping[str, Option]) -> Row:
    told, status = settings_in_use(run.config), run.status()
    best = _best(str(run.metrics_path))
    return Row(
        run=run,
        values={name: told[name] for name in varies if name in told},
        state=status.outcome,
        scale=scale_of(run.config),
        chosen=None if best is None else "last" if best.valid is None else "best validation",
        epoch=status.epoch if best is None else best.epoch,
        seconds=status.seconds,
        valid=(best and best.valid) or {},
        test=(best and best.test) or {},
        half_widths=(best and best.test_half_widths) or {},
    )


def _read_best(log: Path) -> MetricEvent | None:
    by = Run(log.parent).config.algorithm.reports[0]
    return best_measurement(measurements(read_events(log)), by)


_best = Unchanged(_read_best)


def _group(rows: Sequence[Row]) -> Group:
    ended = [row for row in rows if row.state == "finished"]
    return Group(
        values=_but_seed(rows[0].values),
        finished=len(ended),
        runs=len(rows),
        seconds=spread([row.seconds for row in ended]) if ended else None,
        valid=_spreads([row.valid for row in ended]),
        test=_spreads([row.test for row in ended]),
    )


def _spreads(means: Sequence[Mapping[str, float]]) -> dict[str, Spread]:
    """Of the quantities that are known of all."""
    known = [name for name in (means[0] if means else ()) if all(name in each for each in means)]
    return {name: spread([each[name] for each in means]) for name in known}


def _quantities(rows: Sequence[Row]) -> tuple[Quantity, ...]:
    declared = (q for row in rows for q in scalars(row.run.config.algorithm.reports))
    by_name = {q.name: q for q in declared}
    return tuple(
        q
        for q in by_name.values()
        if any(q.name in known for row in rows for known in (row.valid, row.test))
    )


def _but_seed(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name != SEED}


def _is_sound(run: Run) -> bool:
    try:
        run.document  # noqa: B018
        run.stored_status()
    except AtlasError:
        return False
    return True
