"""The charts of a comparison, drawn into matplotlib's axes: the same in the page and on paper.

Colours and dashes tell models apart: each is the same in every chart. Inks are names that the page
exchanges for its own, light or dark (`standalone.svg`).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from latent_atlas.reports.colours import LINE_COLOURS, line_colour
from latent_atlas.reports.comparison.measuring import Measured
from latent_atlas.reports.comparison.record import (
    ComparisonRecord,
    HistogramRecord,
    LineRecord,
    ModelRecord,
    PointRecord,
    RateDistortionRecord,
)
from latent_atlas.reports.comparison.words import shortened
from latent_atlas.reports.figures.canvas import Dash, points
from latent_atlas.reports.numbers import tick_text
from latent_atlas.reports.rate_axes import AXIS, span
from latent_atlas.reports.standalone.axes import GRID, INK, Draw, labelled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BOUND = AXIS  # can be told from the page, light or dark
_DASHES: tuple[Dash, ...] = ("solid", (0, (4, 2)), (0, (1, 2)))
_BOUND_DASHES: tuple[Dash, ...] = ((0, (5, 3)), (0, (1, 2)), (0, (8, 3)), (0, (3, 1)))
_MARKS = ("o", "s", "D")


def style(place: int) -> tuple[str, Dash, str]:
    """Colour, dash and mark of the model at this place; the dash changes once they are used up."""
    turn = place // len(LINE_COLOURS) % len(_DASHES)
    return line_colour(place), _DASHES[turn], _MARKS[turn]


def histogram(found: Measured, chart: HistogramRecord) -> Draw:
    """How many images cost how much under each model of one scale."""
    places = {model.title: n for n, model in enumerate(found.record.models)}

    def draw(axes: "Axes") -> None:
        from matplotlib.ticker import MaxNLocator

        edges = np.asarray(chart.edges)
        for title, counts in chart.counts.items():
            colour, dash, _ = style(places[title])
            axes.stairs(counts, edges, color=colour, linestyle=dash, linewidth=points(2))
            axes.stairs(counts, edges, fill=True, color=colour, alpha=0.08)
        axes.set_ylim(bottom=0)
        axes.set_xlim(edges[0], edges[-1])
        labelled(axes, "−ELBO of an image, nats", "images")
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))

    return draw


def against(found: Measured, one: int, other: int) -> Draw:
    """Each image under two models, by their places; below the diagonal the second is better."""
    first, second = (-found.subjects.models[n].bounds.elbo.double().numpy() for n in (one, other))
    names = [found.record.models[n].title for n in (one, other)]

    def draw(axes: "Axes") -> None:
        both = np.concatenate([first, second])
        both = both[np.isfinite(both)]
        low, high = (float(both.min()), float(both.max())) if len(both) else (0.0, 1.0)
        room = 0.03 * (high - low) or 0.5
        ends = (low - room, high + room)
        axes.plot(ends, ends, color=GRID, linewidth=points(1.5), zorder=1)
        axes.scatter(
            first,
            second,
            s=points(3) ** 2,
            color=style(other)[0],
            alpha=min(0.8, max(0.12, 150 / max(1, len(first)) ** 0.5 / 10)),
            linewidths=0,
            rasterized=True,  # ten thousand circles would be a megabyte
        )
        axes.set_xlim(ends)
        axes.set_ylim(ends)
        axes.set_aspect("equal")
        labelled(axes, *(f"{shortened(name, 28)}, nats" for name in names))

    return draw


def rate_distortion(found: Measured, chart: RateDistortionRecord) -> Draw:
    """Each model of a chart as a point, with its ±, and an arrow from training images to it."""
    models = [(n, m) for n, m in enumerate(found.record.models) if chart.scale in (None, m.scale)]
    curves, bounds = line_styles(found.record, chart)

    def draw(axes: "Axes") -> None:
        reach = []
        for place, model in models:
            colour, _, mark = style(place)
            known = [each for p in model.points if (each := _place(p, chart)) is not None]
            reach += known
            if len(known) > 1:
                look = {"arrowstyle": "->", "color": colour, "linewidth": points(1.5)}
                axes.annotate("", known[0][:2], known[1][:2], arrowprops=look)
            for k, (x, y, x_half, y_half) in enumerate(known[:2]):
                axes.errorbar(
                    x,
                    y,
                    xerr=x_half,
                    yerr=y_half,
                    color=colour,
                    marker=mark,
                    markersize=points(6 if k else 8),
                    markerfacecolor="none" if k else colour,
                    linewidth=points(1.5),
                    zorder=3,
                )
        for line, colour, dash in curves:
            axes.plot(
                line.x, line.y, color=colour, linestyle=dash, linewidth=points(2), marker=".",
                markersize=points(7), zorder=2,
            )  # fmt: skip
            reach += [(x, y, 0.0, 0.0) for x, y in zip(line.x, line.y, strict=True)]
        if not reach:
            return
        x_range = span([(x, half) for x, _, half, _ in reach])
        x_range = max(x_range[0], -0.03 * x_range[1]), x_range[1]
        heights = [(y, half) for _, y, _, half in reach]
        for line, colour, dash in bounds:
            axes.plot(line.x, line.y, color=colour, linestyle=dash, linewidth=points(1.5), zorder=1)
            both = zip(line.x, line.y, strict=True)
            heights += [(y, 0.0) for x, y in both if x_range[0] <= x <= x_range[1]]
        axes.set_xlim(x_range)
        axes.set_ylim(span(heights, least=1e-3 if chart.scale is None else 0.5))
        if chart.scale is not None:
            _equal_bounds(axes)
        height = "squared error" if chart.scale is None else "distortion, nats"
        labelled(axes, "rate, nats", height)

    return draw


Styled = list[tuple[LineRecord, str, Dash]]


def line_styles(record: ComparisonRecord, chart: RateDistortionRecord) -> tuple[Styled, Styled]:
    """Sweeps of β, in colours that no model has, and what linear codes reach, each with a dash."""
    taken = {style(place)[0] for place in range(len(record.models))}
    free = [each for each in LINE_COLOURS if each not in taken] or [BOUND]
    curves = [(line, free[k % len(free)], _DASHES[0]) for k, line in enumerate(chart.curves)]
    dashes = [(line, BOUND, _BOUND_DASHES[k % 4]) for k, line in enumerate(chart.bounds)]
    return curves, dashes


def _place(
    point: PointRecord, chart: RateDistortionRecord
) -> tuple[float, float, float, float] | None:
    """Rate and height with their ±; None where one is not finite."""
    rate, height = point.rate, point.squared_error if chart.scale is None else point.distortion
    if rate.value is None or height.value is None:
        return None
    return rate.value, height.value, rate.half_width or 0.0, height.half_width or 0.0


def reliability(found: Measured) -> Draw:
    """What pixels are on average, by what each model says that they are."""

    def draw(axes: "Axes") -> None:
        axes.plot((0, 1), (0, 1), color=GRID, linewidth=points(1.5), zorder=1)
        for place, model in enumerate(found.record.models):
            colour, dash, _ = style(place)
            at = model.calibration
            known = np.asarray([np.nan if h is None else h for h in at.half_widths])
            observed = np.asarray(at.observed)
            axes.fill_between(
                at.predicted, observed - known, observed + known, color=colour, alpha=0.15, lw=0
            )
            axes.plot(at.predicted, observed, color=colour, linestyle=dash, linewidth=points(2))
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_aspect("equal")
        labelled(axes, "what the model says", "what pixels are")

    return draw


def _equal_bounds(axes: "Axes") -> None:
    """Thin lines along which rate + distortion, −ELBO, is the same."""
    from matplotlib.ticker import MaxNLocator

    x, y = axes.get_xlim(), axes.get_ylim()
    for total in MaxNLocator(6).tick_values(x[0] + y[0], x[1] + y[1]):
        ends = (total - x[0], total - x[1])
        axes.plot(x, ends, color=GRID, linewidth=points(1), linestyle=(0, (1, 3)), zorder=0)
        if y[0] < ends[1] < y[1]:
            axes.annotate(
                tick_text(float(total)),
                (x[1], ends[1]),
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
                fontsize=points(11),
                color=INK,
            )
    axes.set_xlim(x)
    axes.set_ylim(y)


def against_pairs(models: Sequence[ModelRecord], most: int = 3) -> list[tuple[int, int]]:
    """Up to so many pairs of places: each other model against the first of its scale."""
    firsts: dict[int, int] = {}
    pairs = []
    for place, model in enumerate(models):
        if model.scale in firsts:
            pairs.append((firsts[model.scale], place))
        firsts.setdefault(model.scale, place)
    return pairs[:most]
