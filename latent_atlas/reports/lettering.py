"""What all sheets share: paper and inks, two lines of words at the top, enlarged pixels."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

PAPER = (251, 251, 248)
INK = (27, 31, 36)
QUIET = (91, 97, 105)
LINE = (200, 201, 201)
PLANE = (14, 17, 22)

# Pillow's own typeface lacks these; a hollow box would stand in their place.
_PLAIN = str.maketrans({"\u2212": "-", "\u00d7": "x", "\u03a6": "Phi", "\u2192": "to"})

MARGIN = 24


def enlarged(levels: np.ndarray, scale: int) -> Image.Image:
    """Bytes [H, W] or [H, W, 3] as a picture in L or RGB, `scale` screen pixels a pixel."""
    return Image.fromarray(levels.repeat(scale, axis=0).repeat(scale, axis=1))


def write_head(draw: ImageDraw.ImageDraw, title: str, note: str) -> None:
    """Write the title, and under it the lines of the note if there is one."""
    write(draw, (MARGIN, MARGIN - 4), title, INK, 20)
    for place, line in enumerate(note.splitlines()):
        write(draw, (MARGIN, MARGIN + 24 + 20 * place), line, QUIET, 14)


def head_height(note: str) -> int:
    """Screen pixels from the margin to what lies under the head."""
    return 44 + 20 * len(note.splitlines()) if note else 40


def head_width(title: str, note: str) -> int:
    """The least width of a sheet whose head is not cut off."""
    widths = [text_width(title, 20), *(text_width(line, 14) for line in note.splitlines())]
    return 2 * MARGIN + max(widths)


def write(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    colour: tuple[int, int, int],
    size: int,
    anchor: str = "la",
) -> None:
    """Write a text; `anchor` as in Pillow."""
    draw.text(place, text.translate(_PLAIN), colour, _font(size), anchor=anchor)


def text_width(text: str, size: int) -> int:
    """Screen pixels that a text of that size takes."""
    return int(np.ceil(_font(size).getlength(text.translate(_PLAIN))))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own typeface: no font file of the machine is looked for."""
    return ImageFont.load_default(size=size)
