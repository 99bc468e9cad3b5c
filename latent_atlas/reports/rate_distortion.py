"""Models between rate and distortion: the data of the figure, and the figure as Plotly draws it.

The data are plain JSON, one document a scale; the app and reports draw from that alone. As the
other figures, this one sets no font, text colour or background: those are the page's.
"""

from collections.abc import Iterable, Sequence
from statistics import quantiles
from string import ascii_uppercase
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from latent_atlas.reports.colours import LINE_COLOURS, line_colour
from latent_atlas.reports.rate_axes import AXIS, equal_bounds, span, straight_axis
from vae_core.evaluation.linear_codes import Spectrum, linear_frontier

Number = Annotated[float, Field(allow_inf_nan=False)]
Scale = Literal["nats", "squared error"]

HEIGHTS: dict[Scale, str] = {
    "nats": "distortion (nats)",
    "squared error": "squared error per pixel value",
}
# Likelihoods whose p(x|z) is a Gaussian of one σ for all pixels and images: PCA bounds their nats.
ONE_SIGMA = ("gaussian-fixed", "gaussian-linear", "gaussian-shared")
_MOST_BOUNDS = 4  # lines of linear codes: of more sizes, those of the models compared
_FEW = 8  # models, of which none counts as far from all others
_DASHES = ("dash", "dot", "dashdot", "longdash")
_QUIET = "#858B94"  # 3 : 1 or more on the light page and on the dark one


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Frozen):
    """Where a model stands on some images: rate in nats and distortion, each with its ±."""

    rate: Number
    rate_half_width: Number | None
    distortion: Number
    distortion_half_width: Number | None


class ModelPoint(_Frozen):
    """One model.

    Attributes:
        key: of the model, as links hold it.
        letter: of its column where it is compared, else empty.
        told: its title and numbers in words, lines apart by ``<br>``.
        test, train: where it stands; the arrow leads from train to test.
    """

    key: str
    letter: str
    told: str
    test: Place
    train: Place | None


class Line(_Frozen):
    """Points joined by a line, and what they are: models alike but for β, or a linear bound."""

    label: str
    x: tuple[Number, ...]
    y: tuple[Number, ...]


class RateDistortion(_Frozen):
    """Models of one scale, the curves that some of them make, and what linear codes can do."""

    scale: Scale
    points: tuple[ModelPoint, ...]
    curves: tuple[Line, ...] = ()
    bounds: tuple[Line, ...] = ()


def rate_distortion_plot(data: RateDistortion) -> dict[str, Any]:
    """As Plotly JSON: `{"data": [...], "layout": {...}}`; ``customdata`` holds keys of models.

    In nats the bound is the same along each of the thin lines. Where a model stands on training
    images there is an open circle, and an arrow from there to where it stands on the test images.
    """
    seen = in_sight(data)
    places = [place for point in seen for place in (point.train, point.test) if place]
    x_range = span([(p.rate, p.rate_half_width or 0.0) for p in places])
    x_range = max(x_range[0], -0.03 * x_range[1]), x_range[1]
    heights = [(p.distortion, p.distortion_half_width or 0.0) for p in places]
    y_range = span(heights + [(y, 0.0) for line in data.bounds for y in _within(line, x_range)])
    levels: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    if data.scale == "nats":
        levels, notes = equal_bounds([p.rate + p.distortion for p in places], x_range, y_range)
    traces = [_line(each, AXIS, _DASHES[k % 4]) for k, each in enumerate(data.bounds)]
    free = free_colours([point.letter for point in seen])
    traces += [_line(each, free[k % len(free)], "solid") for k, each in enumerate(data.curves)]
    arrows = []
    for point in seen:
        colour = letter_colour(point.letter)
        if point.train is not None:
            traces.append(_train(point, point.train, colour))
            arrows.append(_arrow(point.train, point.test, colour))
        traces.append(_test(point, colour))
    named = bool(data.bounds or data.curves)
    return {
        "data": traces,
        "layout": {
            "xaxis": straight_axis("rate (nats)", x_range),
            "yaxis": straight_axis(HEIGHTS[data.scale], y_range),
            "hovermode": "closest",
            "showlegend": named,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "shapes": levels,
            "annotations": [*notes, *arrows],
            "margin": {"l": 64, "r": 56 if notes else 24, "t": 40 if named else 28, "b": 48},
        },
    }


def letter_colour(letter: str) -> str:
    """The colour of the model of this letter, as in all charts of models compared; grey of none."""
    return line_colour(ascii_uppercase.index(letter)) if letter else _QUIET


