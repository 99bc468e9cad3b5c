"""The comparison as a PDF: the same numbers, pictures and charts as the page, on A4."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from latent_atlas.reports.colours import INK_LIGHT, QUIET_LIGHT
from latent_atlas.reports.comparison import drawing, tables
from latent_atlas.reports.comparison.measuring import Measured
from latent_atlas.reports.comparison.pictures import chosen, has_errors, row_sheet, under_images
from latent_atlas.reports.comparison.record import GuestRecord, ModelRecord
from latent_atlas.reports.comparison.tables import Grid
from latent_atlas.reports.comparison.words import (
    HALVES,
    RATE_DISTORTION,
    RELIABILITY,
    THE_NUMBERS,
    about,
    judge_doubted,
    judge_told,
    rate_distortion_notes,
    title,
)
from latent_atlas.reports.data_words import ERROR_ENDS
from latent_atlas.reports.figures.canvas import Canvas, Dash, text_width
from latent_atlas.reports.standalone.axes import Draw
from vae_core.sentences import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _HEIGHT = 794, 1123  # A4 in CSS pixels
_MARGIN, _GAP = 56, 24
_ROOM = _WIDTH - 2 * _MARGIN
_LEAST_SIDE, _NAMES = 48, 130  # of an image; and what titles take beside a row of them
_PAPER, _WHITE = "#FFFFFF", (255, 255, 255)
_SPACES = str.maketrans("0123456789,.+−", "\u2007" * 10 + "\u2008\u2008\u2007\u2007")
_LINE: Dash = "solid"

# What is drawn, the titles of the models in it, and the lines beside them.
_Chart = tuple[Draw, Sequence[str], Sequence[drawing.Styled]]


def comparison_pdf(found: Measured) -> bytes:
    """The whole document."""
    record = found.record
    paper = _Paper(title(record))
    paper.words(record.headline, 20, bold=True)
    paper.words(about(record), 12, quiet=True)
    for sentence in (*record.apart, *(note for model in record.models for note in model.notes)):
        paper.words(sentence, 12)
    scales = sorted({model.scale for model in record.models})
    paper.heading("What an image costs, in nats")
    for scale in scales:
        paper.table(tables.ledger(record, scale))
    paper.words(" ".join(record.rules), 11, quiet=True)
    paper.heading("What the copies look like")
    paper.table(tables.pictures_table(record))
    rows = [
        (
            row.title,
            row_sheet(found.subjects, row.indices, at_least=_LEAST_SIDE, zoom=2, paper=_WHITE),
        )
        for row in chosen(found.subjects, _ROOM - _NAMES, _LEAST_SIDE)
    ]
    paper.heading("The images", more=_size_of(rows[0][1])[1] + 100)
    note = under_images(found.subjects)
    if has_errors(found.subjects):
        note += f" Error is copy − original, from −1 to +1: {ERROR_ENDS}."
    paper.words(note, 11, quiet=True)
    for words, sheet in rows:
        paper.picture(words, sheet)
    paper.heading("All images, one by one", more=280)
    for chart in record.histograms:
        paper.chart([(drawing.histogram(found, chart), list(chart.counts), ())], found, 240)
    pairs = drawing.against_pairs(record.models)
    for two in [pairs[n : n + 2] for n in range(0, len(pairs), 2)]:
        paper.chart([(drawing.against(found, *pair), [], ()) for pair in two], found, 280)
    if pairs:
        paper.words(HALVES, 11, quiet=True)
    paper.heading("Rate against distortion", more=340)
    paper.words(RATE_DISTORTION, 11, quiet=True)
    charts = [
        (
            drawing.rate_distortion(found, chart),
            [each.title for each in record.models if chart.scale in (None, each.scale)],
            drawing.line_styles(record, chart),
        )
        for chart in record.rate_distortion
    ]
    for start in range(0, len(charts), 2):
        paper.chart(charts[start : start + 2], found, 280)
    for words in rate_distortion_notes(record):
        paper.words(words, 11, quiet=True)
    paper.table(tables.points_table(record))
    grid = tables.identity_table(record)
    if record.judge is not None and grid is not None:
        paper.heading("Kept the identity?")
        paper.words(judge_told(record.judge), 11, quiet=True)
        if doubt := judge_doubted(record.judge):
            paper.words(doubt, 12)
        paper.table(grid)
    paper.heading("Are the pixels what the model says?", more=340)
    paper.words(RELIABILITY, 11, quiet=True)
    titles = [model.title for model in record.models]
    paper.chart([(drawing.reliability(found), titles, ())], found, 280)
    if (spread := tables.spread_table(record)) is not None:
        paper.table(spread)
    for scale in scales:
        if (by_class := tables.classes(record, scale)) is not None:
            paper.heading("By class")
            paper.table(by_class)
    paper.heading("The models")
    shown: tuple[ModelRecord | GuestRecord, ...] = (*record.models, *record.guests)
    for model in shown:
        paper.words(model.title, 13, bold=True)
        told = model.configuration | ({"Trained by": model.trained_by} if model.trained_by else {})
        paper.table(Grid([], [[name, value] for name, value in told.items()]), wrapped=True)
    paper.heading("What these numbers are, and what they are not")
    for sentence in THE_NUMBERS:
        paper.words(sentence, 12)
    if record.command:
        paper.words("The same again:", 12, quiet=True)
        paper.words(record.command, 12)
    made = f"Made by Latent Atlas {record.version}, {record.created[:16].replace('T', ' ')} UTC."
    paper.words(made, 11, quiet=True)
    return paper.content()


class _Paper:
    """Things placed one below the other; what has no room left goes to the next page."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pages = [Canvas(_WIDTH)]
        self._top = float(_MARGIN)

    @property
    def _page(self) -> Canvas:
        return self._pages[-1]

    def _room_for(self, height: float) -> None:
        if self._top + height > _HEIGHT - _MARGIN and self._top > _MARGIN:
            self._pages.append(Canvas(_WIDTH))
            self._top = float(_MARGIN)

    def heading(self, words: str, more: float = 80) -> None:
        """A title, on one page with so many pixels of what follows."""
        if self._top > _MARGIN:
            self._top += _GAP
        self._room_for(28 + more)
        self._page.text(_MARGIN, self._top, words, 16, INK_LIGHT, bold=True)
        self._top += 30

    def words(self, text: str, size: int, *, bold: bool = False, quiet: bool = False) -> None:
        """A paragraph."""
        for line in self._page.wrapped(plain(text, 5_000), _ROOM, size, bold=bold):
            self._room_for(size * 1.5)
            colour = QUIET_LIGHT if quiet else INK_LIGHT
            self._page.text(_MARGIN, self._top, line, size, colour, bold=bold)
            self._top += size * 1.5
        self._top += 6

    def table(self, grid: Grid, *, wrapped: bool = False) -> None:
        """Rows of words, in columns as wide as they need; smaller letters where room is short."""
        cells_of = [
            [_spaced(cell) for cell in tables.aligned(c)] for c in zip(*grid.rows, strict=True)
        ]
        filled = grid.rows if wrapped else [list(row) for row in zip(*cells_of, strict=True)]
        rows = ([grid.head] if grid.head else []) + filled
        size = 12
        widths = _widths(rows, size)
        while sum(widths) > _ROOM and size > 7 and not wrapped:
            size -= 1
            widths = _widths(rows, size)
        if wrapped:
            widths[-1] = _ROOM - sum(widths[:-1])
        if sum(widths) > _ROOM:  # the longest titles are cut
            widths = [width * _ROOM / sum(widths) for width in widths]
        if grid.head:  # stands on one page with its first rows
            self._room_for(min(len(rows), 3) * (size * 1.4 + 6))
        for n, row in enumerate(rows):
            cells = [
                _lines(self._page, text, width - 12, size, wrapped=wrapped)
                for text, width in zip(row, widths, strict=True)
            ]
            height = max(map(len, cells)) * size * 1.4 + 6
            self._room_for(height)
            left = float(_MARGIN)
            head = bool(grid.head) and n == 0
            if not head:
                self._page.line(_MARGIN, self._top - 3, _ROOM, "#E0E1DF", _LINE, 0.75)
            for lines, width in zip(cells, widths, strict=True):
                quiet = head or (wrapped and left == _MARGIN)
                for k, line in enumerate(lines):
                    colour = QUIET_LIGHT if quiet else INK_LIGHT
                    self._page.text(left, self._top + k * size * 1.4, line, size, colour)
                left += width
            self._top += height
        self._top += 4
        if grid.note:
            self.words(grid.note, 11, quiet=True)

    def picture(self, words: str, sheet: Image.Image) -> None:
        """A sheet of images, with words above."""
        width, height = _size_of(sheet)
        self._room_for(height + 40)
        self._page.text(_MARGIN, self._top, words, 12, INK_LIGHT, bold=True)
        self._top += 22
        levels = np.asarray(sheet)
        self._page.plot(_MARGIN, self._top, width, height, lambda axes: _show(axes, levels))
        self._top += height + 14

    def chart(self, charts: Sequence[_Chart], found: Measured, height: float) -> None:
        """Charts beside each other, each with the models and the lines that it shows."""
        cell = (_ROOM - _GAP * 2 * (len(charts) - 1)) / len(charts)
        keys = max(len(titles) + sum(map(len, lines)) for _, titles, lines in charts)
        self._room_for(height + 50 + 18 * keys)
        bottom = self._top
        places = {model.title: n for n, model in enumerate(found.record.models)}
        for n, (draw, titles, lines) in enumerate(charts):
            left = _MARGIN + n * (cell + 2 * _GAP)
            self._page.plot(left + 44, self._top, cell - 72, height, draw)
            top = self._top + height + 48
            named = [(each, *drawing.style(places[each])[:2]) for each in titles]
            named += [(line.label, colour, dash) for some in lines for line, colour, dash in some]
            for each, colour, dash in named:
                self._page.line(left + 44, top + 8, 24, colour, dash)
                self._page.text(
                    left + 76, top, _cut(self._page, each, cell - 80, 12), 12, INK_LIGHT
                )
                top += 18
            bottom = max(bottom, top)
        self._top = bottom + 8

    def content(self) -> bytes:
        """All pages, with their numbers, as a PDF."""
        from matplotlib.backends.backend_pdf import PdfPages

        content = io.BytesIO()
        with PdfPages(content, metadata={"Title": self._name, "Creator": "Latent Atlas"}) as pages:
            for n, page in enumerate(self._pages, 1):
                foot = _HEIGHT - _MARGIN + 14
                name = _cut(page, self._name, _ROOM - 80, 10)
                page.text(_MARGIN, foot, name, 10, QUIET_LIGHT)
                number = f"{n} / {len(self._pages)}"
                page.text(_WIDTH - _MARGIN, foot, number, 10, QUIET_LIGHT, right=True)
                pages.savefig(page.figure(_HEIGHT, _PAPER))
        return content.getvalue()


