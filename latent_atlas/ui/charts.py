"""Options for the live curves and the heat map that `st.echarts_chart` draws.

Plain dictionaries, no Streamlit: a page hands them to `st.echarts_chart`, which updates the drawing
in place. ECharts takes no JavaScript from us, so everything a chart says is decided here.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from latent_atlas.ui.chart_margins import margins, room
from latent_atlas.ui.chart_points import MAX_POINTS, thin
from latent_atlas.ui.shared_moments import Option, share_moments
from vae_core.numerals import decimal, with_error
from vae_core.quantities import Quantity

QUIET = "#7C828A"
# Axis text: at least 4.5:1 on the page, which takes a shade for each theme.
INK_LIGHT, INK_DARK = "#5A6069", "#A9AFB8"
VIRIDIS = ("#440154", "#414487", "#2A788E", "#22A884", "#7AD151", "#FDE725")

_SURE = "±\N{NO-BREAK SPACE}95\N{NO-BREAK SPACE}%"
SURE = f"{_SURE}, over images"  # what a curve's half widths are

_LINE = "path://M0 0h24v3h-24z"
_DASHES = "path://M0 0h6v3h-6zM9 0h6v3h-6zM18 0h6v3h-6z"

UPRIGHT_NAME = 20  # pixels, for the name of an axis that stands upright
LATE = 30  # the last decade and a half begins at a thirtieth of what was seen
_SHARE = 0.6  # of a log axis that shows a line, however many decades it has


@dataclass(frozen=True)
class Reach:
    """Where a line begins, and its lowest and highest value; on the bad side the late ones only.

    See `value_range`.
    """

    first: float
    low: float
    top: float


@dataclass(frozen=True)
class Curve:
    """One line: `values` [n] at `samples` [n] images seen (or seconds).

    `reach` is that of the whole line, where points of it were left out here. `half_widths` [n] are
    the ± of values over images, not a number where it is not known.
    """

    name: str
    samples: Sequence[float]
    values: Sequence[float]
    colour: str
    dashed: bool = False
    reach: Reach | None = None
    half_widths: Sequence[float] = ()

    @property
    def sure(self) -> bool:
        """Whether any value has a ±."""
        return any(math.isfinite(half_width) for half_width in self.half_widths)


@dataclass(frozen=True)
class Mark:
    """Something that happened during a run, drawn as an upright line."""

    samples: float
    label: str


@dataclass(frozen=True)
class Strip:
    """A vector over time: `rows` [T][J] at `samples` [T] images seen, of which entries of it.

    `half_widths` [T][J] are the ± of each over images, not a number where it is not known.
    """

    samples: Sequence[float]
    rows: Sequence[Sequence[float]]
    entries: Sequence[int]
    quantity: Quantity
    half_widths: Sequence[Sequence[float]]
    places: int = 0

    @property
    def sure(self) -> bool:
        """Whether any value has a ±."""
        return any(math.isfinite(each) for row in self.half_widths for each in row)


def late(first: float, last: float, *, log_axis: bool) -> float:
    """From where on a line has to be in sight, which begins at `first` and ends at `last`.

    That is the last decade and a half, or more where it would leave half of a log axis empty.
    """
    decades = (last / first) ** _SHARE if log_axis and first > 0 else 0.0
    return last / max(LATE, decades)


def value_range(curves: Iterable[Curve], ticks: int) -> tuple[float, float, float] | None:
    """(bottom, top, tick) of the value axis so that the last stretch fills it, or None.

    The first images cost hundreds of nats more than the rest; drawn in full they would press all
    that follows into one flat line. Like the paper's Figure 2 the axis begins below the values of
    the last decade and a half (`late`), and the curve enters from beneath it.
    """
    reaches = [curve.reach or _reach(curve) for curve in curves]
    low = min((reach.low for reach in reaches), default=math.inf)
    top = max((reach.top for reach in reaches), default=-math.inf)
    if low > top:
        return None
    span = max(top - low, 0.01)
    power = 10.0 ** math.floor(math.log10(span / ticks))
    tick = next(power * m for m in (1, 2, 5, 10) if power * m >= span / ticks)
    bottom, top = math.floor(low / tick) * tick, math.ceil(top / tick) * tick
    return round(bottom, 6), round(max(top, bottom + tick), 6), tick


def curves_option(
    curves: Sequence[Curve],
    *,
    log_axis: bool,
    ink: str,
    total: float = 0,
    ticks: int = 5,
    marks: Sequence[Mark] = (),
    along: str = "images seen",
    places: int = 0,
    unit: str = "",
) -> Option:
    """The option of a chart of `curves` against the number of images seen, or what `along` names.

    `ink` colours the axis text; `total` is where the run ends: with it the axis stands still from
    the first point to the last. `ticks` is about how many values are named. The tooltip gives where
    it is with so many decimal `places`, and the `unit` of the values.
    """
    first = min(
        (c.reach.first if c.reach else c.samples[0] for c in curves if c.samples), default=1
    )
    axis: Option = {
        "type": "log" if log_axis else "value",
        "name": along,
        "nameLocation": "middle",
        "nameGap": 28,
        "splitLine": {"show": False},
        "nameTextStyle": {"color": ink},
        "axisLabel": {"hideOverlap": True, "alignMaxLabel": "right", "color": ink},
        "min": _decade(first) if log_axis else 0,
    }
    last = max((s for c in curves for s in c.samples[-1:]), default=1)
    if total:
        axis["max"] = max(total, last)
    values: Option = {"type": "value", "scale": True, "axisLabel": {"color": ink}}
    found = value_range(curves, ticks)
    if found is not None:
        values["min"], values["max"], values["interval"] = found
    # The tooltip's head: where it is, in what the values below are, and what the ± beside them are.
    told = [part for part in (unit, _SURE if any(curve.sure for curve in curves) else "") if part]
    head: Option = {"precision": places}
    if told:
        head["formatter"] = f"{{value}} {along} ({', '.join(told)})"
    series = [_line(curve, log_axis=log_axis) for curve in curves]
    if len(curves) > 1:
        share_moments(series, log_axis=log_axis, most=MAX_POINTS)
    if series and marks:
        series[0]["markLine"] = _mark_lines(marks)
    return {
        "animation": False,
        "grid": margins(found, top=32, right=28, bottom=40),
        "legend": {
            "show": True,
            "type": "scroll",  # a second line would lie on the axis
            "top": 0,
            "left": 0,
            "selectedMode": False,
            "itemWidth": 24,
            "itemHeight": 20,  # a legend of several pages is cut to its items
            "textStyle": {"color": ink, "lineHeight": 20},
            "pageTextStyle": {"color": ink},
            "pageIconColor": ink,
            "data": [
                {"name": c.name, "icon": _DASHES if c.dashed else _LINE}
                for c in curves
                if len(curves) <= 2 or not c.dashed
            ],
        },
        "tooltip": {"trigger": "axis", "confine": True, "axisPointer": {"label": head}},
        "xAxis": axis,
        "yAxis": values,
        "series": series,
    }


def _decade(value: float) -> float:
    """The power of ten at or below a value."""
    return round(10.0 ** math.floor(math.log10(value)), 9) if value > 0 else 1


def _reach(curve: Curve) -> Reach:
    """How far the finite values of a curve with all its points go."""
    finite = [
        (seen, value)
        for seen, value in zip(curve.samples, curve.values, strict=True)
        if math.isfinite(value)
    ]
    late = (value for seen, value in finite if seen * LATE >= curve.samples[-1])
    return Reach(
        first=curve.samples[0] if curve.samples else math.inf,
        low=min(late, default=math.inf),
        top=max((value for _, value in finite), default=-math.inf),
    )


def strip_option(strip: Strip, *, ink: str) -> Option:
    """The option of a thin heat map: one row a latent dimension, time to the right."""
    # As with the curves the scale is that of the last decade and a half; an early burst saturates.
    late = [
        row
        for t, row in zip(strip.samples, strip.rows, strict=True)
        if t * LATE >= strip.samples[-1]
    ]
    # Where nothing is in use the scale ends at what would be the least in use, not where it begins.
    peak = max((v for row in late for v in row if math.isfinite(v)), default=1.0)
    peak = max(peak, strip.quantity.least, 0.01)
    ends = f"≥ {_rounded(peak)} {strip.quantity.unit}"
    names = [f"{strip.quantity.symbol}{j + 1}" for j in strip.entries]
    cells = [
        [
            t,
            j,
            round(value, 3) if math.isfinite(value) else None,
            f"{name}: {_told(value, half_width, places=2)} {strip.quantity.unit}",
        ]
        for t, (row, sure) in enumerate(zip(strip.rows, strip.half_widths, strict=True))
        for j, (name, value, half_width) in enumerate(zip(names, row, sure, strict=True))
    ]
    return {
        "animation": False,
        "grid": margins(names, top=8, right=room(ends), bottom=24),
        "tooltip": {},
        "xAxis": {
            "type": "category",
            "data": [decimal(s, strip.places) for s in strip.samples],
            "axisLabel": {"hideOverlap": True, "alignMaxLabel": "right", "color": ink},
            "axisTick": {"show": False},
        },
        "yAxis": {
            "type": "category",
            "data": names,
            "inverse": True,
            "axisLabel": {"color": ink},
            "axisTick": {"show": False},
        },
        "visualMap": {
            "dimension": 2,
            "min": 0,
            "max": round(peak, 2),
            "calculable": False,
            "right": 0,
            "top": "middle",
            "itemWidth": 8,
            "itemHeight": 48,
            "precision": 1,
            "textStyle": {"color": ink},
            "text": [ends, "0"],
            "inRange": {"color": list(VIRIDIS)},
            "outOfRange": {"color": VIRIDIS[-1]},
        },
        "series": [
            {
                "type": "heatmap",
                "name": strip.quantity.label,
                "data": cells,
                # As with lines, a ± and its digits are a cell's own; which dimension it is, too.
                "dimensions": ["seen", "entry", "value", {"name": "told", "type": "ordinal"}],
                "encode": {"x": 0, "y": 1, "value": 2, "tooltip": [3]},
            }
        ],
    }


def bar_axes(names: Sequence[str], along: str, height: str, *, left: int, ink: str) -> Option:
    """Both axes of bars that have names, from 0 up; `left` pixels hold numbers and `height`."""
    named: Option = {"nameLocation": "middle", "nameTextStyle": {"color": ink}}
    return {
        "xAxis": {
            **named,
            "type": "category",
            "data": list(names),
            "name": along,
            "nameGap": 28,
            "axisTick": {"show": False},
            "axisLabel": {"color": ink, "hideOverlap": True},
        },
        "yAxis": {
            **named,
            "type": "value",
            "min": 0,
            "name": height,
            "nameGap": left - UPRIGHT_NAME,
            "axisLabel": {"color": ink},
        },
    }


def per_cent_scale(dimension: int, *, ink: str) -> Option:
    """The `visualMap` of a heat map of shares, from 0 to 1 in this dimension of its cells."""
    return {
        "dimension": dimension,
        "min": 0,
        "max": 1,
        "calculable": False,
        "right": 0,
        "top": "middle",
        "itemWidth": 8,
        "itemHeight": 96,
        "textStyle": {"color": ink},
        "text": ["100 %", "0 %"],
        "inRange": {"color": list(VIRIDIS)},
    }


def _rounded(value: float) -> str:
    """A value above zero in three digits, or two decimals: 49,960,000, 12.3 or 0.01."""
    return decimal(value, min(2, 2 - math.floor(math.log10(value))))


def _line(curve: Curve, *, log_axis: bool) -> Option:
    half_widths = curve.half_widths or [math.nan] * len(curve.values)
    points = [
        [
            curve.samples[i],
            round(curve.values[i], 3) if math.isfinite(curve.values[i]) else None,
            _told(curve.values[i], half_widths[i]),
        ]
        for i in thin(curve.samples, log_axis=log_axis)
    ]
    return {
        "type": "line",
        "name": curve.name,
        "data": points,
        # ECharts has one number format a line; a ± and its digits are a point's own.
        "dimensions": ["seen", "value", {"name": "told", "type": "ordinal"}],
        "encode": {"x": 0, "y": 1, "tooltip": [2]},
        # One lone point makes no line: show it, so that the first second is not blank.
        "symbol": "circle" if len(points) == 1 else "none",
        "color": curve.colour,
        "lineStyle": {
            "width": 1.5 if curve.dashed else 2.5,
            "type": "dashed" if curve.dashed else "solid",
        },
        "emphasis": {"disabled": True},
    }


@lru_cache(maxsize=1 << 14)  # a live curve's points stay where they were, tick after tick
def _told(value: float, half_width: float, places: int = 1) -> str:
    """A value as the tooltip says it; the one decimal of a mean that has no ± is the titles'."""
    if not math.isfinite(value):
        return "–"
    return with_error(value, half_width) if math.isfinite(half_width) else decimal(value, places)


def _mark_lines(marks: Sequence[Mark]) -> Option:
    return {
        "symbol": "none",
        "silent": True,
        "lineStyle": {"color": QUIET, "type": "dotted"},
        "label": {"color": QUIET, "position": "end", "distance": 4},
        "data": [{"xAxis": m.samples, "label": {"formatter": m.label}} for m in marks],
    }
