"""How numbers and sizes are written for people: the one place that does so."""

import math
from collections.abc import Sequence


def decimal(value: float, places: int) -> str:
    """``value`` with so many decimals and a true minus sign: −1,234.50, and never −0.00.

    With fewer than none it is rounded to tens (−1), hundreds (−2), and so on.
    """
    rounded = round(value, places) if places < 0 and math.isfinite(value) else value
    return f"{rounded:z,.{max(0, places)}f}".replace("-", "−")


def grouped(number: int) -> str:
    """A count, or the number of an image: 12,000."""
    return decimal(number, 0)


def duration(seconds: float, places: int = 1) -> str:
    """Such as 1.3 s, 42 s, 1 m 20 s or 2 h 05 m; ``places`` are those of less than ten seconds."""
    if round(seconds, places) < 10:
        return f"{decimal(seconds, places)} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} m"


def size(shape: Sequence[int]) -> str:
    """Height × width of images of a shape [H, W] or [C, H, W], as arrays have them: 28 × 20."""
    height, width = shape[-2:]
    return f"{height:,} × {width:,}"


def with_error(value: float, half_width: float | None) -> str:
    """A mean and its ±, with no more decimals than the ± supports: −139.3 ± 0.7.

    A ± that is not known leaves two figures and all whole numbers, and is not written; one that
    is too small for the decimals is not written as none, but as <0.0001.
    """
    if half_width is None or not math.isfinite(half_width):
        figures = math.floor(math.log10(abs(value))) if value and math.isfinite(value) else 1
        return decimal(value, min(4, max(0, 1 - figures)))
    places = places_for(half_width)
    written, least = decimal(half_width, places), decimal(10.0**-places, places)
    nothing = half_width > 0 and places > 0 and written == decimal(0.0, places)
    return f"{decimal(value, places)} ± {f'<{least}' if nothing else written}"


def places_for(half_width: float | None) -> int:
    """How many decimals a mean with this ± has that are worth writing; none if it is not known.

    As many as show one digit of the ±, or two where the first is a 1 or a 2, so that rounding
    changes the ± by a sixth of it at most; four at most. Below zero where the ± is tens or more
    (``decimal``).
    """
    if half_width is None or not math.isfinite(half_width):
        return 0
    if half_width == 0:
        return 4
    digits, exponent = f"{half_width:z.1e}".split("e")
    return min(4, int(digits[0] in "12") - int(exponent))
