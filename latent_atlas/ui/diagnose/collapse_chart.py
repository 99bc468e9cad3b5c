"""The chart of collapse: the KL of each dimension beside what a linear model would keep."""

import math

from latent_atlas.reports.diagnosis.chapters.collapse import (
    ALONG,
    COLOURS,
    FORECAST,
    HEIGHT,
    IDLE,
    MOST,
    USED,
)
from latent_atlas.reports.diagnosis.sections.collapse import CollapseFinding
from latent_atlas.ui.chart_margins import margins
from latent_atlas.ui.charts import UPRIGHT_NAME, bar_axes
from latent_atlas.ui.shared_moments import Option
from vae_core.numerals import decimal, with_error


def collapse_option(found: CollapseFinding, *, ink: str) -> Option:
    """The option of bars, the largest first, with ± over images; the forecast as diamonds."""
    units, forecast = found.found.units, found.forecast
    order = units.order[:MOST]
    names = [f"z{j + 1}" for j in order]
    told: dict[str, list[list[object]]] = {USED: [], IDLE: []}
    boxes = []
    for place, j in enumerate(order):
        rate, width = units.rate[j], units.rate_half_width[j]
        words = f"{names[place]}: {with_error(rate, width)} nats, A = " + with_error(
            units.variance[j], units.variance_half_width[j]
        )
        told[USED if units.active[j] else IDLE].append([place, rate, words])
        reach = width or 0.0
        boxes.append([rate - reach, rate, rate, rate, rate + reach])
    marks: list[list[object]] = []
    if forecast is not None:
        for place, rate in enumerate(forecast.rate[:MOST]):
            if math.isfinite(rate):
                marks.append([place, rate, f"{decimal(rate, 2)} nats by the forecast"])
    shared: Option = {
        "dimensions": ["dimension", "nats", {"name": "told", "type": "ordinal"}],
        "encode": {"x": 0, "y": 1, "tooltip": [2]},
    }
    bar: Option = {**shared, "type": "bar", "barGap": "-100%", "barMaxWidth": 48}
    series: list[Option] = [
        {**bar, "name": USED, "data": told[USED], "itemStyle": {"color": COLOURS[USED]}},
        {**bar, "name": IDLE, "data": told[IDLE], "itemStyle": {"color": COLOURS[IDLE]}},
        {
            "type": "boxplot",
            "name": "± 95 %",
            "data": boxes,
            "boxWidth": [4, 8],
            "itemStyle": {"color": "transparent", "borderColor": ink, "borderWidth": 1},
            "silent": True,
            "tooltip": {"show": False},
        },
        {
            **shared,
            "type": "scatter",
            "name": FORECAST,
            "data": marks,
            "symbol": "diamond",
            "symbolSize": 13,
            "itemStyle": {"color": COLOURS[FORECAST], "borderColor": ink, "borderWidth": 1},
        },
    ]
    shown = [USED, *([IDLE] if told[IDLE] else []), *([FORECAST] if marks else [])]
    grid = margins(["00.0"], top=40, right=8, bottom=44)
    grid["left"] += UPRIGHT_NAME
    return {
        "animation": False,
        "grid": grid,
        "legend": {
            "top": 0,
            "left": 0,
            "selectedMode": False,
            "itemWidth": 16,
            "itemHeight": 12,
            "textStyle": {"color": ink},
            "data": shown,
        },
        "tooltip": {"confine": True},
        **bar_axes(names, ALONG, HEIGHT, left=grid["left"], ink=ink),
        "series": series,
    }
