"""One panel as plain Plotly JSON: for the HTML figures and for the app's Paper page alike.

It neither imports Plotly nor sets a font, a text colour or a background: those are the theme's of
the page that it stands on. Nor does it carry the panel's title: a page writes that as a heading,
which wraps on a phone and is found by a screen reader.
"""

from collections.abc import Sequence
from html import escape
from math import log10
from textwrap import wrap
from typing import Any, assert_never

import numpy as np

from latent_atlas.reports.colours import method_colours
from latent_atlas.reports.figures.axes import Axes, fitted
from latent_atlas.reports.figures.images import fitting_scale, sheet_uri, tiled
from latent_atlas.reports.figures.plotly_curves import curves_figure
from latent_atlas.reports.figures.plotly_parts import (
    GRID,
    PlotlyFigure,
    bare_layout,
    log_step,
    seed_names,
    value_axis,
)
from latent_atlas.reports.numbers import number_text
from latent_atlas.reproduce.figure import (
    Bar,
    BarsPanel,
    CurvesPanel,
    ImagesPanel,
    Panel,
    Scale,
)

_SHEET_PIXELS = 600


def panel_figure(panel: Panel, *, seeds: Sequence[int] = (), axes: Axes = "paper") -> PlotlyFigure:
    """`panel` as `{"data": [...], "layout": {...}}`.

    Args:
        panel: what to draw.
        seeds: the document's `provenance.seeds`, named when a seed's curve or dot is pointed at.
        axes: the paper's own axes, or as much as our data fill (curves only).

    Raises:
        AtlasError: images that cannot be unpacked.
    """
    if isinstance(panel, CurvesPanel):
        return curves_figure(panel, seeds, axes)
    if isinstance(panel, BarsPanel):
        return _bars(panel, seeds)
    if isinstance(panel, ImagesPanel):
        return _images(panel)
    assert_never(panel)


def _bars(panel: BarsPanel, seeds: Sequence[int]) -> PlotlyFigure:
    """A row for each bar, so that long names are read without turning one's head."""
    colours = method_colours(bar.method for bar in panel.bars)
    scale = bars_scale(panel)
    traces: list[dict[str, Any]] = []
    for row, bar in enumerate(panel.bars):
        traces += _bar(panel, bar, row, colours[bar.method], seeds)
    shown = fitted([v for bar in panel.bars for v in bar.values], scale, padding=0.08)
    layout = bare_layout(height=96 + 56 * len(panel.bars)) | {
        "showlegend": False,
        "xaxis": value_axis(panel.y_label)
        | {"type": scale, "range": [log10(v) if scale == "log" else v for v in shown]},
        "yaxis": {
            "tickvals": list(range(len(panel.bars))),
            "ticktext": [_row_name(bar) for bar in panel.bars],
            "range": [len(panel.bars) - 0.5, -0.5],
            "automargin": True,
            "zeroline": False,
            "gridcolor": GRID,
        },
    }
    if scale == "log":
        layout["xaxis"]["dtick"] = log_step(shown)
    return {"data": traces, "layout": layout}


def _bar(
    panel: BarsPanel, bar: Bar, row: int, colour: str, seeds: Sequence[int]
) -> list[dict[str, Any]]:
    value = f"{escape(panel.y_label, quote=False)}: %{{x:.4g}}<extra></extra>"
    dots = {
        "type": "scatter",
        "mode": "markers",
        "name": escape(bar.label, quote=False),
        "x": list(bar.values),
        "y": [row] * len(bar.values),
        "customdata": seed_names(len(bar.values), seeds),
        "marker": {"color": colour, "size": 9, "opacity": 0.75},
        "hovertemplate": f"<b>%{{fullData.name}}</b>, %{{customdata}}<br>{value}",
    }
    if len(bar.values) < 2:
        return [dots]
    tick = {
        "type": "scatter",
        "mode": "markers",
        "name": escape(bar.label, quote=False),
        "x": [float(np.mean(bar.values))],
        "y": [row],
        "marker": {
            "symbol": "line-ns",
            "size": 26,
            "line": {"color": colour, "width": 3},
        },
        "hovertemplate": f"<b>%{{fullData.name}}</b>, mean<br>{value}",
    }
    return [dots, tick]


def _images(panel: ImagesPanel) -> PlotlyFigure:
    """The sheet at its own size: a pixel of it is a pixel of the page."""
    scale = fitting_scale(panel, _SHEET_PIXELS)
    height, width = tiled(panel, scale).shape[:2]
    bare = {"visible": False, "constrain": "domain", "fixedrange": True}
    layout = bare_layout(height=height) | {
        "width": width,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        "xaxis": bare,
        "yaxis": bare | {"scaleanchor": "x"},
    }
    trace = {"type": "image", "source": sheet_uri(panel, scale), "hoverinfo": "skip"}
    return {"data": [trace], "layout": layout}


def bars_scale(panel: BarsPanel) -> Scale:
    """The scale that can show every value: zero and less have no place on a logarithmic one."""
    drawable = all(value > 0 for bar in panel.bars for value in bar.values)
    return panel.y_scale if drawable else "linear"


def _row_name(bar: Bar) -> str:
    lines = [escape(line, quote=False) for line in wrap(bar.label, 24, break_on_hyphens=False)]
    if bar.values:
        lines.append(f"<b>{number_text(float(np.mean(bar.values)))}</b>")
    return "<br>".join(lines)
