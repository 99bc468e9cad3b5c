"""From pictures of any shape to images of one: what the model will see."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from PIL import Image

Fit = Literal["crop", "pad"]
Mode = Literal["grey", "rgb"]

SMALLEST = 4  # pixels of a side
SMALL = 64  # pictures that all have one size up to this are left as they are
PHOTOGRAPH, DRAWING = (64, 64), (28, 28)
DRAWN = 0.8  # share of nearly black and nearly white pixels from which on a picture is a drawing


def seen(picture: Image.Image, size: tuple[int, int], mode: Mode, fit: Fit) -> np.ndarray:
    """uint8 [C, H, W]: an L or RGB picture at `size` (H, W); its proportions are kept.

    `crop` fills the image and cuts off what hangs over, equally on both sides. `pad` shows all of
    the picture and fills up with the median colour of its border, so that white paper stays white.
    Shrinking takes a mean about each pixel (Hamming window: thin strokes keep their ink, which a
    box of whole pixels takes from some and gives to others); enlarging is bicubic.
    """
    picture = picture.convert("L" if mode == "grey" else "RGB")
    height, width = size
    if picture.size != (width, height):
        picture = (
            _cropped(picture, width, height) if fit == "crop" else _padded(picture, width, height)
        )
    pixels = np.asarray(picture)
    return pixels[None] if mode == "grey" else pixels.transpose(2, 0, 1)


def is_coloured(picture: Image.Image) -> bool:
    """Whether more than a hundredth of the pixels is of a colour that the eye would notice."""
    if picture.mode == "L":
        return False
    pixels = np.asarray(_thumbnail(picture)).astype(np.int16)
    return bool((np.ptp(pixels, axis=2) > 24).mean() > 0.01)


def is_drawing(picture: Image.Image) -> bool:
    """Whether a picture is mostly black and white, without the greys of a photograph."""
    levels = np.asarray(_thumbnail(picture.convert("L")))
    return bool(((levels < 32) | (levels > 223)).mean() >= DRAWN)


def default_size(
    sizes: Sequence[tuple[int, int]], coloured: bool, drawings: bool
) -> tuple[int, int]:
    """The common (H, W) if there is one of at most 64 × 64; 28 × 28 for drawings, else 64 × 64."""
    if len(set(sizes)) == 1 and max(sizes[0]) <= SMALL and min(sizes[0]) >= SMALLEST:
        return sizes[0]
    return DRAWING if drawings and not coloured else PHOTOGRAPH


def cut_off(picture: tuple[int, int], size: tuple[int, int]) -> float:
    """The share of a picture (H, W) that cropping to the proportions of `size` cuts off, 0 to 1."""
    tall, wide = (side / wanted for side, wanted in zip(picture, size, strict=True))
    return 1 - min(tall, wide) / max(tall, wide)


def _thumbnail(picture: Image.Image) -> Image.Image:
    # Every n-th pixel, not a mean: a mean makes greys where a drawing has none.
    longest = max(picture.size)
    if longest <= 256:
        return picture
    width, height = (max(1, side * 256 // longest) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.NEAREST)


def shrunk_or_enlarged(picture: Image.Image, width: int, height: int) -> Image.Image:
    """A picture at another size, by the filter that `seen` takes for that."""
    return picture.resize((width, height), _filter(width / picture.width))


def _filter(scale: float) -> Image.Resampling:
    return Image.Resampling.HAMMING if scale < 1 else Image.Resampling.BICUBIC


def _cropped(picture: Image.Image, width: int, height: int) -> Image.Image:
    scale = max(width / picture.width, height / picture.height)
    left = (picture.width - width / scale) / 2
    top = (picture.height - height / scale) / 2
    box = (
        max(0.0, left),
        max(0.0, top),
        min(picture.width, left + width / scale),
        min(picture.height, top + height / scale),
    )
    return picture.resize((width, height), _filter(scale), box=box)


def _padded(picture: Image.Image, width: int, height: int) -> Image.Image:
    scale = min(width / picture.width, height / picture.height)
    inner = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    paper = Image.new(picture.mode, (width, height), _border(picture))
    place = ((width - inner[0]) // 2, (height - inner[1]) // 2)
    paper.paste(picture.resize(inner, _filter(scale)), place)
    return paper


def _border(picture: Image.Image) -> int | tuple[int, ...]:
    pixels = np.asarray(picture)
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    middle = np.median(rim, axis=0)
    return int(middle) if picture.mode == "L" else tuple(int(value) for value in middle)
