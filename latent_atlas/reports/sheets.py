"""Sheets of images as one PNG: a manifold, samples, originals against their reconstructions.

Pure functions from arrays to a Pillow image. Every picture stands on whole multiples of its pixels
(nearest neighbour), between thin separators, with its grey levels as they are.
"""

import io
import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw

from latent_atlas.reports.data_words import ERROR_ENDS
from latent_atlas.reports.lettering import (
    INK,
    LINE,
    MARGIN,
    PAPER,
    PLANE,
    QUIET,
    enlarged,
    head_height,
    head_width,
    text_width,
    write,
    write_head,
)
from latent_atlas.reports.pixels import error_rgb, image_bytes, pixel_scale
from vae_core.evaluation import over_images
from vae_core.numerals import decimal, places_for, with_error

_GAP = 8
_ACROSS = 12
_IN_COURSE = 8


def manifold_sheet(
    images: ArrayLike,
    *,
    title: str,
    note: str = "",
    scale: int | None = None,
    horizontal: str = "z1",
    vertical: str = "z2",
) -> Image.Image:
    """Decoded grid as one sheet (the paper's Figure 4).

    `images` is [rows, columns, C, H, W] in [0, 1], row 0 at the top, as `manifold_images` gives it.
    `title` and `note` are the two lines above it; `scale` is the number of screen pixels a pixel
    (default: about 900 screen pixels for the grid, at least 1).
    """
    grid = np.asarray(images)
    rows, columns, _, height, width = grid.shape
    if scale is None:
        scale = max(1, round(900 / (max(rows * height, columns * width))))
    tile = (height * scale + 1, width * scale + 1)
    body = Image.new("RGB", (columns * tile[1] + 1, rows * tile[0] + 1), PLANE)
    for row in range(rows):
        for column in range(columns):
            picture = enlarged(image_bytes(grid[row, column]), scale)
            body.paste(picture, (column * tile[1] + 1, row * tile[0] + 1))

    left = MARGIN + 24
    top = MARGIN + head_height(note)
    size = (left + body.width + MARGIN, top + body.height + 8 + 16 + MARGIN)
    sheet = Image.new("RGB", (max(size[0], head_width(title, note)), size[1]), PAPER)
    draw = ImageDraw.Draw(sheet)
    write_head(draw, title, note)
    sheet.paste(body, (left, top))
    axis = _axis(horizontal)
    sheet.paste(axis, (left, top + body.height + 8))
    upright = _axis(vertical).transpose(Image.Transpose.ROTATE_90)
    sheet.paste(upright, (MARGIN - 4, top + body.height - upright.height))
    return sheet


def samples_sheet(images: ArrayLike, *, title: str, note: str = "") -> Image.Image:
    """Samples [N, C, H, W], bytes or in [0, 1], as rows of a square, or of twelve at most."""
    pictures = [image_bytes(each) for each in np.asarray(images)]
    columns = min(_ACROSS, math.ceil(math.sqrt(len(pictures))))
    rows = [pictures[at : at + columns] for at in range(0, len(pictures), columns)]
    return _grid(rows, [], title, note)


def course_sheet(
    sheets: Sequence[ArrayLike], epochs: Sequence[float], *, title: str, note: str = ""
) -> Image.Image:
    """How samples came to be: a column for each of some epochs, a row for each sample.

    `sheets` are [N, C, H, W] of the same chance, one an epoch; of many samples the first are shown.
    """
    count = min(_IN_COURSE, *(len(np.asarray(each)) for each in sheets))
    rows = [[image_bytes(np.asarray(each)[row]) for each in sheets] for row in range(count)]
    return _grid(rows, [f"{epoch:.3g}" for epoch in epochs], title, f"{note}; columns: epochs")


