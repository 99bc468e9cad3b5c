"""What part of a panel is shown: the paper's own axes, or as much as our data fill."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vae_core.experiments.figure import CurvesPanel, Scale

Axes = Literal["paper", "data"]
Range = tuple[float, float]


@dataclass(frozen=True)
class Window:
    """The shown part of a curves panel, in the units of its data.

    Attributes:
        x, y: lowest and highest value shown.
        ours_end: the largest x of our data where the axis goes on well beyond it, else None.
    """

    x: Range
    y: Range
    ours_end: float | None


def window(panel: CurvesPanel, axes: Axes = "paper") -> Window:
    """The axes of `panel`: the paper's, or those that our data fill.

    The paper's range is widened where it would hide more than half of our points (a short run ends
    before the paper's axis begins), for an empty panel would say nothing.
    """
    xs = [x for curve in panel.curves for x in curve.x if panel.x_scale == "linear" or x > 0]
    ys = [y for curve in panel.curves for seed in curve.y for y in seed]
    x = fitted(xs, panel.x_scale, padding=0.02)
    y = fitted(ys, "linear", padding=0.06)
    if axes == "paper":
        x = _widened(panel.x_range, xs, x)
        y = _widened(panel.y_range, ys, y)
    end = max(xs, default=x[1])
    return Window(x, y, end if _share(end, x, panel.x_scale) < 0.9 else None)


def fitted(values: Sequence[float], scale: Scale, padding: float) -> Range:
    """The range that `values` fill, with a part `padding` of its length added at both ends.

    On a logarithmic scale only positive values count. A single value, or none, gets a range too.
    """
    if scale == "log":
        low, high = fitted([math.log10(v) for v in values if v > 0], "linear", padding)
        return 10**low, 10**high
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = (high - low) * padding or 0.5
    return low - room, high + room


def _widened(paper: Range | None, values: Sequence[float], ours: Range) -> Range:
    """The paper's range, together with ours where at least half of `values` would be left out."""
    if paper is None:
        return ours
    inside = sum(paper[0] <= value <= paper[1] for value in values)
    if 2 * inside > len(values):
        return paper
    return min(paper[0], ours[0]), max(paper[1], ours[1])


def _share(value: float, shown: Range, scale: Scale) -> float:
    """Where `value` lies in the range `shown`: 0 at its start, 1 at its end."""
    if scale == "log":
        value, shown = math.log10(value), (math.log10(shown[0]), math.log10(shown[1]))
    return (value - shown[0]) / (shown[1] - shown[0])
