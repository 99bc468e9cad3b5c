"""What the numbers of an image mean: which of them is black, and which is white.

An array does not say it. What it holds tells: its lowest and highest number, and whether all are
whole. Where that leaves a doubt, the scale that fits most closely is taken and said, and people can
name another; where nothing fits, they are asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from vae_core.data.own.limits import Budget
from vae_core.errors import AtlasError
from vae_core.sentences import counted

Scale = Literal["0-1", "-1-1", "0-16", "8-bit", "10-bit", "12-bit", "16-bit"]

# What is black and what is white.
ENDS: Mapping[Scale, tuple[int, int]] = {
    "0-1": (0, 1),
    "-1-1": (-1, 1),
    "0-16": (0, 16),
    "8-bit": (0, 255),
    "10-bit": (0, 1023),
    "12-bit": (0, 4095),
    "16-bit": (0, 65_535),
}
# Smooth resizing overshoots, by this share of the range at most.
OVERSHOOT = 0.1
AT_ONCE = 1 << 22  # numbers that are looked at together


@dataclass(frozen=True)
class Values:
    """The numbers that an array holds: their ends, and whether all are whole. `wide`: two bytes."""

    low: float
    high: float
    whole: bool
    wide: bool = False


@dataclass(frozen=True)
class Reading:
    """How numbers are read: on which scale, whether that is certain, and what to say of it."""

    scale: Scale
    note: str


def values_of(array: np.ndarray, budget: Budget) -> Values:
    """The values of an array of numbers of any shape.

    Raises AtlasError: no real numbers, or some of them are NaN or infinite.
    """
    kind = array.dtype.kind
    if kind not in "buif":
        raise AtlasError(
            f"{budget.source} holds values of the type {array.dtype}: save uint8, or floats from "
            "0 to 1."
        )
    low, high, whole, bad = np.inf, -np.inf, True, 0
    for piece in pieces(array):
        if kind == "f":
            finite = np.isfinite(piece)
            bad += int(piece.size - np.count_nonzero(finite))
            whole = whole and bool((piece == np.rint(piece)).all())
        low, high = min(low, float(piece.min())), max(high, float(piece.max()))
        budget.check()
    if bad:
        raise AtlasError(
            f"{budget.source} holds NaN or infinity in {counted(bad, 'place')}: put numbers there."
        )
    return Values(low, high, whole, wide=array.dtype.itemsize > 1)


def together(found: Sequence[Values]) -> Values:
    """The values of several arrays or pictures, which are on one scale."""
    if not found:
        return Values(0.0, 0.0, whole=True)
    return Values(
        min(each.low for each in found),
        max(each.high for each in found),
        all(each.whole for each in found),
        any(each.wide for each in found),
    )


def reading(values: Values, budget: Budget, scale: Scale | None = None) -> Reading:
    """How to read such values; `scale` is what somebody has said that they are.

    Raises AtlasError where no scale fits, or where the one that was said does not.
    """
    if scale is not None:
        if not _holds(scale, values):
            low, high = ENDS[scale]
            raise AtlasError(
                f"{budget.source} holds values {span(values)}, which are not {low:,} to {high:,}: "
                "choose another scale."
            )
        return Reading(scale, _note(values, scale))
    found = _fitting(values)
    if found is None:
        raise AtlasError(
            f"{budget.source} holds values {span(values)}, and which of them is black and which "
            "white does not follow: save uint8 (0 to 255), or floats from 0 to 1. Standardised "
            "images come back by × deviation + mean."
        )
    return Reading(found, _note(values, found))


def to_levels(values: np.ndarray, scale: Scale) -> np.ndarray:
    """uint8 of the same shape: 0 at the black of `scale`, 255 at its white; cut off there."""
    low, high = ENDS[scale]
    if scale == "8-bit" and values.dtype == np.uint8:
        return values
    levels = np.empty(values.shape, np.uint8)
    # In parts: float64 of all of it would be eight times as much.
    for part, piece in zip(pieces(levels), pieces(values), strict=True):
        shares = (piece.astype(np.float64) - low) * (255 / (high - low))
        np.rint(shares.clip(0, 255), out=part, casting="unsafe")
    return levels


def beyond(values: np.ndarray, scale: Scale) -> bool:
    """Whether values lie outside of a scale, by more than resizing overshoots."""
    low, high = ENDS[scale]
    slack = OVERSHOOT * (high - low)
    return bool(values.size and (values.min() < low - slack or values.max() > high + slack))


def pieces(array: np.ndarray) -> Iterator[np.ndarray]:
    """An array in parts along its first axis that fit into a cache of some megabytes."""
    rows = max(1, AT_ONCE // max(1, array[:1].size))
    for start in range(0, len(array), rows):
        yield array[start : start + rows]


def span(values: Values) -> str:
    """Such as: from −2.1 to 3."""
    return f"from {values.low:,.6g} to {values.high:,.6g}".replace("-", "−")


def _fitting(values: Values) -> Scale | None:
    """The closest scale that holds the values: read as a wider one they would be nearly black."""
    low, high, whole = values.low, values.high, values.whole
    if whole and 1 < high <= 16 and low >= 0:
        return "0-16"
    for scale in ENDS:
        top = ENDS[scale][1]
        # Between 1 and 16, between 16 and 255 lies what is no scale of anybody's, unless whole.
        likely = whole or scale in ("0-1", "-1-1") or high > top / 3
        if likely and _holds(scale, values):
            return scale
    return None


def _holds(scale: Scale, values: Values) -> bool:
    """Whether the values lie between the ends; those that are not whole may overshoot a little."""
    low, high = ENDS[scale]
    slack = 0.0 if values.whole else OVERSHOOT * (high - low)
    return low - slack <= values.low and values.high <= high + slack


def _note(values: Values, scale: Scale) -> str:
    low, high = ENDS[scale]
    if values.low < low or values.high > high:
        return (
            f"Values {span(values)} were read as {low:,} to {high:,}, and cut off there: "
            "resizing overshoots."
        ).replace("-", "−")
    if scale == "0-1":
        return "Values 0 and 1 are black and white." if values.whole else ""
    if scale == "8-bit":
        return "Values were taken as 0 to 255." if values.wide else ""
    bits = f" ({scale.replace('-', ' ')})" if scale.endswith("bit") else ""
    return (
        f"Values {span(values)}{bits} were read so that {low} is black and {high:,} white."
    ).replace("-", "−")
