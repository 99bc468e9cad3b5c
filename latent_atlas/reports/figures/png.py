"""A whole result as one PNG: title, legend, panels in columns, and where it comes from.

Drawn with matplotlib's `Figure` and its Agg canvas alone: `pyplot` and its global state stay out of
it. Matplotlib takes a second to import, so it is imported when a figure is drawn. Lengths are in
CSS pixels (1/96 inch) from the top left corner; the file has two of its pixels for each.
"""

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from latent_atlas.reports.colours import INK_LIGHT, PAGE_LIGHT, QUIET_LIGHT, method_colours
from latent_atlas.reports.figures.axes import (
    Window,
    bars_scale,
    edge_word,
    fitted,
    legible_axes,
    window,
)
from latent_atlas.reports.figures.canvas import DASHES, SHARPNESS, Canvas, points, text_width
from latent_atlas.reports.figures.centre import POWERS_FROM, centre
from latent_atlas.reports.figures.images import tiled
from latent_atlas.reports.numbers import samples_text, tick_text
from latent_atlas.reports.origin import origin_line
from latent_atlas.reproduce.figure import (
    Bar,
    BarsPanel,
    CurvesPanel,
    FigureData,
    ImagesPanel,
    Panel,
    TablePanel,
)
from latent_atlas.reproduce.numbers import number_text, power_of_ten
from vae_core.sentences import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARGIN = 24
_GAP = 24
# How wide a panel is, and a sheet of images about, by the number of columns.
_CELL = {1: 720, 2: 480, 3: 360}
_SHEET = {1: 640, 2: 560}
_NARROW_CELL, _NARROW_SHEET = 280, 300
_GRID, _SHADE = "#E4E5E2", "#F3F3EF"
_ROW, _LABEL = 24, 168  # of a table: a line, and the names of its rows
_BELOW = {"curves": 44, "bars": 24}  # room for the numbers and the name of the lower axis


def figure_png(figure: FigureData, path: Path) -> None:
    """Draw all panels of `figure`, in its number of columns, into the PNG file `path`.

    Raises:
        AtlasError: images that cannot be unpacked, or a file that cannot be written.
    """
    columns = max(1, min(figure.columns, len(figure.panels)))
    cell = _cell_width(figure, columns)
    tables = [p for p in figure.panels if isinstance(p, TablePanel) and p.columns]
    widest = max((round(_column_ends(table, 0)[-1]) for table in tables), default=0)
    width = 2 * _MARGIN + max(columns * cell + (columns - 1) * _GAP, widest, 592)
    canvas = Canvas(width)
    y = _head(canvas, figure)
    for row in _rows(figure.panels, columns):
        titles = [canvas.wrapped(panel.title, cell, 14, bold=True) for panel in row]
        for column, (panel, title) in enumerate(zip(row, titles, strict=True)):
            left = _MARGIN + column * (cell + _GAP)
            below = y + 20 * max(len(lines) for lines in titles) + 4
            for number, line in enumerate(title):
                canvas.text(left, y + 20 * number, line, 14, INK_LIGHT, bold=True)
            _panel(canvas, panel, left, below, cell, columns)
        y += 20 * max(len(lines) for lines in titles) + 4
        y += max(_height(panel, cell, columns) for panel in row) + _GAP
    for line in canvas.wrapped(origin_line(figure.provenance), width - 2 * _MARGIN, 12):
        canvas.text(_MARGIN, y, line, 12, QUIET_LIGHT)
        y += 18
    canvas.save(path, y + _MARGIN - 6, PAGE_LIGHT)


def _rows(panels: Sequence[Panel], columns: int) -> list[list[Panel]]:
    """So many panels beside each other; a table stands by itself."""
    rows: list[list[Panel]] = []
    for panel in panels:
        before = rows[-1] if rows else []
        alone = isinstance(panel, TablePanel) or any(isinstance(p, TablePanel) for p in before)
        if not before or alone or len(before) == columns:
            rows.append([panel])
        else:
            before.append(panel)
    return rows


def _head(canvas: Canvas, figure: FigureData) -> float:
    """Title and legend; returns where they end."""
    room = canvas.width - 2 * _MARGIN
    y: float = _MARGIN
    for line in canvas.wrapped(figure.title, room, 20, bold=True):
        canvas.text(_MARGIN, y, line, 20, INK_LIGHT, bold=True)
        y += 28
    y += 8
    panels = [panel for panel in figure.panels if isinstance(panel, CurvesPanel)]
    keys = {(c.label, c.method, c.split): len(c.y) for panel in panels for c in panel.curves}
    colours = method_colours(method for _, method, _ in keys)
    x: float = _MARGIN
    for label, method, split in keys:
        length = 44 + text_width(label, 14)
        if x > _MARGIN and x + length > canvas.width - _MARGIN:
            x, y = _MARGIN, y + 24
        canvas.line(x, y + 9, 36, colours[method], DASHES[split])
        canvas.text(x + 44, y, label, 14, INK_LIGHT)
        x += length + 28
    if keys:
        y += 24
    if max(keys.values(), default=0) > 1:
        words = f"Thin: each of {counted(max(keys.values()), 'seed')}. Strong: their mean."
        canvas.text(_MARGIN, y, words, 12, QUIET_LIGHT)
        y += 20
    return y + 12


