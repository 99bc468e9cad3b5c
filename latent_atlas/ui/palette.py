"""The colours of classes: one list for the plane, the legends and the charts.

Paul Tol's qualitative colours in his order: all seven of "bright", then those of "vibrant" and
"light" that "bright" has nothing like. Each has a contrast of at least 3 : 1 to the plane's
surface, and a glyph carries the class too, so that colour is never the only cue.
"""

PLANE_SURFACE = "#0E1116"  # the darkest surface, in the light and in the dark theme

CLASS_COLOURS: tuple[str, ...] = (
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

UNCLASSED = "#AEB6C0"  # points without a class, or of more classes than there are colours


def class_colours(classes: int) -> tuple[str, ...]:
    """One colour per class; one ink for all where there are more classes than colours."""
    if classes > len(CLASS_COLOURS):
        return (UNCLASSED,) * classes
    return CLASS_COLOURS[:classes]
