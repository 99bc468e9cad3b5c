"""The option of a chart of many runs, for `st.echarts_chart`."""

from collections.abc import Sequence

import numpy as np

from latent_atlas.reports.overlay import Chart, Line, Numbers, Overlay
from latent_atlas.ui.chart_margins import margins
from latent_atlas.ui.chart_points import MAX_POINTS
from latent_atlas.ui.shared_moments import Option, share_moments
from vae_core.numerals import decimal, with_error

# Points of all lines together: more than that takes the browser noticeably long.
_ALL_POINTS, _LEAST_POINTS = 24_000, 60
_MANY = 24  # lines; of more the tooltip lists those that have a point just there
_FEW = 12  # lines that are drawn thick
_BAND = 0.16
_TOOLTIP = "max-height: 20rem; overflow-y: auto;"


def overlay_option(overlay: Overlay, chart: Chart, *, ink: str, small: bool = False) -> Option:
    """Lines over their bands, and those over the faint courses that they were made of."""
    courses = sum(1 + len(line.behind) for line in chart.lines)
    most = max(_LEAST_POINTS, min(MAX_POINTS, _ALL_POINTS // max(1, courses)))
    view = _View(overlay, chart, most)
    lines = [view.line(line) for line in chart.lines]
    if 1 < len(lines) <= _MANY:
        share_moments(lines, log_axis=overlay.log_axis, most=most)
    behind = [view.faint(line, k) for line in chart.lines for k in range(len(line.behind))]
    bands = [part for k, line in enumerate(chart.lines) for part in view.band(line, k)]
    values: Option = {"type": "value", "scale": True, "axisLabel": {"color": ink}}
    if chart.y_range is not None:
        values["min"], values["max"], values["interval"] = chart.y_range
    erring = any(line.error is not None for line in chart.lines)
    told = [overlay.quantity.unit, *(["± standard error over runs"] if erring else [])]
    head = f"{{value}} {overlay.along} ({', '.join(told)})"
    return {
        "animation": False,
        "grid": margins(
            chart.y_range, top=8, right=16 if small else 28, bottom=24 if small else 40
        ),
        "legend": {"show": False},
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            # Of many lines the list is long: the pointer may go there and scroll it.
            "enterable": len(lines) > _FEW,
            "extraCssText": _TOOLTIP,
            "axisPointer": {"label": {"precision": overlay.places, "formatter": head}},
        },
        "xAxis": {
            "type": "log" if overlay.log_axis else "value",
            "name": "" if small else overlay.along,
            "nameLocation": "middle",
            "nameGap": 28,
            "splitLine": {"show": False},
            "nameTextStyle": {"color": ink},
            "axisLabel": {"hideOverlap": True, "alignMaxLabel": "right", "color": ink},
            "splitNumber": 2 if small else 5,
            "min": chart.x_range[0],
            "max": chart.x_range[1],
        },
        "yAxis": values,
        "series": [*behind, *bands, *lines],
    }


def picked(x: Numbers, most: int, *, log_axis: bool) -> list[int]:
    """Which of many points [N], rising, are drawn: at most so many, even on the axis, both ends."""
    if len(x) <= most:
        return list(range(len(x)))
    at = np.log(x) if log_axis else x
    wanted = np.linspace(at[0], at[-1], most)
    nearest = np.clip(np.searchsorted(at, wanted), 0, len(x) - 1)
    found: list[int] = np.unique(nearest).tolist()
    return found


class _View:
    """The part of the courses of a chart that is seen, in so many points."""

    def __init__(self, overlay: Overlay, chart: Chart, most: int) -> None:
        self._overlay, self._chart, self._most = overlay, chart, most
        self._few = len(chart.lines) <= _FEW

    def line(self, line: Line) -> Option:
        """A line with what its tooltip says."""
        kept = self._kept(line.x)
        x, y = _rounded(line.x[kept]), _rounded(line.y[kept])
        if line.error is None:
            told = [decimal(value, 2) for value in y]
        else:
            told = [with_error(v, e) for v, e in zip(y, line.error[kept].tolist(), strict=True)]
        return {
            "type": "line",
            "name": line.name,
            "data": [list(point) for point in zip(x, y, told, strict=True)],
            # ECharts has one number format a line; a ± and its digits are a point's own.
            "dimensions": ["seen", "value", {"name": "told", "type": "ordinal"}],
            "encode": {"x": 0, "y": 1, "tooltip": [2]},
            "symbol": "circle" if len(kept) == 1 else "none",
            "color": line.colour,
            "lineStyle": {"width": 2 if self._few else 1, "type": line.dash},
            "emphasis": {"disabled": True},
            "z": 4,
        }

    def faint(self, line: Line, k: int) -> Option:
        """The k-th course behind a line."""
        course = line.behind[k]
        kept = self._kept(course.x)
        return {
            **_quiet(course.name, course.x[kept], course.y[kept]),
            "color": line.colour,
            "lineStyle": {"width": 1, "opacity": line.faintness},
            "z": 2,
        }

    def band(self, line: Line, k: int) -> list[Option]:
        """The band of a mean: what is below it, unseen, and its width on top of that."""
        if line.error is None:
            return []
        kept = self._kept(line.x)
        x, y, error = line.x[kept], line.y[kept], line.error[kept]
        stacked = {"stack": f"band-{k}", "stackStrategy": "all", "lineStyle": {"opacity": 0}}
        area = {"areaStyle": {"color": line.colour, "opacity": _BAND, "origin": "auto"}}
        return [
            {**_quiet(f"below {line.name}", x, y - error), **stacked},
            {**_quiet(f"band of {line.name}", x, 2 * error), **stacked, **area, "z": 3},
        ]

    def _kept(self, x: Numbers) -> list[int]:
        """Those in sight and one beside them on either side, so that lines go on to the edge."""
        low, high = self._chart.x_range
        begin = max(0, int(np.searchsorted(x, low, "left")) - 1)
        end = int(np.searchsorted(x, high, "right")) + 1
        inside = picked(x[begin:end], self._most, log_axis=self._overlay.log_axis)
        return [begin + k for k in inside]


def _quiet(name: str, x: Numbers, y: Numbers) -> Option:
    """A series that neither the tooltip nor the pointer knows."""
    return {
        "type": "line",
        "name": name,
        "data": [list(point) for point in zip(_rounded(x), _rounded(y), strict=True)],
        "symbol": "none",
        "silent": True,
        "tooltip": {"show": False},
        "emphasis": {"disabled": True},
    }


def _rounded(values: Numbers) -> Sequence[float]:
    found: list[float] = np.round(values, 4).tolist()
    return found