def _cell_width(figure: FigureData, columns: int) -> int:
    """How wide a panel is: sheets of images take what whole multiples of their pixels ask for."""
    sheets = [panel for panel in figure.panels if isinstance(panel, ImagesPanel)]
    widths = [-(-(p.columns * (p.width * _scale(p, columns) + 1) + 1) // SHARPNESS) for p in sheets]
    if len(sheets) == len(figure.panels) > 0:
        return max(widths)
    return max(_CELL.get(columns, _NARROW_CELL), *widths, 0)


def _scale(panel: ImagesPanel, columns: int) -> int:
    """The whole multiple that comes nearest to the width meant for a sheet, by its longer side."""
    longest = max(panel.rows * (panel.height + 1), panel.columns * (panel.width + 1))
    return max(1, round(_SHEET.get(columns, _NARROW_SHEET) * SHARPNESS / longest))


def _panel(
    canvas: Canvas,
    panel: Panel,
    left: float,
    top: float,
    width: int,
    columns: int,
) -> None:
    if isinstance(panel, ImagesPanel):
        canvas.picture(left, top + 4, tiled(panel, _scale(panel, columns)))
        return
    if isinstance(panel, TablePanel):
        _table(canvas, panel, left, top)
        return
    canvas.text(left, top, panel.y_label, 12, QUIET_LIGHT)
    height = _height(panel, width, columns) - 24 - _BELOW[panel.kind]
    if isinstance(panel, CurvesPanel):
        canvas.plot(left + 48, top + 24, width - 52, height, lambda axes: _draw_curves(axes, panel))
    else:
        canvas.plot(left + 168, top + 24, width - 180, height, lambda axes: _draw_bars(axes, panel))


def _table(canvas: Canvas, panel: TablePanel, left: float, top: float) -> None:
    """Names to the left, and each column up to its right end."""
    ends = _column_ends(panel, left)
    for end, heading in zip(ends, panel.columns, strict=True):
        canvas.text(end, top, heading, 12, QUIET_LIGHT, right=True)
    for number, row in enumerate(panel.rows, start=1):
        y = top + _ROW * number
        canvas.text(left, y, row.label, 12, INK_LIGHT)
        for end, cell in zip(ends, row.cells, strict=True):
            canvas.text(end, y, cell, 12, INK_LIGHT, right=True)


def _column_ends(panel: TablePanel, left: float) -> list[float]:
    """Where each column ends, as wide as its longest text."""
    ends, x = [], left + max([_LABEL, *(text_width(row.label, 12) for row in panel.rows)])
    for number, heading in enumerate(panel.columns):
        texts = [heading, *(row.cells[number] for row in panel.rows)]
        x += 16 + max(text_width(text, 12) for text in texts)
        ends.append(x)
    return ends


def _height(panel: Panel, width: int, columns: int) -> float:
    """Height of a panel below its title."""
    if isinstance(panel, ImagesPanel):
        return 8 + (panel.rows * (panel.height * _scale(panel, columns) + 1) + 1) / SHARPNESS
    if isinstance(panel, TablePanel):
        return 8 + _ROW * (len(panel.rows) + 1)
    if isinstance(panel, BarsPanel):
        return 24 + 64 * len(panel.bars) + _BELOW["bars"]
    return 24 + (300 if width > _CELL[3] else 220) + _BELOW["curves"]


def _draw_curves(axes: "Axes", panel: CurvesPanel) -> None:
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


def _draw_bars(axes: "Axes", panel: BarsPanel) -> None:
    """A row for each bar: a dot a seed, a tick at their mean, and the mean in numbers."""
    scale = bars_scale(panel)
    colours = method_colours(bar.method for bar in panel.bars)
    _plain(axes)
    axes.set_xscale(scale)
    axes.set_xlim(*fitted(panel.values, scale, padding=0.08))
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
            mean = centre(panel, bar)
            axes.plot([mean], [row], marker="|", markersize=16, markeredgewidth=2, color=colour)
    for row, each in enumerate(panel.references):
        axes.axvline(each.value, color="#888888", linewidth=0.75, linestyle=(0, (4, 2)), zorder=1)
        axes.annotate(
            each.label,
            (each.value, 1 - 0.07 * row),
            xycoords=("data", "axes fraction"),
            xytext=(-3, -8),
            textcoords="offset points",
            ha="right",
            fontsize=points(11),
            color=QUIET_LIGHT,
        )
    axes.set_yticks(range(len(panel.bars)), [_row_name(panel, bar) for bar in panel.bars])
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
    powers = log and axes.get_xlim()[1] >= POWERS_FROM  # as `number_text` writes such numbers

    def text(value: float, _: object) -> str:
        return power_of_ten(round(np.log10(value))) if powers else tick_text(value)

    axes.xaxis.set_major_formatter(FuncFormatter(text))


def _row_name(panel: BarsPanel, bar: Bar) -> str:
    number = [number_text(centre(panel, bar))] if bar.values else []
    return "\n".join([*wrap(bar.label, 22, break_on_hyphens=False), *number])
