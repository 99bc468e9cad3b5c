"""The colours of classes: one list for the plane, the legends and the charts.

First Paul Tol's qualitative colours in his order: all seven of "bright", then those of "vibrant"
and "light" that "bright" has nothing like. Then hues that lie apart by the golden angle, in three
lightnesses in turn, so that neighbours in the list differ. Each has a contrast of at least 3 : 1 to
the plane's surface. Nobody tells so many apart: names, glyphs and the legend carry the class too.
"""

import math
from itertools import count

PLANE_SURFACE = "#0E1116"  # the darkest surface, in the light and in the dark theme
UNCLASSED = "#AEB6C0"  # points without a class
COLOURS = 64  # more classes begin anew

_TOL: tuple[str, ...] = (
    "#4477AA",
    "#EE6677",
    "#228833",
    "#CCBB44",
    "#66CCEE",
    "#AA3377",
    "#BBBBBB",
    "#EE7733",
    "#009988",
    "#FFAABB",
)
_GOLDEN = math.pi * (3 - math.sqrt(5))
_LEAST_APART = 24  # levels of red, green and blue together
_RINGS = ((0.72, 0.13), (0.86, 0.09), (0.6, 0.14))  # lightness and chroma


def _oklch(lightness: float, chroma: float, hue: float) -> str:
    """A colour of Ottosson's OKLab (2020) as sRGB; what sRGB does not have is cut off."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    parts = (
        12.92 * each if each <= 0.0031308 else 1.055 * each ** (1 / 2.4) - 0.055
        for each in (min(1.0, max(0.0, value)) for value in linear)
    )
    return "#" + "".join(f"{round(255 * each):02X}" for each in parts)


def _apart(one: str, other: str) -> int:
    return sum(abs(int(one[i : i + 2], 16) - int(other[i : i + 2], 16)) for i in (1, 3, 5))


def _palette() -> tuple[str, ...]:
    """Those of the paper, then those of the rings that are like none before."""
    found = list(_TOL)
    candidates = (_oklch(*_RINGS[k % len(_RINGS)], k * _GOLDEN) for k in count())
    while len(found) < COLOURS:
        colour = next(candidates)
        if all(_apart(colour, each) > _LEAST_APART for each in found):
            found.append(colour)
    return tuple(found)


CLASS_COLOURS = _palette()