def free_colours(letters: Sequence[str]) -> list[str]:
    """For curves, those that no model of these letters has; all, where all are taken."""
    taken = {letter_colour(letter) for letter in letters}
    return [each for each in LINE_COLOURS if each not in taken] or list(LINE_COLOURS)


def in_sight(data: RateDistortion) -> tuple[ModelPoint, ...]:
    """The models that are drawn: all that are compared, and others unless far from all.

    One that has diverged would press all others into a line: left out is what lies more than three
    times the distance of the quartiles beyond them, in rate or in distortion.
    """
    if len(data.points) < _FEW:
        return data.points
    reaches = []
    for values in zip(*((p.test.rate, p.test.distortion) for p in data.points), strict=True):
        low, _, high = quantiles(values, n=4)
        reaches.append((low - 3 * (high - low), high + 3 * (high - low)))
    return tuple(
        point
        for point in data.points
        if point.letter
        or all(
            low <= value <= high
            for value, (low, high) in zip(
                (point.test.rate, point.test.distortion), reaches, strict=True
            )
        )
    )


def _within(line: Line, x_range: tuple[float, float]) -> list[float]:
    return [y for x, y in zip(line.x, line.y, strict=True) if x_range[0] <= x <= x_range[1]]


def _line(line: Line, colour: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": line.label,
        "x": list(line.x),
        "y": list(line.y),
        "line": {"color": colour, "width": 2, "dash": dash},
        "hoverinfo": "skip",
    }


def _train(point: ModelPoint, at: Place, colour: str) -> dict[str, Any]:
    return _point(point, at, {"size": 7, "color": colour, "symbol": "circle-open"})


def _test(point: ModelPoint, colour: str) -> dict[str, Any]:
    drawn = _point(point, point.test, {"size": 11 if point.letter else 8, "color": colour})
    named = {"mode": "markers+text", "textposition": "top right", "texttemplate": point.letter}
    return drawn | (named | {"textfont": {"color": colour}} if point.letter else {})


def _point(point: ModelPoint, at: Place, marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [at.rate],
        "y": [at.distortion],
        "error_x": _error(at.rate_half_width, str(marker["color"])),
        "error_y": _error(at.distortion_half_width, str(marker["color"])),
        "marker": {"opacity": 1, **marker},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}, "textfont": {"color": marker["color"]}},
        "hovertext": [point.told],
        "customdata": [point.key],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }


def _error(half_width: float | None, colour: str) -> dict[str, Any]:
    return {
        "type": "data",
        "array": [half_width or 0.0],
        "visible": bool(half_width),
        "width": 3,
        "thickness": 1,
        "color": colour,
    }


def _arrow(start: Place, end: Place, colour: str) -> dict[str, Any]:
    ends = {"ax": start.rate, "ay": start.distortion, "x": end.rate, "y": end.distortion}
    look = {
        "arrowhead": 3,
        "arrowsize": 0.8,
        "arrowwidth": 1.5,
        "arrowcolor": colour,
        "standoff": 5,
    }
    return {"text": "", "showarrow": True, "axref": "x", "ayref": "y", **ends, **look}


def linear_lines(
    found: Spectrum, dims: Iterable[int], own: Iterable[int], most_rate: float, scale: Scale
) -> tuple[Line, ...]:
    """The lines of linear codes of so many dimensions, up to a bit above this rate in nats.

    Where there are too many sizes, those of the models compared, `own`, are drawn.
    """
    sizes = set(dims)
    chosen = sorted(sizes if len(sizes) <= _MOST_BOUNDS else set(own))[:_MOST_BOUNDS]
    lines = []
    for size in chosen:
        frontier = linear_frontier(found, size, 1.15 * most_rate + 1.0)
        height = frontier.distortion() if scale == "nats" else frontier.squared_error
        there = height.isfinite()
        lines.append(
            Line(
                label=f"PCA, J = {size}",
                x=tuple(frontier.rate[there].tolist()),
                y=tuple(height[there].tolist()),
            )
        )
    return tuple(lines)


def joined(label: str, at: Sequence[tuple[float, Place]]) -> Line:
    """The curve of models alike but for one number, in its order: the mean place of each value."""
    values = sorted({value for value, _ in at})
    places = [[place for v, place in at if v == value] for value in values]
    return Line(
        label=label,
        x=tuple(sum(p.rate for p in each) / len(each) for each in places),
        y=tuple(sum(p.distortion for p in each) / len(each) for each in places),
    )
