"""Curves and bars on matplotlib axes: what `png` places on its page."""

from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from latent_atlas.reports.colours import INK_LIGHT, QUIET_LIGHT, method_colours
from latent_atlas.reports.figures.axes import Window, fitted, legible_axes, window
from latent_atlas.reports.figures.canvas import DASHES, points
from latent_atlas.reports.figures.plotly_curves import edge_word
from latent_atlas.reports.figures.plotly_figure import bars_scale
from latent_atlas.reports.numbers import number_text, samples_text, tick_text
from latent_atlas.reproduce.figure import BarsPanel, CurvesPanel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GRID = "#E4E5E2"
_SHADE = "#F3F3EF"


def draw_curves(axes: "Axes", panel: CurvesPanel) -> None:
    """Thin lines for the seeds, a strong one for their mean, on axes on which they can be read."""
    shown = window(panel, legible_axes(panel))
    colours = method_colours(curve.method for curve in panel.curves)
    _plain(axes)
    axes.set_xscale(panel.x_scale)
    axes.set_xlim(*shown.x)
    axes.set_ylim(*shown.y)
    for curve in panel.curves:
        colour, dash = colours[curve.method], DASHES[curve.split]
        if len(curve.y) > 1:
            for values in curve.y:
                axes.plot(curve.x, values, color=colour, linestyle=dash, linewidth=0.6, alpha=0.5)
        axes.plot(
            curve.x,
            np.mean(curve.y, axis=0) if curve.y else np.full(len(curve.x), np.nan),
            color=colour,
            linestyle=dash,
            linewidth=1.5,
            marker="o",
            markersize=2.4,
        )
    _marks(axes, panel, shown)
    _number_ticks(axes, log=panel.x_scale == "log")
    axes.set_xlabel(
        panel.x_label, fontsize=points(12), color=QUIET_LIGHT, parse_math=False, labelpad=3
    )


def draw_bars(axes: "Axes", panel: BarsPanel) -> None:
    """A row for each bar: a dot a seed, a tick at their mean, and the mean in numbers."""
    scale = bars_scale(panel)
    colours = method_colours(bar.method for bar in panel.bars)
    _plain(axes)
    axes.set_xscale(scale)
    axes.set_xlim(*fitted([v for bar in panel.bars for v in bar.values], scale, padding=0.08))
    axes.set_ylim(len(panel.bars) - 0.5, -0.5)
    for row, bar in enumerate(panel.bars):
        colour = colours[bar.method]
        axes.plot(
            bar.values,
            [row] * len(bar.values),
            linestyle="none",
            marker="o",
            markersize=5,
            color=colour,
            alpha=0.75,
            markeredgewidth=0,
        )
        if len(bar.values) > 1:
            mean = float(np.mean(bar.values))
            axes.plot([mean], [row], marker="|", markersize=16, markeredgewidth=2, color=colour)
    axes.set_yticks(
        range(len(panel.bars)), [_row_name(bar.label, bar.values) for bar in panel.bars]
    )
    for label in axes.get_yticklabels():
        label.set(color=INK_LIGHT, parse_math=False, linespacing=1.15)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=_GRID, linewidth=0.75)
    _number_ticks(axes, log=scale == "log")


def _marks(axes: "Axes", panel: CurvesPanel, shown: Window) -> None:
    """Where our data end and, on a widened axis, where the paper's begins."""
    quiet: dict[str, Any] = {"fontsize": points(11), "color": QUIET_LIGHT}
    if shown.ours_end is not None:
        axes.axvspan(shown.ours_end, shown.x[1], color=_SHADE, linewidth=0, zorder=0)
        axes.annotate(
            f"ours end at {samples_text(round(shown.ours_end))}",
            (shown.ours_end, shown.y[0]),
            xytext=(3, 4),
            textcoords="offset points",
            **quiet,
        )
    if shown.paper_end is not None:
        axes.annotate(
            f"the paper\u2019s axis goes on to {tick_text(shown.paper_end)}",
            (shown.x[1], shown.y[0]),
            xytext=(-3, 4),
            textcoords="offset points",
            ha="right",
            **quiet,
        )
    for edge in shown.paper_y:
        axes.axhline(edge, color="#888888", linewidth=0.75, linestyle=(0, (1, 2)), zorder=1)
        axes.annotate(
            f"the paper\u2019s axis {edge_word(panel, edge)}",
            (shown.x[1], edge),
            xytext=(-3, 3),
            textcoords="offset points",
            ha="right",
            **quiet,
        )


def _plain(axes: "Axes") -> None:
    """No frame but a base line, quiet ticks, a faint grid behind the data."""
    axes.set_facecolor("none")
    axes.set_axisbelow(True)
    axes.grid(visible=True, color=_GRID, linewidth=0.75)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#B9BBB9")
    axes.tick_params(
        labelsize=points(12), labelcolor=QUIET_LIGHT, color="#B9BBB9", length=3, width=0.75
    )
    axes.tick_params(axis="y", length=0)
    axes.tick_params(which="minor", length=0)


def _number_ticks(axes: "Axes", *, log: bool) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    if log:
        low, high = axes.get_xlim()
        decades = np.log10(high / low)
        # Less than two decades would have a single number or none: then 2 and 5 are named as well.
        axes.xaxis.set_major_locator(
            LogLocator(subs=(1.0,) if decades >= 2 else (1.0, 2.0, 5.0), numticks=7)
        )
        axes.xaxis.set_minor_formatter(NullFormatter())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick_text(value)))


def _row_name(label: str, values: tuple[float, ...]) -> str:
    number = [number_text(float(np.mean(values)))] if values else []
    return "\n".join([*wrap(label, 22, break_on_hyphens=False), *number])
