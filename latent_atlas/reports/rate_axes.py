"""Axes of rate against distortion, and other straight ones, as Plotly draws them."""

import math
from collections.abc import Sequence
from typing import Any

from latent_atlas.reports.numbers import tick_text

AXIS = "#8A9099"
_TICKS = 5


def equal_bounds(
    sums: Sequence[float], x: tuple[float, float], y: tuple[float, float]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Thin lines along which the bound is the same, and what stands at the right end of each.

    Of points whose rate + distortion are these `sums`, on axes that reach over `x` and `y`.
    """
    lines, notes = [], []
    aside = {"xref": "paper", "xanchor": "left", "xshift": 6}
    for level in round_ticks(*span([(each, 0.0) for each in sums])):
        x0, x1 = max(x[0], level - y[1]), min(x[1], level - y[0])
        if x1 - x0 < 0.1 * (x[1] - x[0]):
            continue
        ends = {"x0": x0, "y0": level - x0, "x1": x1, "y1": level - x1}
        thin = {"color": AXIS, "width": 1, "dash": "dot"}
        lines.append({"type": "line", "layer": "below", "line": thin, **ends})
        if x1 < x[1]:  # it leaves at the bottom, where there is no room for a number
            continue
        notes.append(note(tick_text(-level or 0.0), 1, level - x1) | aside)
    if notes:
        top = max(each["y"] for each in notes)
        notes.append(note("<b>ELBO</b>", 1, top) | aside | {"yanchor": "bottom", "yshift": 10})
    return lines, notes


def straight_axis(title: str, reach: tuple[float, float]) -> dict[str, Any]:
    """An axis of a title that reaches from the first to the second value, and stays so."""
    text = {"text": title}
    return {
        "title": text,
        "zeroline": False,
        "gridcolor": "rgba(138, 144, 153, 0.25)",
        "range": list(reach),
        "fixedrange": True,
    }


def span(found: Sequence[tuple[float, float]], least: float = 0.5) -> tuple[float, float]:
    """From a bit below the lowest value and its ± to a bit above the highest.

    `least` is the room around values that are all the same.
    """
    low = min(value - half for value, half in found)
    high = max(value + half for value, half in found)
    room = 0.06 * (high - low) or max(abs(high) * 0.01, least)
    return low - room, high + room


def round_ticks(low: float, high: float) -> list[float]:
    """Round numbers in steps of 1, 2 or 5 times a power of ten."""
    least = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= least * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 10) for k in range(first, last + 1)]


def note(text: str, x: float, y: float) -> dict[str, Any]:
    """Words at a place of the drawing."""
    return {"text": text, "x": x, "y": y, "showarrow": False}
