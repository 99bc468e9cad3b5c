"""Axes of a chart in a page: inks that the page exchanges for its own, light or dark (`svg`)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from latent_atlas.reports.colours import QUIET_LIGHT
from latent_atlas.reports.figures.canvas import points
from latent_atlas.reports.numbers import tick_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GRID = "#C9CBC9"
INK = QUIET_LIGHT
Draw = Callable[["Axes"], None]


def labelled(axes: "Axes", x: str, y: str) -> None:
    """Names of the axes and quiet ticks; no frame but two thin lines."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    number = FuncFormatter(lambda value, _: tick_text(round(value, 6)))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5))
        axis.set_major_formatter(number)
    axes.set_facecolor("none")
    axes.tick_params(length=0, pad=points(6), labelsize=points(12), labelcolor=INK)
    axes.set_xlabel(x, fontsize=points(12), color=INK, parse_math=False)
    axes.set_ylabel(y, fontsize=points(12), color=INK, parse_math=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        axes.spines[side].set_color(GRID)


def logarithmic(axes: "Axes") -> None:
    """Let the level axis go with the logarithm, with ticks at powers of ten alone."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator())
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick_text(value)))
