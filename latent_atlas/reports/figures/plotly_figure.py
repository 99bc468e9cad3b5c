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
from latent_atlas.reports.figures.axes import Axes, Window, bars_scale, edge_word, fitted, window
from latent_atlas.reports.figures.centre import POWERS_FROM, centre, centre_word
from latent_atlas.reports.figures.images import fitting_scale, sheet_uri, tiled
from latent_atlas.reports.numbers import samples_text, tick_text
from latent_atlas.reproduce.figure import (
    Bar,
    BarsPanel,
    Curve,
    CurvesPanel,
    ImagesPanel,
    Reference,
)
from latent_atlas.reproduce.numbers import number_text

PlotlyFigure = dict[str, Any]
DrawnPanel = CurvesPanel | BarsPanel | ImagesPanel  # a table is written, not drawn

_CLEAR = "rgba(0,0,0,0)"
_SHADE = "rgba(128,128,128,0.09)"
_GRID = "rgba(128,128,128,0.2)"

_SHEET_PIXELS = 600


def panel_figure(
    panel: DrawnPanel, *, seeds: Sequence[int] = (), axes: Axes = "paper"
) -> PlotlyFigure:
    """`panel` as `{"data": [...], "layout": {...}}`.

    Args:
        panel: what to draw.
        seeds: the document's `provenance.seeds`, named when a seed's curve or dot is pointed at.
        axes: the paper's own axes, or as much as our data fill (curves only).

    Raises:
        AtlasError: images that cannot be unpacked.
    """
    if isinstance(panel, CurvesPanel):
        return _curves(panel, seeds, axes)
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
    shown = fitted(panel.values, scale, padding=0.08)
    layout = _bare_layout(height=96 + 56 * len(panel.bars)) | {
        "showlegend": False,
        "shapes": [_across(each.value) for each in panel.references],
        "annotations": [
            _named(each, scale, row) for row, each in enumerate(panel.references, start=1)
        ],
        "xaxis": _value_axis(panel.y_label)
        | {"type": scale, "range": [log10(v) if scale == "log" else v for v in shown]},
        "yaxis": {
            "tickvals": list(range(len(panel.bars))),
            "ticktext": [_row_name(panel, bar) for bar in panel.bars],
            "range": [len(panel.bars) - 0.5, -0.5],
            "automargin": True,
            "zeroline": False,
            "gridcolor": _GRID,
        },
    }
    if scale == "log":
        layout["xaxis"]["dtick"] = _log_step(shown)
        if shown[1] >= POWERS_FROM:  # as `number_text` writes such numbers
            layout["xaxis"]["exponentformat"] = "power"
        else:  # else the ticks between powers are single digits: 2 would stand for 0.2
            layout["xaxis"]["tickformat"] = "~g"
    return {"data": traces, "layout": layout}


def _across(value: float) -> dict[str, Any]:
    """A dashed line at a value; Plotly wants the value itself, on a logarithmic axis as well."""
    line = {"color": "#888888", "width": 1, "dash": "dash"}
    return {"type": "line", "x0": value, "x1": value, "yref": "paper", "y0": 0, "y1": 1} | {
        "line": line
    }


def _named(reference: Reference, scale: str, row: int) -> dict[str, Any]:
    """Its name beside the line, each a little lower than the one before."""
    return {
        "x": log10(reference.value) if scale == "log" else reference.value,
        "yref": "paper",
        "y": 1 - 0.07 * (row - 1),
        "text": escape(reference.label, quote=False),
        "showarrow": False,
        "xanchor": "right",
        "yanchor": "top",
    }


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
        "customdata": _seed_names(len(bar.values), seeds),
        "marker": {"color": colour, "size": 9, "opacity": 0.75},
        "hovertemplate": f"<b>%{{fullData.name}}</b>, %{{customdata}}<br>{value}",
    }
    if len(bar.values) < 2:
        return [dots]
    tick = {
        "type": "scatter",
        "mode": "markers",
        "name": escape(bar.label, quote=False),
        "x": [centre(panel, bar)],
        "y": [row],
        "marker": {
            "symbol": "line-ns",
            "size": 26,
            "line": {"color": colour, "width": 3},
        },
        "hovertemplate": f"<b>%{{fullData.name}}</b>, {centre_word(panel)}<br>{value}",
    }
    return [dots, tick]


def _images(panel: ImagesPanel) -> PlotlyFigure:
    """The sheet at its own size: a pixel of it is a pixel of the page."""
    scale = fitting_scale(panel, _SHEET_PIXELS)
    height, width = tiled(panel, scale).shape[:2]
    bare = {"visible": False, "constrain": "domain", "fixedrange": True}
    layout = _bare_layout(height=height) | {
        "width": width,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        "xaxis": bare,
        "yaxis": bare | {"scaleanchor": "x"},
    }
    trace = {"type": "image", "source": sheet_uri(panel, scale), "hoverinfo": "skip"}
    return {"data": [trace], "layout": layout}


def _row_name(panel: BarsPanel, bar: Bar) -> str:
    lines = [escape(line, quote=False) for line in wrap(bar.label, 24, break_on_hyphens=False)]
    if bar.values:
        lines.append(f"<b>{number_text(centre(panel, bar))}</b>")
    return "<br>".join(lines)


