"""Curves of many runs laid over one another: the data that page, PNG and CSV are drawn from.

Nothing is computed while drawing: means, errors and ranges are here.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_core.export import cell
from vae_core.quantities import Quantity

Numbers = NDArray[np.float64]
_FAINT, _FAINTEST, _FEW = 0.28, 0.05, 3
Ends = tuple[float, float, float]  # bottom, top and tick of an axis


@dataclass(frozen=True)
class Course:
    """A faint course behind a line, of a run of this `name`: `y` [N] at `x` [N]."""

    name: str
    x: Numbers
    y: Numbers


@dataclass(frozen=True)
class Line:
    """One line: a run, or the mean of `runs` of them with its standard error where there are two.

    Attributes:
        name: what the legend calls it; that of no other line.
        x, y: [N].
        error: standard error of the mean over runs, [N], or None.
        behind: what it was made of, as it was measured.
    """

    name: str
    x: Numbers
    y: Numbers
    error: Numbers | None
    runs: int
    colour: str
    dash: str
    behind: tuple[Course, ...] = ()

    @property
    def told(self) -> str:
        """What the legend says: the name, and of how many runs it is the mean."""
        return f"{self.name} (n = {self.runs})" if self.runs > 1 else self.name

    @property
    def faintness(self) -> float:
        """How opaque what is behind is: the more there is, the less, so that the mean is seen."""
        return max(_FAINTEST, _FAINT * min(1.0, _FEW / max(1, len(self.behind))))


@dataclass(frozen=True)
class Chart:
    """Lines on shared axes, all of them measured by one yardstick.

    `of` says on which data, where that is not the same in all charts; `title` what the chart shows
    of them, where that is less than all. Either may be empty.
    """

    of: str
    title: str
    lines: tuple[Line, ...]
    x_range: tuple[float, float]
    y_range: Ends | None


@dataclass(frozen=True)
class Overlay:
    """Charts of one quantity.

    Attributes:
        quantity: what is measured.
        on: on which images, such as “test images”.
        along: what the lower axis is of; values on it have so many decimal `places`.
        columns: how many charts stand beside each other.
        words: how the lines were made of what was measured; may be empty.
    """

    quantity: Quantity
    on: str
    along: str
    places: int
    log_axis: bool
    columns: int
    words: str
    charts: tuple[Chart, ...]

    @property
    def title(self) -> str:
        """What the charts are of, with the unit."""
        label = self.quantity.label
        return f"{label[0].upper()}{label[1:]} on {self.on}, {self.quantity.unit}"


_HEAD = ("data", "line", "kind", "runs", "x", "y", "standard_error")


def overlay_csv(overlay: Overlay) -> str:
    """All that is drawn as a table: one row a point, in the range of the lower axis that is seen.

    Columns: `data`, where charts differ in them, and `line`; `kind` is run or mean, smoothed or
    not, for lines, and measured for the faint courses behind them, whose own name is `line`; `runs`
    is of how many a line is; x and y, under heads that say what and in which unit; and
    `standard_error` of means over runs. Numbers have nine digits.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = {"x": cell(overlay.along), "y": cell(overlay.title)}
    writer.writerow([names.get(each, each) for each in _HEAD])
    for chart in overlay.charts:
        for line in chart.lines:
            kind = "mean" if line.runs > 1 else "run"
            kind = f"{kind}, smoothed" if overlay.words else kind
            rows = _rows(chart, line.x, line.y, line.error)
            for row in rows:
                writer.writerow([cell(chart.of), cell(line.name), kind, line.runs, *row])
            for course in line.behind:
                for row in _rows(chart, course.x, course.y, None):
                    writer.writerow([cell(chart.of), cell(course.name), "measured", 1, *row])
    return text.getvalue()


def _rows(chart: Chart, x: Numbers, y: Numbers, error: Numbers | None) -> Iterator[tuple[str, ...]]:
    low, high = chart.x_range
    for k in np.flatnonzero((x >= low) & (x <= high)):
        wide = "" if error is None else f"{error[k]:.9g}"
        yield f"{x[k]:.9g}", f"{y[k]:.9g}", wide
