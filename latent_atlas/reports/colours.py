"""The colours of the methods: one for each, the same in every figure, report and page.

From Paul Tol's qualitative sets, without a blue, which in the app marks what can be acted on. Each
has a contrast of at least 3 : 1 on the light page and on the dark one, so a figure needs no second
set for the dark; every method is also named beside its colour.
"""

from collections.abc import Iterable

PAGE_LIGHT, PAGE_DARK = "#FBFBF8", "#14161A"
INK_LIGHT, INK_DARK = "#1B1F24", "#E8EAED"
QUIET_LIGHT, QUIET_DARK = "#5A5F66", "#A9AEB6"  # 4.5 : 1 or more, for secondary text

METHOD_COLOURS = {
    "aevb": "#CC3311",
    "wake-sleep": "#009988",
    "mcem": "#997700",
    "iwae": "#EE3377",
    "score-function": "#AA4499",
    "svi": "#117733",
    "full-vb": "#777777",
}

# Models that are compared, and runs, by their places: A is the first, in every chart and report.
# Each has a contrast of at least 3 : 1 on both pages; none is blue, for the same reason.
LINE_COLOURS = ("#D2611C", "#1F8F8A", "#8E63CE", "#9A7B1B", "#C2478F", "#2E8B57")


def line_colour(place: int) -> str:
    """The colour of the model in this place, from 0; they begin anew when they are used up."""
    return LINE_COLOURS[place % len(LINE_COLOURS)]


def method_colours(methods: Iterable[str]) -> dict[str, str]:
    """A colour for each of `methods`, whose names are known in capitals as well.

    Methods of another name take the colours that are left over, in the order of their coming; when
    none is left they share the grey one.
    """
    names = list(dict.fromkeys(methods))
    taken = {name: METHOD_COLOURS[name.lower()] for name in names if name.lower() in METHOD_COLOURS}
    left = iter([colour for colour in METHOD_COLOURS.values() if colour not in taken.values()])
    return {name: taken.get(name) or next(left, METHOD_COLOURS["full-vb"]) for name in names}
