"""Lines that grow with a run: each measurement is taken once, and few points are drawn.

A view that was handed out never changes, so that one thread may draw what another one extends.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_atlas.ui.chart_points import MAX_POINTS, Thinning
from latent_atlas.ui.charts import Reach, late

# A point of the train curve stands for at least this many images, and early on for this part of
# those seen so far.
WINDOW, EARLY = 2000, 0.2

Numbers = NDArray[np.float64]

# So many images, the means over them, and the ± of each.
_Measured = tuple[float, Sequence[float], Sequence[float]]


class Table:
    """Rows of numbers [n, width], added at the end."""

    def __init__(self, rows: Numbers) -> None:
        self._rows = rows.copy()
        self._count = len(rows)

    def append(self, row: Sequence[float]) -> None:
        """Add one row."""
        if self._count == len(self._rows):
            grown = np.empty((max(256, 2 * self._count), self._rows.shape[1]))
            grown[: self._count] = self._rows
            self._rows = grown
        self._rows[self._count] = row
        self._count += 1

    def view(self) -> Numbers:
        """The rows so far. [n, width]."""
        return self._rows[: self._count]


def empty_table(width: int) -> Table:
    """A table without rows."""
    return Table(np.empty((0, width)))


@dataclass(frozen=True)
class Line:
    """A line as it stands: `samples` [n] images seen, `values` [n, columns], and which are drawn.

    `lows` and `tops` are the columns' lowest and highest finite values.
    """

    samples: Numbers
    values: Numbers
    kept_log: Sequence[int]
    kept_linear: Sequence[int]
    lows: Sequence[float]
    tops: Sequence[float]

    def measured(self, column: int) -> bool:
        """Whether a column has any finite value."""
        return self.lows[column] <= self.tops[column]

    def reach(self, column: int, sign: int, *, log_axis: bool = False) -> Reach:
        """How far a column goes, of which more (`sign` 1) or less (−1) is better.

        What it cost early on, before it was any good, is left out on the bad side.
        """
        if not len(self.samples):
            return Reach(math.inf, math.inf, -math.inf)
        first, last = float(self.samples[0]), float(self.samples[-1])
        begin = int(np.searchsorted(self.samples, late(first, last, log_axis=log_axis)))
        shown = self.values[begin:, column]
        shown = shown[np.isfinite(shown)]
        if sign > 0:
            return Reach(first, float(shown.min(initial=math.inf)), self.tops[column])
        return Reach(first, self.lows[column], float(shown.max(initial=-math.inf)))


class GrowingLine:
    """A line that points are added to."""

    def __init__(self, columns: int) -> None:
        self._table = empty_table(1 + columns)
        self._thinning = Thinning()
        self._lows, self._tops = [math.inf] * columns, [-math.inf] * columns

    def add(self, samples: float, values: Sequence[float]) -> None:
        """Add a point at so many images seen."""
        self._table.append((samples, *values))
        self._thinning.add(samples)
        for column, value in enumerate(values):
            if math.isfinite(value):
                self._lows[column] = min(self._lows[column], value)
                self._tops[column] = max(self._tops[column], value)

    def line(self, limit: int = MAX_POINTS) -> Line:
        """The line so far, of which about `limit` points are drawn."""
        view = self._table.view()
        return Line(
            samples=view[:, 0],
            values=view[:, 1:],
            kept_log=self._thinning.kept(log_axis=True, limit=limit),
            kept_linear=self._thinning.kept(log_axis=False, limit=limit),
            lows=tuple(self._lows),
            tops=tuple(self._tops),
        )


class TestLine:
    """Measurements on test images that make one curve.

    Tests at epoch ends use every test image, those between a fixed probe. The two differ by an
    offset that would make teeth: after the first whole test the line keeps to whichever is denser.
    """

    __test__ = False  # of images; nothing that pytest could run

    def __init__(self, columns: int) -> None:
        self._whole, self._probe = GrowingLine(columns), GrowingLine(columns)
        self._wholes = self._probes = 0

    def add(self, samples: float, values: Sequence[float], *, whole: bool) -> None:
        """Take a measurement on the whole test split or on the probe."""
        if whole:
            self._wholes += 1
            self._whole.add(samples, values)
        elif self._wholes:
            self._probes += 1
            self._probe.add(samples, values)
        else:
            self._whole.add(samples, values)
            self._probe.add(samples, values)

    def line(self) -> Line:
        """The curve so far."""
        return (self._whole if self._wholes >= self._probes else self._probe).line()


class TrainLine:
    """Means over the images trained on.

    A measurement that follows another closely speaks for few images. Neighbours are joined,
    weighted by their images, until a point stands for enough of them (`WINDOW`, `EARLY`). The
    columns of the line are the means, then the ± of each.
    """

    def __init__(self, means: int) -> None:
        self._points = GrowingLine(2 * means)
        self._waiting: list[_Measured] = []
        self._images = self._before = 0.0
        self._empty = True

    def add(self, samples: float, means: Sequence[float], half_widths: Sequence[float]) -> None:
        """Take means over the images since the last ones, and the ± of each."""
        images = samples - self._before
        self._waiting.append((images, means, half_widths))
        self._images += images
        self._before = samples
        if self._empty or self._images >= min(WINDOW, EARLY * samples):
            self._points.add(samples, _joined(self._waiting))
            self._waiting, self._images, self._empty = [], 0.0, False

    def line(self) -> Line:
        """The curve so far."""
        return self._points.line()


def _joined(windows: Sequence[_Measured]) -> list[float]:
    """Means over the images of all windows, and their ±: each window's chance is its own."""
    total = sum(images for images, _, _ in windows)
    if total <= 0:
        return [*windows[-1][1], *windows[-1][2]]
    columns = range(len(windows[0][1]))
    return [
        *(sum(images * means[c] for images, means, _ in windows) / total for c in columns),
        *(math.hypot(*(images * sure[c] for images, _, sure in windows)) / total for c in columns),
    ]
