"""The margins of plots, in pixels.

ECharts could find them by itself, but nobody else would know them then: they are fixed here, so
that the page can draw over a chart (`latent_atlas/ui/train/cursor.py`).
"""

import math
from collections.abc import Sequence
from typing import Any

from vae_core.numerals import decimal

CORNER = 20  # above a plot, where words stand
LEGEND = 136  # of a run by itself: test, train
_LETTER = 8  # that a digit takes in the widest of the fonts that the page may be set in
_BESIDE = 12  # a label

Ends = tuple[float, float, float]  # bottom, top and tick of an axis


def margins(
    labels: Ends | Sequence[str] | None, *, top: int, right: int, bottom: int
) -> dict[str, Any]:
    """The `grid` of a chart whose value axis has these labels, or numbers between these ends."""
    if isinstance(labels, tuple):
        low, high, tick = labels
        places = max(0, -math.floor(math.log10(tick) + 1e-9))
        labels = [decimal(each, places) for each in (low, high)]
    letters = max(map(len, labels or ["0.00"]))
    left = _BESIDE + _LETTER * letters
    sides = {"left": left, "right": right, "top": top, "bottom": bottom}
    return {**sides, "outerBoundsMode": "none"}


def room(text: str) -> int:
    """What is needed beside a heat map for the words at the ends of its scale, and a gap."""
    return max(96, 7 * len(text) + 16)
