"""Dragging across a chart chooses what is seen of its axis."""

import math
from collections.abc import Sequence
from typing import Any

import streamlit as st

from latent_atlas.ui.compare.overlays import Window
from latent_atlas.ui.compare.zoom import zoom_to
from latent_atlas.ui.components import component
from latent_atlas.ui.shared_moments import Option
from latent_atlas.ui.train.along import Along

_KEY = "compare-drag"
_drag = component(
    "latent_atlas_drag",
    "compare/drag/drag",
    "createDrag",
    html="<span></span>\n",
    css=".band { position: fixed; z-index: 1; pointer-events: none; border-radius: 2px;"
    " background: color-mix(in srgb, var(--st-primary-color) 18%, transparent); }\n",
)


def drag(charts: Sequence[tuple[str, Option]], along: Along, *, log_axis: bool) -> None:
    """Listen to drags across the charts with these keys and options; it takes no room."""
    told = [
        {
            "key": key,
            **{side: option["grid"][side] for side in ("left", "right", "top", "bottom")},
            "low": option["xAxis"]["min"],
            "high": option["xAxis"]["max"],
        }
        for key, option in charts
    ]
    data = {"charts": told, "along": along, "log": log_axis}
    _drag(data, key=_KEY, on_chosen_change=lambda: _take(along))


def _take(along: Along) -> None:
    """Callback: somebody has dragged across a chart, or clicked on it twice."""
    sent: Any = st.session_state[_KEY].get("chosen")
    if not isinstance(sent, dict) or sent.get("along") != along:
        return
    window = sent.get("window")
    if window is None:
        zoom_to(along, None)
    elif found := window_of(window):
        zoom_to(along, found)


def window_of(sent: object) -> Window | None:
    """What the browser says was chosen, if that is a part of an axis."""
    if not isinstance(sent, list) or len(sent) != 2:
        return None
    if not all(type(end) in (int, float) and math.isfinite(end) for end in sent):
        return None
    low, high = map(float, sent)
    return (low, high) if 0 <= low < high else None
