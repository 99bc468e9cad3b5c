"""Denoising curves: what the figure shows, and how Plotly draws it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from latent_atlas.reports.colours import LINE_COLOURS
from latent_atlas.ui.charts import QUIET
from latent_atlas.ui.reconstruct.corrupt.curves import Curves
from latent_atlas.ui.reconstruct.corrupt.words import error_text
from vae_core.evaluation.denoising import DenoisingCurve

_DASHES = ("solid", "dash")
_SYMBOLS = ("circle", "diamond")
NOTHING = "doing nothing"


@dataclass(frozen=True)
class Line:
    """One curve: means with their ± at the strengths."""

    name: str
    values: tuple[float, ...]
    half_widths: tuple[float, ...]
    is_model: bool


@dataclass(frozen=True)
class CurveData:
    """What the figure shows: lines over `strengths`, which `across` names, in `unit`."""

    strengths: tuple[float, ...]
    across: str
    unit: str
    lines: tuple[Line, ...]


def curve_data(curves: Curves, names: Sequence[str], across: str, *, nats: bool) -> CurveData:
    """The figure's data: squared errors with doing nothing, or nats, which that has none of."""
    lines = [
        _line(name, curve, nats=nats, is_model=True)
        for name, (_, curve) in zip(names, curves.models, strict=True)
    ]
    if not nats:
        lines.append(_line(NOTHING, curves.nothing, nats=False, is_model=False))
    unit = "−log p(clean image | z), nats" if nats else "mean squared error"
    return CurveData(curves.nothing.strengths, across, unit, tuple(lines))


def curve_figure(data: CurveData, strength: float) -> dict[str, Any]:
    """As Plotly JSON; `strength` is marked. It sets no font and no background."""
    traces = [_trace(data, line, place) for place, line in enumerate(data.lines)]
    axis = {"fixedrange": True, "zeroline": False, "gridcolor": "rgba(128,128,128,0.2)"}
    return {
        "data": traces,
        "layout": {
            "xaxis": {"title": {"text": data.across}, **axis},
            "yaxis": {"title": {"text": data.unit}, "rangemode": "tozero", **axis},
            "hovermode": "closest",
            "showlegend": True,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "annotations": [],
            "shapes": [
                {
                    "type": "line",
                    "x0": strength,
                    "x1": strength,
                    "yref": "paper",
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": QUIET, "width": 1, "dash": "dot"},
                }
            ],
            "margin": {"l": 64, "r": 16, "t": 40, "b": 48},
        },
    }


def _line(name: str, curve: DenoisingCurve, *, nats: bool, is_model: bool) -> Line:
    means = curve.means(of_nats=nats)
    return Line(
        name,
        tuple(mean for mean, _ in means),
        tuple(half_width or 0.0 for _, half_width in means),
        is_model,
    )


def _trace(data: CurveData, line: Line, place: int) -> dict[str, Any]:
    colour = LINE_COLOURS[place % len(LINE_COLOURS)] if line.is_model else QUIET
    again = place // len(LINE_COLOURS) % 2
    dash = _DASHES[again] if line.is_model else "dot"
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": line.name,
        "x": list(data.strengths),
        "y": list(line.values),
        "error_y": {"type": "data", "array": list(line.half_widths), "width": 0, "thickness": 1.5},
        "line": {"color": colour, "dash": dash, "width": 2},
        "marker": {"color": colour, "symbol": _SYMBOLS[again], "size": 6},
        "text": [
            error_text(value, half_width)
            for value, half_width in zip(line.values, line.half_widths, strict=True)
        ],
        "hovertemplate": "%{x}: %{text}<extra>%{fullData.name}</extra>",
    }
