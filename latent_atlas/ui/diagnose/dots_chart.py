"""A chart of numbers with intervals: a row for each thing, a dot for each way of looking at it."""

from collections.abc import Sequence
from dataclasses import dataclass

from latent_atlas.ui.chart_margins import margins
from latent_atlas.ui.charts import QUIET
from latent_atlas.ui.shared_moments import Option

ROW = 56  # pixels
_AROUND = 96  # those that legend and axis take
_SPREAD = 0.5  # of a row, over which its dots are spread


@dataclass(frozen=True)
class Dot:
    """A number between the ends of its interval, and how the pointer is told of it."""

    low: float
    value: float
    high: float
    told: str


@dataclass(frozen=True)
class Dots:
    """One number a row, or none: of one kind, in one colour."""

    name: str
    colour: str
    points: Sequence[Dot | None]
    symbol: str = "circle"


@dataclass(frozen=True)
class Along:
    """The axis of the numbers: where it ends, and the `mark` that they are held against."""

    name: str
    low: float
    high: float
    mark: float
    log: bool = False


def dots_option(rows: Sequence[str], dots: Sequence[Dots], along: Along, *, ink: str) -> Option:
    """The option of the chart; the rows come in their order from the top."""
    grid = margins(list(rows), top=40, right=16, bottom=48)
    hidden = {"show": False}
    upright: Option = {
        "inverse": True,
        "axisTick": hidden,
        "axisLine": hidden,
        "splitLine": hidden,
    }
    return {
        "animation": False,
        "grid": grid,
        "legend": {
            "top": 0,
            "left": 0,
            "selectedMode": False,
            "itemWidth": 12,
            "itemGap": 12,
            "textStyle": {"color": ink},
            "data": [each.name for each in dots],
        },
        "tooltip": {"confine": True},
        "xAxis": {
            "type": "log" if along.log else "value",
            "min": along.low,
            "max": along.high,
            "name": along.name,
            "nameLocation": "middle",
            "nameGap": 28,
            "nameTextStyle": {"color": ink},
            "axisLine": {"onZero": False},
            "axisLabel": {"color": ink, "hideOverlap": True},
        },
        # The names stand on an axis of their own; the dots beside each other need numbers.
        "yAxis": [
            {**upright, "type": "category", "data": list(rows), "axisLabel": {"color": ink}},
            {
                **upright,
                "type": "value",
                "min": -0.5,
                "max": len(rows) - 0.5,
                "show": False,
            },
        ],
        "series": [
            _series(each, place, len(dots), ink, along if place == 0 else None)
            for place, each in enumerate(dots)
        ],
    }


def dots_height(rows: int) -> int:
    """Of the chart, in pixels."""
    return _AROUND + ROW * rows


def _series(dots: Dots, place: int, of: int, ink: str, along: Along | None) -> Option:
    shift = _SPREAD * ((place + 0.5) / of - 0.5)
    there = [(row + shift, dot) for row, dot in enumerate(dots.points) if dot is not None]
    ends: list[object] = [
        [{"coord": [dot.low, y], "symbol": "none"}, {"coord": [dot.high, y], "symbol": "none"}]
        for y, dot in there
    ]
    if along is not None:
        dashed = {"type": "dashed", "color": QUIET, "width": 1}
        ends.append({"xAxis": along.mark, "lineStyle": dashed, "symbol": "none"})
    return {
        "type": "scatter",
        "name": dots.name,
        "yAxisIndex": 1,
        "dimensions": ["value", "row", {"name": "told", "type": "ordinal"}],
        "encode": {"x": 0, "y": 1, "tooltip": [2]},
        "data": [[dot.value, y, dot.told] for y, dot in there],
        "symbol": dots.symbol,
        "symbolSize": 10,
        "itemStyle": {"color": dots.colour, "borderColor": ink, "borderWidth": 1},
        "markLine": {
            "silent": True,
            "animation": False,
            "symbol": "none",
            "label": {"show": False},
            "lineStyle": {"type": "solid", "color": dots.colour, "width": 2},
            "data": ends,
        },
        "z": 5,
    }
