"""What Plotly panels of every kind have in common."""

from collections.abc import Sequence
from html import escape
from typing import Any

PlotlyFigure = dict[str, Any]

CLEAR = "rgba(0,0,0,0)"
SHADE = "rgba(128,128,128,0.09)"
GRID = "rgba(128,128,128,0.2)"


def seed_names(count: int, seeds: Sequence[int]) -> list[str]:
    """What each of `count` values is called: by its seed, where there are as many seeds."""
    if len(seeds) == count:
        return [f"seed {seed}" for seed in seeds]
    return [f"run {number + 1}" for number in range(count)]


def value_axis(label: str) -> dict[str, Any]:
    """An axis of numbers called `label`."""
    return {
        "title": {"text": escape(label, quote=False)},
        "automargin": True,
        "zeroline": False,
        "gridcolor": GRID,
        "exponentformat": "B",
        # Clear ticks keep the lowest number of one axis off the first of the other.
        "ticks": "outside",
        "ticklen": 6,
        "tickcolor": CLEAR,
    }


def log_step(shown: tuple[float, float]) -> int | str:
    """Plotly's step between the numbers of a logarithmic axis: decades; 1, 2, 5 on a short one."""
    return 1 if shown[1] >= 100 * shown[0] else "D2"


def bare_layout(height: int) -> dict[str, Any]:
    """What every panel's layout begins with; the margins grow with what stands in them."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8, "pad": 0},
        "hovermode": "closest",
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
    }
