"""A page to draw on, in CSS pixels from the top left, that becomes a PNG of twice the pixels.

A thin layer over matplotlib's `Figure`, which wants its height before anything is drawn and counts
from the bottom: here things are placed first, and the height is known when the last one is.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from latent_atlas.reports.pixels import Bytes
from vae_core.errors import AtlasError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.figure import Figure

SHARPNESS = 2  # pixels of the file for one CSS pixel
_DPI = 96 * SHARPNESS

# A line as matplotlib understands it: solid, or drawn and left out in turns.
Dash = Literal["solid"] | tuple[int, tuple[int, int]]
DASHES: dict[str, Dash] = {"train": (0, (4, 2)), "test": "solid"}

Placed = Callable[["Figure", float], None]


def points(pixels: float) -> float:
    """CSS pixels as typographic points, which matplotlib measures text and lines in."""
    return pixels * 0.75


class Canvas:
    """Things placed on a page of the given `width`, drawn when it is saved."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._placed: list[Placed] = []

    def text(
        self,
        left: float,
        top: float,
        text: str,
        size: int,
        colour: str,
        *,
        bold: bool = False,
        right: bool = False,
    ) -> None:
        """One line of `text` from `left` on, or, `right`, up to there."""

        def draw(figure: "Figure", height: float) -> None:
            figure.text(
                left / self.width,
                1 - (top + size) / height,
                text,
                fontsize=points(size),
                color=colour,
                fontweight="bold" if bold else "normal",
                ha="right" if right else "left",
                va="baseline",
                parse_math=False,
            )

        self._placed.append(draw)

    def line(
        self, left: float, y: float, length: float, colour: str, dash: Dash, thick: float = 2.5
    ) -> None:
        """A level line, the key of a legend."""

        def draw(figure: "Figure", height: float) -> None:
            from matplotlib.lines import Line2D

            ends = [left / self.width, (left + length) / self.width]
            level = 1 - y / height
            figure.add_artist(
                Line2D(ends, [level, level], color=colour, linestyle=dash, linewidth=points(thick))
            )

        self._placed.append(draw)

    def plot(
        self, left: float, top: float, width: float, height: float, draw: Callable[["Axes"], None]
    ) -> None:
        """Axes with the given box, filled by `draw`."""

        def add(figure: "Figure", page: float) -> None:
            box = (left / self.width, 1 - (top + height) / page, width / self.width, height / page)
            draw(figure.add_axes(box))

        self._placed.append(add)

    def picture(self, left: float, top: float, pixels: Bytes) -> None:
        """uint8 RGB [H, W, 3], one pixel of it on one of the file: not scaled, not smoothed."""

        def draw(figure: "Figure", height: float) -> None:
            bottom = round(height * SHARPNESS) - round(top * SHARPNESS) - pixels.shape[0]
            figure.figimage(pixels, round(left * SHARPNESS), bottom, origin="upper")

        self._placed.append(draw)

    def wrapped(self, text: str, width: float, size: int, *, bold: bool = False) -> list[str]:
        """`text` as lines of at most `width`, broken between words; a longer word stands alone."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and text_width(longer, size, bold=bold) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def save(self, path: Path | BinaryIO, height: float, background: str) -> None:
        """Draw everything on a page of `height` and write it to `path`, or a file, as PNG.

        Raises AtlasError where the file cannot be written.
        """
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        figure = self.figure(height, background)
        try:
            FigureCanvasAgg(figure).print_png(path)
        except OSError as error:
            raise AtlasError(
                f"The figure could not be written to {path} ({error.strerror or error}): "
                "name a folder that you may write to."
            ) from error

    def figure(self, height: float, background: str) -> "Figure":
        """Everything on a page of `height`, for whatever can write a figure."""
        from matplotlib.figure import Figure

        figure = Figure(
            figsize=(self.width / 96, round(height) / 96), dpi=_DPI, facecolor=background
        )
        for draw in self._placed:
            draw(figure, round(height))
        return figure


def text_width(text: str, size: int, *, bold: bool = False) -> float:
    """The length of a line of text in CSS pixels."""
    from matplotlib.font_manager import FontProperties

    font = FontProperties(size=points(size), weight="bold" if bold else "normal")
    width, _, _ = _renderer().get_text_width_height_descent(text, font, ismath=False)
    return width / SHARPNESS


@cache
def _renderer() -> "RendererAgg":
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(8, 8, _DPI)
