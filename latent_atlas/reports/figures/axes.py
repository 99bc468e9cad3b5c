"""What part of a panel is shown: the paper's own axes, or as much as our data fill."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from latent_atlas.reproduce.figure import BarsPanel, CurvesPanel, Scale

Axes = Literal["paper", "data"]
Range = tuple[float, float]


@dataclass(frozen=True)
class Window:
    """The shown part of a curves panel, in the units of its data.

    Attributes:
        x, y: lowest and highest value shown.
        ours_end: the largest x of our data where the axis goes on well beyond it, else None.
        paper_y: where the paper's y axis begins or ends, where ours had to go on beyond it.
        paper_end: the end of the paper's x axis where the shown part stops well before it.
    """

    x: Range
    y: Range
    ours_end: float | None
    paper_y: tuple[float, ...] = ()
    paper_end: float | None = None


def window(panel: CurvesPanel, axes: Axes = "paper") -> Window:
    """The axes of `panel`: the paper's, or those that our data fill.

    The paper's range is widened where it would hide half of some curve or more: a short run stays
    below the paper's axis, or ends before it begins, and a curve that is not seen says nothing.
    """
    xs = [_drawable(curve.x, panel.x_scale) for curve in panel.curves]
    ys = [[y for seed in curve.y for y in seed] for curve in panel.curves]
    all_x = [value for values in xs for value in values]
    x = fitted(all_x, panel.x_scale, padding=0.02)
    y = fitted([value for values in ys for value in values], "linear", padding=0.06)
    if axes == "paper":
        x = _widened(panel.x_range, xs, x)
        y = _widened(panel.y_range, ys, y)
    end = max(all_x, default=x[1])
    edges = panel.y_range if axes == "paper" and panel.y_range else ()
    return Window(
        x,
        y,
        ours_end=end if panel.x_range and _share(end, x, panel.x_scale) < 0.9 else None,
        paper_y=tuple(edge for edge in edges if y[0] < edge < y[1]),
        paper_end=panel.x_range[1] if panel.x_range and panel.x_range[1] > 1.5 * x[1] else None,
    )


def legible_axes(panel: CurvesPanel) -> Axes:
    """The paper's axes, or ours where our curves would fill less than an eighth of the paper's."""
    shown = window(panel, "paper")
    short = shown.ours_end is not None and _share(shown.ours_end, shown.x, panel.x_scale) < 1 / 8
    return "data" if short else "paper"


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


def _drawable(values: Sequence[float], scale: Scale) -> list[float]:
    return [value for value in values if scale == "linear" or value > 0]


def _widened(paper: Range | None, curves: Sequence[Sequence[float]], ours: Range) -> Range:
    """The paper's range, together with ours where half of a curve or more would be left out."""
    if paper is None:
        return ours
    for values in curves:
        inside = sum(paper[0] <= value <= paper[1] for value in values)
        if 2 * inside <= len(values):
            return min(paper[0], ours[0]), max(paper[1], ours[1])
    return paper


def _share(value: float, shown: Range, scale: Scale) -> float:
    """Where `value` lies in the range `shown`: 0 at its start, 1 at its end."""
    if scale == "log":
        value, shown = math.log10(value), (math.log10(shown[0]), math.log10(shown[1]))
    return (value - shown[0]) / (shown[1] - shown[0])


def edge_word(panel: CurvesPanel, edge: float) -> str:
    """Whether the paper's y axis begins or ends at `edge`."""
    return "begins" if panel.y_range and edge == panel.y_range[0] else "ends"


def bars_scale(panel: BarsPanel) -> Scale:
    """The scale that can show every value: zero and less have no place on a logarithmic one."""
    drawable = all(value > 0 for bar in panel.bars for value in bar.values)
    return panel.y_scale if drawable else "linear"
