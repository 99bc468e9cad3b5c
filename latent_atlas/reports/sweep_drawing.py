"""The figures of many runs as Plotly draws them; what they show: `sweep_figures`.

Parallel coordinates are drawn as lines and not as Plotly's own, which are pixels: none of their
lines can be pointed at or chosen, and their words fit neither the dark nor a telephone. As the
other figures, these set no font, text colour or background: those are the page's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from latent_atlas.reports.colours import METHOD_COLOURS
from latent_atlas.reports.numbers import tick_text
from latent_atlas.reports.rate_axes import (
    AXIS,
    equal_bounds,
    note,
    round_ticks,
    span,
    straight_axis,
)
from latent_atlas.reports.sweep_figures import Axis, ParallelData, Point, RateDistortionData

# Viridis, as far as it has a contrast of 3 : 1 to the page: what is better is greener, or lighter.
_SHADES = {
    False: ("#440154", "#482878", "#3E4A89", "#31688E", "#26828E", "#1F9E89"),
    True: ("#2A788E", "#1F9E89", "#35B779", "#6DCD59", "#B4DE2C", "#FDE725"),
}
_ACCENT = "#2F6FDE"
_WIDE = 0.34  # how far lines spread around a value that several have, of the way to the next one
_LETTER = 7  # pixels
_TITLE_ROWS = (16, 36)  # pixels above the axes: of three or more, every other title is higher
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x")
_HUES = tuple(METHOD_COLOURS.values())  # after which the symbol changes
_LEGEND = 8  # groups that a legend names; of more the tooltip alone does


@dataclass(frozen=True)
class _Upright:
    """An axis as it is drawn: of each run its height, 0 to 1, and the words beside it."""

    heights: tuple[float, ...]
    ticks: tuple[tuple[float, str], ...]


def parallel_figure(
    data: ParallelData, *, dark: bool = False, chosen: str | None = None, accent: str = _ACCENT
) -> dict[str, Any]:
    """As Plotly JSON: `{"data": [...], "layout": {...}}`; up is better on the last axis.

    ``customdata`` of its points holds the ids of the runs. The line of the ``chosen`` one is drawn
    above the others, in the colour ``accent``.
    """
    uprights = _uprights(data)
    shade = _shaded(uprights[-1].heights, dark=dark)
    traces = [
        _lines(data, uprights, [k for k, each in enumerate(shade) if each == colour], colour)
        for colour in _SHADES[dark]
    ]
    traces.append(_points(data, uprights, shade))
    if chosen is not None:
        marked = [k for k, line in enumerate(data.lines) if line.run == chosen]
        traces += [_marked(data, uprights, k, accent) for k in marked]
    end = len(uprights) - 1
    left = max(_room(text) for _, text in uprights[0].ticks)
    right = max(_room(text) for _, text in uprights[-1].ticks)
    staggered = len(uprights) > 3
    return {
        "data": [trace for trace in traces if trace["x"]],
        "layout": {
            "xaxis": {"range": [0, end], "visible": False, "fixedrange": True},
            "yaxis": {"range": [0, 1], "visible": False, "fixedrange": True},
            "showlegend": False,
            "hovermode": "closest",
            "margin": {"l": left, "r": right, "t": 60 if staggered else 40, "b": 12},
            "shapes": [_stem(k) for k in range(len(uprights))],
            "annotations": [
                *(
                    _title(axis.label, k, end, left, right, staggered=staggered)
                    for k, axis in enumerate(data.axes)
                ),
                *(
                    _tick(k, end, height, text)
                    for k, upright in enumerate(uprights)
                    for height, text in upright.ticks
                ),
            ],
        },
    }


def rate_distortion_figure(
    data: RateDistortionData,
    *,
    dark: bool = False,
    chosen: str | None = None,
    accent: str = _ACCENT,
) -> dict[str, Any]:
    """As Plotly JSON, a trace for each group; ``customdata`` holds the ids of the runs.

    Along each of the thin lines the bound is the same. Where there are more groups than a legend
    has room for, the points have the shades of the other figure instead.
    """
    groups = list(dict.fromkeys(point.group for point in data.points))
    x_range = span([(p.rate, p.rate_half_width or 0.0) for p in data.points])
    y_range = span([(p.distortion, p.distortion_half_width or 0.0) for p in data.points])
    levels, notes = equal_bounds([p.rate + p.distortion for p in data.points], x_range, y_range)
    if len(groups) <= _LEGEND:
        traces = [
            _group(name, _look(k), [each for each in data.points if each.group == name])
            for k, name in enumerate(groups)
        ]
    else:
        bounds = [-point.rate - point.distortion for point in data.points]
        heights = _numbers(bounds).heights
        traces = [_group("all", {"color": _shaded(heights, dark=dark)}, data.points)]
    marked = [point for point in data.points if point.run == chosen]
    if marked:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [point.rate for point in marked],
                "y": [point.distortion for point in marked],
                "marker": {"size": 18, "symbol": "circle-open", "color": accent}
                | {"line": {"width": 3}},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
    legend = 1 < len(groups) <= _LEGEND
    return {
        "data": traces,
        "layout": {
            "xaxis": straight_axis(f"rate ({data.unit})", x_range),
            "yaxis": straight_axis(f"distortion ({data.unit})", y_range),
            "hovermode": "closest",
            "showlegend": legend,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "shapes": levels,
            "annotations": notes,
            "margin": {"l": 56, "r": 56, "t": 40 if legend else 28, "b": 48},
        },
    }


def _shaded(heights: Sequence[float], *, dark: bool) -> list[str]:
    """A colour for each height."""
    shades = _SHADES[dark]
    return [shades[min(int(height * len(shades)), len(shades) - 1)] for height in heights]


def _uprights(data: ParallelData) -> list[_Upright]:
    values = [line.places[-1] for line in data.lines]
    last = _numbers(values, falling=data.better == "lower")
    order = sorted(range(len(values)), key=lambda k: last.heights[k])
    rank = {k: place for place, k in enumerate(order)}
    uprights = [
        _places(axis, [line.places[j] for line in data.lines], rank)
        if axis.ticks
        else _numbers([line.places[j] for line in data.lines])
        for j, axis in enumerate(data.axes[:-1])
    ]
    return [*uprights, last]


def _places(axis: Axis, places: Sequence[float], rank: Mapping[int, int]) -> _Upright:
    """An axis of a few values, on which the runs that share one lie by what came of them."""
    count = len(axis.ticks)
    heights = [0.0] * len(places)
    for tick in range(count):
        sharing = sorted(
            (k for k, at in enumerate(places) if round(at) == tick), key=rank.__getitem__
        )
        for place, k in enumerate(sharing):
            aside = 2 * place / (len(sharing) - 1) - 1 if len(sharing) > 1 else 0.0
            heights[k] = (tick + 0.5 + aside * _WIDE) / count
    told = tuple(((tick + 0.5) / count, text) for tick, text in enumerate(axis.ticks))
    return _Upright(tuple(heights), told)


def _numbers(values: Sequence[float], *, falling: bool = False) -> _Upright:
    """An axis of lengths; where small numbers are better, ``falling``."""
    low, high = span([(value, 0.0) for value in values])

    def height(value: float) -> float:
        share = (value - low) / (high - low)
        return 1 - share if falling else share

    ticks = tuple((height(value), tick_text(value)) for value in round_ticks(low, high))
    return _Upright(tuple(map(height, values)), ticks)


def _lines(
    data: ParallelData, uprights: Sequence[_Upright], of: Sequence[int], colour: str
) -> dict[str, Any]:
    """The lines of some runs as one trace: hundreds of traces take a browser seconds."""
    x: list[float | None] = []
    y: list[float | None] = []
    for k in of:
        x += [*range(len(data.axes)), None]
        y += [*(upright.heights[k] for upright in uprights), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": 2 if len(data.lines) <= 60 else 1},
        "opacity": 0.75,
        "hoverinfo": "skip",
    }


def _points(
    data: ParallelData, uprights: Sequence[_Upright], shade: Sequence[str]
) -> dict[str, Any]:
    """A point for each run on each axis: what can be pointed at, and chosen."""
    x, y, colours, texts, runs = [], [], [], [], []
    for k, line in enumerate(data.lines):
        for at, upright in enumerate(uprights):
            x.append(at)
            y.append(upright.heights[k])
            colours.append(shade[k])
            texts.append(_told(line.label, line.told))
            runs.append(line.run)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": {"color": colours, "size": 8 if len(data.lines) <= 60 else 5, "opacity": 1},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "cliponaxis": False,
        "text": texts,
        "customdata": runs,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _marked(
    data: ParallelData, uprights: Sequence[_Upright], k: int, colour: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(range(len(uprights))),
        "y": [upright.heights[k] for upright in uprights],
        "line": {"color": colour, "width": 4},
        "marker": {"color": colour, "size": 11},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _stem(k: int) -> dict[str, Any]:
    ends = {"x0": k, "x1": k, "y0": 0, "y1": 1}
    return {"type": "line", "layer": "below", "line": {"color": AXIS, "width": 1}, **ends}


def _tick(k: int, end: int, height: float, text: str) -> dict[str, Any]:
    """What stands at a height of an axis: left of it, at the last one right of it."""
    side = {"xanchor": "left", "xshift": 8} if k == end else {"xanchor": "right", "xshift": -8}
    return note(text, k, height) | side


def _title(
    text: str, k: int, end: int, left: int, right: int, *, staggered: bool
) -> dict[str, Any]:
    """What stands above an axis: the first and the last one reach as far as the page does."""
    side: dict[str, Any] = {"xanchor": "center"}
    if k == 0:
        side = {"xanchor": "left", "xshift": 4 - left}
    elif k == end:
        side = {"xanchor": "right", "xshift": right - 4}
    row = _TITLE_ROWS[(end - k) % 2 if staggered else 0]
    return note(f"<b>{text}</b>", k, 1) | side | {"yshift": row}


def _room(text: str) -> int:
    return 20 + _LETTER * len(text)


def _look(k: int) -> dict[str, Any]:
    """What tells the points of a group from the others."""
    symbol = _SYMBOLS[k // len(_HUES) % len(_SYMBOLS)]
    return {"color": _HUES[k % len(_HUES)], "symbol": symbol}


def _group(name: str, look: Mapping[str, Any], points: Sequence[Point]) -> dict[str, Any]:
    def errors(half_widths: list[float | None]) -> dict[str, Any]:
        known = [each or 0.0 for each in half_widths]
        return {"type": "data", "array": known, "visible": any(known), "width": 3, "thickness": 1}

    return {
        "type": "scatter",
        "mode": "markers",
        "name": name or "all",
        "x": [point.rate for point in points],
        "y": [point.distortion for point in points],
        "error_x": errors([point.rate_half_width for point in points]),
        "error_y": errors([point.distortion_half_width for point in points]),
        "marker": {"size": 10, "opacity": 1, **look},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "text": [_told(point.label, point.told) for point in points],
        "customdata": [point.run for point in points],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _told(label: str, told: str) -> str:
    return f"{label}<br>{told}" if label else told
