"""The pictures along a path through the latent space: as a strip, and as a film.

Pure functions from arrays to a Pillow image, or to the bytes of a file. As everywhere, pictures
stand on whole multiples of their pixels with their grey levels as they are.
"""

import io
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw

from latent_atlas.reports.lettering import (
    INK,
    LINE,
    MARGIN,
    PAPER,
    QUIET,
    enlarged,
    head_height,
    head_width,
    write,
    write_head,
)
from latent_atlas.reports.pixels import image_bytes, pixel_scale

Film = Literal["GIF", "WEBP"]

MILLISECONDS = 80  # a frame; GIF counts in hundredths of a second
_ACROSS = 12
_GAP = 8
_UNDER = 24


def path_strip(
    images: ArrayLike,
    *,
    title: str,
    note: str = "",
    told: Sequence[str] | None = None,
    supported: Sequence[bool] | None = None,
    scale: int | None = None,
) -> Image.Image:
    """The frames of a path, from left to right, twelve a row.

    `images` is [T, C, H, W] in [0, 1]. `told` has what backs each frame, some characters, and is
    written under it; frames that are not `supported` say so with paler characters and a dash before
    them. `scale` is the number of screen pixels a pixel (default: at least 64 a side).
    """
    frames = np.asarray(images)
    count, _, height, width = frames.shape
    scale = scale or pixel_scale(height, width)
    columns = min(_ACROSS, count)
    rows = -(-count // columns)
    side = (width * scale, height * scale)
    under = _UNDER if told is not None else 0
    block = (side[0] + _GAP, side[1] + under + _GAP)
    top = MARGIN + head_height(note)
    size = (2 * MARGIN + columns * block[0] - _GAP, top + rows * block[1] - _GAP + MARGIN)
    sheet = Image.new("RGB", (max(size[0], head_width(title, note)), size[1]), PAPER)
    draw = ImageDraw.Draw(sheet)
    write_head(draw, title, note)
    for index, frame in enumerate(frames):
        left = MARGIN + index % columns * block[0]
        upper = top + index // columns * block[1]
        outline = (left - 1, upper - 1, left + side[0], upper + side[1])
        draw.rectangle(outline, outline=LINE)
        sheet.paste(enlarged(image_bytes(frame), scale), (left, upper))
        if told is not None:
            backed = supported is None or supported[index]
            words = told[index] if backed else f"- {told[index]}"
            place = (left + side[0] // 2, upper + side[1] + 4)
            write(draw, place, words, INK if backed else QUIET, 14, anchor="ma")
    return sheet


def film(
    images: ArrayLike,
    kind: Film,
    *,
    scale: int | None = None,
    milliseconds: int = MILLISECONDS,
    there_and_back: bool = True,
) -> bytes:
    """The frames [T, C, H, W] in [0, 1] as a film that begins again when it has ended.

    A grey GIF and every WebP hold the levels exactly; a GIF in colour has 256 colours a frame.
    `there_and_back` adds the frames in reverse, so that the film does not jump. `scale` is as for
    `path_strip`, at least 128 a side.
    """
    frames = np.asarray(images)
    height, width = frames.shape[2:]
    scale = scale or pixel_scale(height, width, at_least=128)
    shown = [enlarged(image_bytes(frame), scale) for frame in frames]
    if there_and_back:
        shown += shown[-2:0:-1]
    stream = io.BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {"optimize": False}
    shown[0].save(
        stream,
        format=kind,
        save_all=True,
        append_images=shown[1:],
        duration=milliseconds,
        loop=0,
        **options,
    )
    return stream.getvalue()
