"""Points for the lines of a chart to share, so that its tooltip lists all of them everywhere."""

import math
from collections.abc import Sequence
from typing import Any

from vae_core.numerals import decimal

Option = dict[str, Any]
_Point = list[Any]  # where it is, its value or None, and what the tooltip says of it


def share_moments(series: Sequence[Option], *, log_axis: bool, most: int) -> None:
    """Give every line a point wherever another one has one.

    ECharts lists those lines that have a point where the tooltip stands. What is added to a line is
    on the straight way from one of its points to the next, so that it looks as before, and is told
    with an ≈. Where that came to more points than `most`, all lines have those of the first one.
    """
    moments = {point[0] for line in series for point in line["data"]}
    if len(moments) > most:
        moments = {point[0] for point in series[0]["data"]}
    for line in series:
        ends = {point[0] for point in (*line["data"][:1], *line["data"][-1:])}
        line["data"] = _filled(line["data"], sorted(moments | ends), log_axis=log_axis)


def _filled(known: Sequence[_Point], moments: Sequence[float], *, log_axis: bool) -> list[_Point]:
    filled: list[_Point] = []
    right = 0
    for at in moments:
        while right < len(known) and known[right][0] < at:
            right += 1
        if right == len(known):
            break
        if known[right][0] == at:
            filled.append(known[right])
        elif right > 0 and known[right - 1][1] is not None and known[right][1] is not None:
            filled.append(_between(known[right - 1], known[right], at, log_axis=log_axis))
    return filled


def _between(left: _Point, right: _Point, at: float, *, log_axis: bool) -> _Point:
    """A point on the way from one to the next, as a chart draws it."""
    low, high, x = left[0], right[0], at
    if log_axis and low > 0:
        low, high, x = math.log(low), math.log(high), math.log(at)
    value = left[1] + (right[1] - left[1]) * (x - low) / (high - low)
    return [at, round(value, 3), f"≈ {decimal(value, 1)}"]
