"""The part of the lower axis that is seen: kept by the address, for each axis by itself.

The chart itself would forget it: whatever changes on the page draws it anew.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.compare.overlays import Window
from latent_atlas.ui.train.along import PLACES, Along
from vae_core.numerals import decimal

ZOOM = "zoom"
_STOPS = 101
_TURN = "zoom-turn"


def zoomed_to(along: Along) -> Window | None:
    """What the address names of this axis, such as `zoom=images:1000~5000`, if that can be seen."""
    for text in address.named(ZOOM):
        name, _, ends = text.partition(":")
        if name == along:
            return _window(ends)
    return None


def zoom(domain: Window, window: Window | None, along: Along, *, log_axis: bool) -> None:
    """Draw the slider below the charts that chooses what is seen of the axis, and the way back."""
    places = PLACES[along]
    stops = _stops(domain, log_axis=log_axis)
    low, high = window or domain
    ends = _nearest(stops, low), _nearest(stops, high)
    key = _key(f"{along}-{'log' if log_axis else 'linear'}", ends)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.select_slider(
            f"Zoom, in {along}",
            stops,
            value=ends,
            key=key,
            format_func=lambda at: decimal(at, places),
            on_change=_choose,
            args=(key, along, ends, (stops[0], stops[-1])),
            width="stretch",
        )
        st.button(
            "Whole axis",
            icon=":material/zoom_out_map:",
            key="whole-axis",
            disabled=window is None,
            on_click=forget,
            args=(along,),
        )


def forget(along: Along) -> None:
    """Callback: see all of an axis again."""
    address.choose(ZOOM, *_others(along))


def _choose(key: str, along: Along, before: Window, whole: Window) -> None:
    """Callback of the slider; one that comes back to the page calls it too, where it stood."""
    low, high = st.session_state[key]
    if (low, high) == before:
        return
    zoom_to(along, None if (low, high) == whole or low >= high else (low, high))


def zoom_to(along: Along, window: Window | None) -> None:
    """Take note of what is to be seen of an axis."""
    own = [] if window is None else [f"{along}:{window[0]:.9g}~{window[1]:.9g}"]
    address.choose(ZOOM, *_others(along), *own)


def _others(along: Along) -> list[str]:
    return [text for text in address.named(ZOOM) if text.partition(":")[0] != along]


def _stops(domain: Window, *, log_axis: bool) -> list[float]:
    spaced = np.geomspace if log_axis and domain[0] > 0 else np.linspace
    stops: list[float] = spaced(domain[0], domain[1], _STOPS).tolist()
    return [domain[0], *stops[1:-1], domain[1]]


def _key(axis: str, ends: Window) -> str:
    """The slider's; another one where it is to stand elsewhere than where it was left."""
    turn: int = st.session_state.get(_TURN, 0)
    key = f"zoom-{axis}-{turn}"
    if st.session_state.get(key, ends) == ends:
        return key
    st.session_state[_TURN] = turn + 1
    return f"zoom-{axis}-{turn + 1}"


def _nearest(stops: Sequence[float], at: float) -> float:
    k = bisect_left(stops, at)
    return min(stops[max(0, k - 1) : k + 1] or stops[-1:], key=lambda stop: abs(stop - at))


def _window(text: str) -> Window | None:
    low, _, high = text.partition("~")
    try:
        ends = float(low), float(high)
    except ValueError:
        return None
    sound = all(map(math.isfinite, ends)) and 0 <= ends[0] < ends[1]
    return ends if sound else None
