"""The figures of many runs: parallel coordinates of what varies, and rate against distortion.

The data are plain JSON, one document a figure and a scale; the app and reports draw from that
alone (`sweep_drawing`).
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from vae_core.numerals import with_error
from vae_core.quantities import DISTORTION, RATE, Quantity
from vae_core.sweeps import SEED, Row, Table
from vae_core.sweeps.varying import shown, told_apart

_MOST_TICKS = 12  # values of a setting that each have a place of their own on its axis
_ABSENT = "–"  # of a setting that a run's algorithm does not have

Number = Annotated[float, Field(allow_inf_nan=False)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Axis(_Frozen):
    """One upright axis: a setting, or at the right what came of it.

    Attributes:
        name: of the setting or the quantity.
        label: what is written above it.
        ticks: where the axis has places and no lengths, what stands at 0, 1, 2 and so on.
    """

    name: str
    label: str
    ticks: tuple[str, ...] = ()


class Line(_Frozen):
    """One run: its place on each axis, in their order, and what came of it in words."""

    run: str
    label: str
    told: str
    places: tuple[Number, ...]


class ParallelData(_Frozen):
    """Parallel coordinates of only what varies; the last axis is the headline, on test images.

    Attributes:
        better: which way the last axis is better.
    """

    axes: tuple[Axis, ...]
    lines: tuple[Line, ...]
    better: str


class Point(_Frozen):
    """One run: rate and distortion on test images, each with its ± over images where it is known.

    Attributes:
        told: both in words.
        group: what varies but the seed, in words: those of a group are alike.
    """

    run: str
    label: str
    told: str
    group: str
    rate: Number
    distortion: Number
    rate_half_width: Number | None
    distortion_half_width: Number | None


class RateDistortionData(_Frozen):
    """Rate against distortion, in ``unit``; on a line falling at 45° the bound is the same."""

    unit: str
    points: tuple[Point, ...]


def parallel_data(table: Table) -> ParallelData | None:
    """Of the runs of a table that have been measured; None where nothing varies or none was."""
    if not table.quantities or not table.varies:
        return None
    headline = table.quantities[0]
    rows = [row for row in table.rows if headline.name in row.test]
    if not rows:
        return None
    # The seed stands furthest from what came of it: it says the least.
    order = sorted(table.varies, key=lambda name: name != SEED)
    settings = [_setting_axis(n, table.varies[n].flag.lstrip("-"), rows) for n in order]
    axes = [axis for axis, _ in settings]
    axes.append(Axis(name=headline.name, label=f"test {headline.label}"))
    lines = [
        Line(
            run=row.run.id,
            label=told_apart(row.values, table.varies),
            told=_told(row, headline),
            places=(*(places[k] for _, places in settings), row.test[headline.name]),
        )
        for k, row in enumerate(rows)
    ]
    return ParallelData(axes=tuple(axes), lines=tuple(lines), better=headline.better)


def rate_distortion_data(table: Table) -> RateDistortionData | None:
    """Of the runs of a table that have both; None where no run has."""
    points = [
        Point(
            run=row.run.id,
            label=told_apart(row.values, table.varies),
            told=f"{_told(row, RATE)}<br>{_told(row, DISTORTION)}",
            group=told_apart({n: v for n, v in row.values.items() if n != SEED}, table.varies),
            rate=row.test[RATE.name],
            distortion=row.test[DISTORTION.name],
            rate_half_width=row.half_widths.get(RATE.name),
            distortion_half_width=row.half_widths.get(DISTORTION.name),
        )
        for row in table.rows
        if RATE.name in row.test and DISTORTION.name in row.test
    ]
    return RateDistortionData(unit=RATE.unit, points=tuple(points)) if points else None


def _words_last(value: object) -> tuple[bool, tuple[int, ...], str]:
    """In the order of their numbers, as lists of widths are: 64 before 256,128."""
    widths = value if isinstance(value, tuple) else ()
    return not widths, widths, shown(value)


def _told(row: Row, quantity: Quantity) -> str:
    """Such as “test ELBO −23.1 ± 0.4”."""
    told = with_error(row.test[quantity.name], row.half_widths.get(quantity.name))
    return f"test {quantity.label} {told}"


def _setting_axis(name: str, label: str, rows: Sequence[Row]) -> tuple[Axis, list[float]]:
    """The axis of a setting, and the place of each row on it."""
    there = {row.values[name] for row in rows if name in row.values}
    numbers = [value for value in there if isinstance(value, int | float)]
    missing = any(name not in row.values for row in rows)
    if len(there) > _MOST_TICKS and len(numbers) == len(there) and not missing:
        return Axis(name=name, label=label), [float(str(row.values[name])) for row in rows]
    ordered: list[object] = [_ABSENT] if missing else []
    ordered += sorted(numbers) if len(numbers) == len(there) else sorted(there, key=_words_last)
    places = [float(ordered.index(row.values.get(name, _ABSENT))) for row in rows]
    return Axis(name=name, label=label, ticks=tuple(map(shown, ordered))), places