def _grid(
    rows: Sequence[Sequence[np.ndarray]], heads: Sequence[str], title: str, note: str
) -> Image.Image:
    """Images in rows and columns, with a word over each column where there are `heads`."""
    height, width = rows[0][0].shape[:2]
    scale = pixel_scale(height, width, at_least=48)
    block = (height * scale + _GAP, width * scale + _GAP)
    top = MARGIN + head_height(note) + (24 if heads else 0)
    body = (len(rows[0]) * block[1] - _GAP, len(rows) * block[0] - _GAP)
    size = (max(2 * MARGIN + body[0], head_width(title, note)), top + body[1] + MARGIN)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    write_head(draw, title, note)
    for column, head in enumerate(heads):
        place = (MARGIN + column * block[1] + (block[1] - _GAP) // 2, top - 20)
        write(draw, place, head, QUIET, 12, anchor="ma")
    for row, pictures in enumerate(rows):
        for column, levels in enumerate(pictures):
            left, upper = MARGIN + column * block[1], top + row * block[0]
            corner = (left - 1, upper - 1, left + width * scale, upper + height * scale)
            draw.rectangle(corner, outline=LINE)
            sheet.paste(enlarged(levels, scale), (left, upper))
    return sheet


def reconstruction_sheet(
    originals: ArrayLike,
    reconstructions: ArrayLike,
    errors: ArrayLike,
    nats: ArrayLike,
    *,
    model: str,
    data: str,
    nats_per_image: float | None = None,
    half_width: float | None = None,
    draws: float | None = None,
    targets: str = "grey targets",
    labels: Sequence[str] | None = None,
    columns: int = 4,
    scale: int | None = None,
) -> Image.Image:
    """Originals, reconstructions and errors, with the nats of each image, as one sheet.

    `originals` [N, C, H, W] (uint8, or float in [0, 1]), `reconstructions` [N, C, H, W] in [0, 1],
    `errors` [N, C, H, W] = reconstruction minus original in -1..1, `nats` [N] = -ELBO per image.
    `nats_per_image` is the mean to print in the title (that of the whole split, when it is known)
    and `half_width` its ± over images; without it the mean of the images shown is printed and
    called that. `draws` is the ± of one image's number over draws of z. `targets` names those of
    the numbers (`data_words.targets`). `labels` has one short class name an image.
    """
    pictures = [np.asarray(part) for part in (originals, reconstructions, errors)]
    costs = np.asarray(nats, dtype=np.float64).reshape(-1)
    count, _, height, width = pictures[0].shape
    scale = scale or pixel_scale(height, width)
    columns = max(1, min(columns, count))
    rows = -(-count // columns)

    if nats_per_image is None:
        nats_per_image, half_width = float(costs.mean()), over_images(torch.from_numpy(costs))
        title = f"{model} on {data}: {with_error(nats_per_image, half_width)} nats per image shown"
    else:
        title = f"{model} on {data}: {with_error(nats_per_image, half_width)} nats per image"
    own = "" if draws is None else f", ± {decimal(draws, places_for(draws))} over draws of z"
    note = (
        f"Under each image: −ELBO in nats ({targets}){own}; lower is better.\n"
        "± in 95 of 100 cases; in the title over images."
    )
    places = 1 if draws is None else places_for(draws)

    side = (height * scale, width * scale)
    block = (side[0] + 24 + 2 * _GAP, 3 * side[1] + 2 * _GAP + 4 * _GAP)
    top = MARGIN + head_height(note)
    body_width = columns * block[1] - 4 * _GAP
    size = (2 * MARGIN + body_width, top + 24 + rows * block[0] + 32 + MARGIN)
    sheet = Image.new("RGB", (max(size[0], head_width(title, note)), size[1]), PAPER)
    draw = ImageDraw.Draw(sheet)
    write_head(draw, title, note)

    step = side[1] + _GAP
    for column in range(columns):
        left = MARGIN + column * block[1]
        for part, name in enumerate(("original", "rebuilt", "error")):
            write(draw, (left + part * step, top), name, QUIET, 12)
    for index in range(count):
        left = MARGIN + (index % columns) * block[1]
        head = top + 24 + (index // columns) * block[0]
        shown = (
            image_bytes(pictures[0][index]),
            image_bytes(pictures[1][index]),
            error_rgb(pictures[2][index]),
        )
        for part, levels in enumerate(shown):
            corner = (left + part * step, head)
            draw.rectangle(
                (corner[0] - 1, corner[1] - 1, corner[0] + side[1], corner[1] + side[0]),
                outline=LINE,
            )
            sheet.paste(enlarged(levels, scale), corner)
        below = head + side[0] + 6
        if labels is not None:
            write(draw, (left, below), labels[index], QUIET, 12)
        right = left + 2 * side[1] + _GAP
        write(draw, (right, below), decimal(costs[index], places), INK, 14, anchor="ra")
    _scale_bar(sheet, draw, (MARGIN, top + 24 + rows * block[0]))
    return sheet


def png_bytes(image: Image.Image) -> bytes:
    """`image` as the content of a PNG file."""
    stream = io.BytesIO()
    image.save(stream, format="PNG")
    return stream.getvalue()


def _scale_bar(sheet: Image.Image, draw: ImageDraw.ImageDraw, corner: tuple[int, int]) -> None:
    """The error scale, -1 to 1, with what its ends mean."""
    left, top = corner
    ramp = np.linspace(-1.0, 1.0, 161)[None, None, :].repeat(12, axis=1)
    draw.rectangle((left - 1, top - 1, left + 161, top + 12), outline=LINE)
    sheet.paste(Image.fromarray(error_rgb(ramp)), (left, top))
    for place, text, anchor in ((0, "-1", "la"), (80, "0", "ma"), (160, "+1", "ra")):
        write(draw, (left + place, top + 16), text, INK, 12, anchor=anchor)
    words = f"error = reconstruction - original: {ERROR_ENDS}"
    write(draw, (left + 176, top), words, QUIET, 12)


def _axis(name: str) -> Image.Image:
    """`name` and an arrow to the right of it, on paper."""
    width = text_width(name, 14)
    label = Image.new("RGB", (width + 40, 20), PAPER)
    draw = ImageDraw.Draw(label)
    write(draw, (0, 0), name, INK, 14)
    draw.line((width + 8, 10, width + 36, 10), INK)
    draw.polygon(((width + 32, 7), (width + 32, 13), (width + 38, 10)), INK)
    return label
