"""An overlay as a PNG, for a page of paper or of a thesis: light, with everything that it says."""

import io
from typing import TYPE_CHECKING

from latent_atlas.reports.colours import INK_LIGHT, PAGE_LIGHT, QUIET_LIGHT
from latent_atlas.reports.figures.canvas import Canvas, Dash, points
from latent_atlas.reports.numbers import tick_text
from latent_atlas.reports.overlay import Chart, Overlay
from vae_core.sentences import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARGIN, _GAP = 24, 24
_LARGE, _SMALL = (720, 360), (320, 180)  # a plot's width and height
_LEFT, _BELOW = 48, 48  # room for the numbers of the axes, and the name of the lower one
_KEY = 22  # a line of the legend
_MOST_KEYS = 24
_GRID = "#E4E5E2"
_DASHES: dict[str, Dash] = {"dashed": (0, (4, 2)), "dotted": (0, (1, 2))}


def overlay_png(overlay: Overlay) -> bytes:
    """Draw all charts, in the columns of the overlay, each with its title and its legend."""
    width, height = _LARGE if overlay.columns == 1 else _SMALL
    columns = max(1, min(overlay.columns, len(overlay.charts)))
    canvas = Canvas(max(640, 2 * _MARGIN + columns * (_LEFT + width) + (columns - 1) * _GAP))
    top = _heading(canvas, overlay)
    for start in range(0, len(overlay.charts), columns):
        row = overlay.charts[start : start + columns]
        bottoms = [
            _chart(canvas, overlay, chart, _MARGIN + k * (_LEFT + width + _GAP), top, width, height)
            for k, chart in enumerate(row)
        ]
        top = max(bottoms) + _GAP
    content = io.BytesIO()
    canvas.save(content, top, PAGE_LIGHT)
    return content.getvalue()


def _heading(canvas: Canvas, overlay: Overlay) -> float:
    top = float(_MARGIN)
    canvas.text(_MARGIN, top, overlay.title, 20, INK_LIGHT, bold=True)
    top += 32
    said = [f"Against {overlay.along}"]
    if any(line.error is not None for chart in overlay.charts for line in chart.lines):
        said.append("bands are the standard error of means over runs")
    if overlay.words:
        said.append(f"each run is smoothed: {overlay.words}")
    for text in canvas.wrapped("; ".join(said), canvas.width - 2 * _MARGIN, 14):
        canvas.text(_MARGIN, top, text, 14, QUIET_LIGHT)
        top += 20
    return top + 12


def _chart(
    canvas: Canvas,
    overlay: Overlay,
    chart: Chart,
    left: float,
    top: float,
    width: float,
    height: float,
) -> float:
    """Draw one; returns where it ends."""
    alone = chart.lines[0].told if chart.title else ""
    title = ": ".join(filter(None, (chart.of, alone)))
    if title:
        for text in canvas.wrapped(title, _LEFT + width, 14, bold=True):
            canvas.text(left, top, text, 14, INK_LIGHT, bold=True)
            top += 20
        top += 12
    canvas.plot(left + _LEFT, top, width, height, lambda axes: _plot(axes, overlay, chart))
    top += height + _BELOW
    if overlay.columns > 1:
        return top
    for line in chart.lines[:_MOST_KEYS]:
        dash = _DASHES.get(line.dash, "solid")
        canvas.line(left + _LEFT, top + 8, 24, line.colour, dash)
        canvas.text(left + _LEFT + 32, top, line.told, 14, INK_LIGHT)
        top += _KEY
    if len(chart.lines) > _MOST_KEYS:
        more = counted(len(chart.lines) - _MOST_KEYS, "more line")
        canvas.text(left + _LEFT + 32, top, f"and {more}", 14, QUIET_LIGHT)
        top += _KEY
    return top


def _plot(axes: "Axes", overlay: Overlay, chart: Chart) -> None:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    for line in chart.lines:
        for course in line.behind:
            axes.plot(
                course.x, course.y, color=line.colour, alpha=line.faintness, linewidth=points(1)
            )
        if line.error is not None:
            band = (line.y - line.error, line.y + line.error)
            axes.fill_between(line.x, *band, color=line.colour, alpha=0.16, linewidth=0)
        axes.plot(line.x, line.y, color=line.colour, linestyle=line.dash, linewidth=points(2.5))
    if overlay.log_axis:
        axes.set_xscale("log")
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(*chart.x_range)
    if chart.y_range is not None:
        axes.set_ylim(chart.y_range[0], chart.y_range[1])
    number = FuncFormatter(lambda value, _: tick_text(value))
    axes.xaxis.set_major_formatter(number)
    axes.yaxis.set_major_formatter(number)
    axes.grid(axis="y", color=_GRID, linewidth=points(1))
    axes.set_axisbelow(True)
    axes.tick_params(
        which="both", length=0, pad=points(8), labelsize=points(12), labelcolor=QUIET_LIGHT
    )
    axes.set_xlabel(overlay.along, fontsize=points(12), color=QUIET_LIGHT)
    axes.set_facecolor(PAGE_LIGHT)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_GRID)
