"""A chart of numbers with intervals: a row for each thing, a dot for each way of looking at it."""

from latent_atlas.reports.diagnosis.dots import Along, DotRows
from latent_atlas.ui.chart_margins import margins
from latent_atlas.ui.charts import QUIET
from latent_atlas.ui.shared_moments import Option

ROW = 56  # pixels
_AROUND = 96  # those that legend and axis take


def dots_option(found: DotRows, *, ink: str) -> Option:
    """The option of the chart; the rows come in their order from the top."""
    rows, along = found.rows, found.along
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
            "data": [each.name for each in found.dots],
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
            _series(found, place, ink, along if place == 0 else None)
            for place in range(len(found.dots))
        ],
    }


def dots_height(found: DotRows) -> int:
    """Of the chart, in pixels."""
    return _AROUND + ROW * len(found.rows)


def _series(found: DotRows, place: int, ink: str, along: Along | None) -> Option:
    dots, there = found.dots[place], found.placed(place)
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
        "symbol": "diamond" if dots.diamond else "circle",
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