def _curves(panel: CurvesPanel, seeds: Sequence[int], axes: Axes) -> PlotlyFigure:
    """Every curve's seeds and mean on the wanted axes."""
    shown = window(panel, axes)
    colours = method_colours(curve.method for curve in panel.curves)
    traces: list[dict[str, Any]] = []
    for number, curve in enumerate(panel.curves):
        traces += _curve(panel, curve, colours[curve.method], f"curve {number}", seeds)
    log = panel.x_scale == "log"
    layout = _bare_layout(height=400)
    layout |= {
        "xaxis": _value_axis(panel.x_label)
        | {"type": panel.x_scale, "range": [log10(v) if log else v for v in shown.x]},
        "yaxis": _value_axis(panel.y_label) | {"range": list(shown.y)},
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            # A click on a method's name takes its seeds along.
            "groupclick": "togglegroup",
        },
    }
    layout["shapes"], layout["annotations"] = _marks(panel, shown)
    if log:
        layout["xaxis"]["dtick"] = _log_step(shown.x)
    return {"data": traces, "layout": layout}


def window_layout(panel: CurvesPanel, axes: Axes) -> PlotlyFigure:
    """The part of the layout that differs between the paper's axes and ours."""
    shown = window(panel, axes)
    shapes, words = _marks(panel, shown)
    layout = {"yaxis.range": list(shown.y), "shapes": shapes, "annotations": words}
    if panel.x_scale == "log":
        return layout | {
            "xaxis.range": [log10(v) for v in shown.x],
            "xaxis.dtick": _log_step(shown.x),
        }
    return layout | {"xaxis.range": list(shown.x)}


def _marks(panel: CurvesPanel, shown: Window) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Shapes and words for where our data end and, on a widened axis, where the paper's begins."""
    shapes: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    if shown.ours_end is not None:
        end = shown.ours_end
        shapes.append(
            {
                "type": "rect",
                "layer": "below",
                "line": {"width": 0},
                "fillcolor": _SHADE,
                "x0": end,
                "x1": shown.x[1],
                "yref": "paper",
                "y0": 0,
                "y1": 1,
            }
        )
        words.append(
            {
                "text": f"ours end at {samples_text(round(end))}",
                "showarrow": False,
                "x": log10(end) if panel.x_scale == "log" else end,
                "xanchor": "left",
                "xshift": 4,
                "yref": "paper",
                "y": 0,
                "yanchor": "bottom",
            }
        )
    for edge in shown.paper_y:
        shapes.append(
            {
                "type": "line",
                "layer": "below",
                "line": {"width": 1, "dash": "dot", "color": "#888888"},
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": edge,
                "y1": edge,
            }
        )
        words.append(
            {
                "text": f"the paper\u2019s axis {edge_word(panel, edge)}",
                "showarrow": False,
                "xref": "paper",
                "x": 1,
                "xanchor": "right",
                "y": edge,
                "yanchor": "bottom",
            }
        )
    if shown.paper_end is not None:
        words.append(
            {
                "text": f"the paper\u2019s axis goes on to {tick_text(shown.paper_end)}",
                "showarrow": False,
                "xref": "paper",
                "x": 1,
                "xanchor": "right",
                "yref": "paper",
                "y": 0,
                "yanchor": "bottom",
            }
        )
    return shapes, words


def _curve(
    panel: CurvesPanel, curve: Curve, colour: str, group: str, seeds: Sequence[int]
) -> list[dict[str, Any]]:
    """A thin line a seed and a strong one for their mean; a lone seed is its own strong line."""
    whole = all(float(x).is_integer() for x in curve.x)
    place = f"{escape(panel.x_label, quote=False)}: %{{x:{',.0f' if whole else '.5~g'}}}<br>"
    value = f"{escape(panel.y_label, quote=False)}: %{{y:z.2f}}"
    common = {
        "type": "scatter",
        "x": list(curve.x),
        "legendgroup": group,
        "name": escape(curve.label, quote=False),
    }
    dash = "dash" if curve.split == "train" else "solid"
    names = _seed_names(len(curve.y), seeds)
    lines = [
        common
        | {
            "y": list(values),
            "mode": "lines",
            "showlegend": False,
            "opacity": 0.5,
            "line": {"color": colour, "width": 1, "dash": dash},
            "hovertemplate": f"<b>%{{fullData.name}}</b>, {name}<br>{place}{value}<extra></extra>",
        }
        for name, values in zip(names, curve.y, strict=True)
        if len(names) > 1
    ]
    mean = np.mean(curve.y, axis=0).tolist() if curve.y else []
    whose = names[0] if len(names) == 1 else f"mean of {len(names)} seeds"
    strong = common | {
        "y": mean,
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2, "dash": dash},
        "marker": {"color": colour, "size": 5},
        "hovertemplate": f"<b>%{{fullData.name}}</b>, {whose}<br>{place}{value}<extra></extra>",
    }
    return [*lines, strong]


def _seed_names(count: int, seeds: Sequence[int]) -> list[str]:
    """What each of `count` values is called: by its seed, where there are as many seeds."""
    if len(seeds) == count:
        return [f"seed {seed}" for seed in seeds]
    return [f"run {number + 1}" for number in range(count)]


def _value_axis(label: str) -> dict[str, Any]:
    """An axis of numbers called `label`."""
    return {
        "title": {"text": escape(label, quote=False)},
        "automargin": True,
        "zeroline": False,
        "gridcolor": _GRID,
        "exponentformat": "B",
        # Clear ticks keep the lowest number of one axis off the first of the other.
        "ticks": "outside",
        "ticklen": 6,
        "tickcolor": _CLEAR,
    }


def _log_step(shown: tuple[float, float]) -> int | str:
    """Plotly's step between the numbers of a logarithmic axis: decades; 1, 2, 5 on a short one."""
    return 1 if shown[1] >= 100 * shown[0] else "D2"


def _bare_layout(height: int) -> dict[str, Any]:
    """What every panel's layout begins with; the margins grow with what stands in them."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8, "pad": 0},
        "hovermode": "closest",
        "paper_bgcolor": _CLEAR,
        "plot_bgcolor": _CLEAR,
    }