def _size_of(sheet: Image.Image) -> tuple[float, float]:
    """Width and height of a sheet that was drawn twice as large: a heading has room above it.

    One that would just be too high for two on a page is drawn a bit smaller.
    """
    times = min(0.5, _ROOM / sheet.width, (_HEIGHT - 2 * _MARGIN - 140) / sheet.height)
    half = (_HEIGHT - 2 * _MARGIN) / 2 - 40
    if half < sheet.height * times < 1.3 * half:
        times = half / sheet.height
    return sheet.width * times, sheet.height * times


def _spaced(cell: tables.Cell) -> str:
    """With spaces as wide as the digits and points that fill it up."""
    before, after = (part.translate(_SPACES) for part in (cell.before, cell.after))
    return f"{before}{cell.number}{after}{cell.rest}"


def _widths(rows: list[list[str]], size: int) -> list[float]:
    columns = zip(*rows, strict=True)
    return [max(text_width(text, size) for text in column) + 20.0 for column in columns]


def _lines(page: Canvas, text: str, width: float, size: int, *, wrapped: bool) -> list[str]:
    if not wrapped:
        return [_cut(page, text, width, size)]
    return [_cut(page, line, width, size) for line in page.wrapped(plain(text, 2_000), width, size)]


def _cut(page: Canvas, text: str, width: float, size: int) -> str:
    """As much of a line as has room."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text}…"


def _show(axes: "Axes", levels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> None:
    axes.imshow(levels, aspect="auto", interpolation="none")
    axes.set_axis_off()
