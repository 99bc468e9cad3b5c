"""Curves as plain Plotly JSON: thin lines for the seeds, a strong one for their mean."""

from collections.abc import Sequence
from html import escape
from math import log10
from typing import Any

import numpy as np

from latent_atlas.reports.colours import method_colours
from latent_atlas.reports.figures.axes import Axes, Window, window
from latent_atlas.reports.figures.plotly_parts import (
    SHADE,
    PlotlyFigure,
    bare_layout,
    log_step,
    seed_names,
    value_axis,
)
from latent_atlas.reports.numbers import samples_text, tick_text
from latent_atlas.reproduce.figure import Curve, CurvesPanel


def curves_figure(panel: CurvesPanel, seeds: Sequence[int], axes: Axes) -> PlotlyFigure:
    """Every curve's seeds and mean on the wanted axes."""
    shown = window(panel, axes)
    colours = method_colours(curve.method for curve in panel.curves)
    traces: list[dict[str, Any]] = []
    for number, curve in enumerate(panel.curves):
        traces += _curve(panel, curve, colours[curve.method], f"curve {number}", seeds)
    log = panel.x_scale == "log"
    layout = bare_layout(height=400)
    layout |= {
        "xaxis": value_axis(panel.x_label)
        | {"type": panel.x_scale, "range": [log10(v) if log else v for v in shown.x]},
        "yaxis": value_axis(panel.y_label) | {"range": list(shown.y)},
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
        layout["xaxis"]["dtick"] = log_step(shown.x)
    return {"data": traces, "layout": layout}


def window_layout(panel: CurvesPanel, axes: Axes) -> PlotlyFigure:
    """The part of the layout that differs between the paper's axes and ours."""
    shown = window(panel, axes)
    shapes, words = _marks(panel, shown)
    layout = {"yaxis.range": list(shown.y), "shapes": shapes, "annotations": words}
    if panel.x_scale == "log":
        return layout | {
            "xaxis.range": [log10(v) for v in shown.x],
            "xaxis.dtick": log_step(shown.x),
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
                "fillcolor": SHADE,
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


def edge_word(panel: CurvesPanel, edge: float) -> str:
    """Whether the paper's y axis begins or ends at `edge`."""
    return "begins" if panel.y_range and edge == panel.y_range[0] else "ends"


def _curve(
    panel: CurvesPanel, curve: Curve, colour: str, group: str, seeds: Sequence[int]
) -> list[dict[str, Any]]:
    """A thin line a seed and a strong one for their mean; a lone seed is its own strong line."""
    whole = all(float(x).is_integer() for x in curve.x)
    place = f"{escape(panel.x_label, quote=False)}: %{{x:{',.0f' if whole else '.5~g'}}}<br>"
    value = f"{escape(panel.y_label, quote=False)}: %{{y:.2f}}"
    common = {
        "type": "scatter",
        "x": list(curve.x),
        "legendgroup": group,
        "name": escape(curve.label, quote=False),
    }
    dash = "dash" if curve.split == "train" else "solid"
    names = seed_names(len(curve.y), seeds)
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
