"""A whole result as one PNG: title, legend, panels in columns, and where it comes from.

Drawn with matplotlib's `Figure` and its Agg canvas alone: `pyplot` and its global state stay out of
it. Matplotlib takes a second to import, so it is imported when a figure is drawn. Lengths are in
CSS pixels (1/96 inch) from the top left corner; the file has two of its pixels for each.
"""

from pathlib import Path

from latent_atlas.reports.colours import INK_LIGHT, PAGE_LIGHT, QUIET_LIGHT, method_colours
from latent_atlas.reports.figures.canvas import DASHES, SHARPNESS, Canvas, text_width
from latent_atlas.reports.figures.images import tiled
from latent_atlas.reports.figures.png_panels import draw_bars, draw_curves
from latent_atlas.reports.origin import origin_line
from latent_atlas.reproduce.figure import (
    BarsPanel,
    CurvesPanel,
    FigureData,
    ImagesPanel,
    Panel,
)

_MARGIN = 24
_GAP = 24
# How wide a panel is, and a sheet of images about, by the number of columns.
_CELL = {1: 720, 2: 480, 3: 360}
_SHEET = {1: 640, 2: 560}
_NARROW_CELL, _NARROW_SHEET = 280, 300
_BELOW = {"curves": 44, "bars": 24}  # room for the numbers and the name of the lower axis


def figure_png(figure: FigureData, path: Path) -> None:
    """Draw all panels of `figure`, in its number of columns, into the PNG file `path`.

    Raises:
        AtlasError: images that cannot be unpacked, or a file that cannot be written.
    """
    columns = max(1, min(figure.columns, len(figure.panels)))
    cell = _cell_width(figure, columns)
    width = max(2 * _MARGIN + columns * cell + (columns - 1) * _GAP, 640)
    canvas = Canvas(width)
    y = _head(canvas, figure)
    for start in range(0, len(figure.panels), columns):
        row = figure.panels[start : start + columns]
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
        words = f"Thin: each of {max(keys.values())} seeds. Strong: their mean."
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
    canvas.text(left, top, panel.y_label, 12, QUIET_LIGHT)
    height = _height(panel, width, columns) - 24 - _BELOW[panel.kind]
    if isinstance(panel, CurvesPanel):
        canvas.plot(left + 48, top + 24, width - 52, height, lambda axes: draw_curves(axes, panel))
    else:
        canvas.plot(left + 168, top + 24, width - 180, height, lambda axes: draw_bars(axes, panel))


def _height(panel: Panel, width: int, columns: int) -> float:
    """Height of a panel below its title."""
    if isinstance(panel, ImagesPanel):
        return 8 + (panel.rows * (panel.height * _scale(panel, columns) + 1) + 1) / SHARPNESS
    if isinstance(panel, BarsPanel):
        return 24 + 64 * len(panel.bars) + _BELOW["bars"]
    return 24 + (300 if width > _CELL[3] else 220) + _BELOW["curves"]
