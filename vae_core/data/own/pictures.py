"""From the bytes of a picture file to an upright picture of 8 bits, grey or RGB."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, UnidentifiedImageError

from vae_core.data.own.limits import PREFIX, Limits
from vae_core.data.own.naming import KINDS
from vae_core.errors import AtlasError
from vae_core.numerals import size

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "PPM")
# What Pillow raises at files that are broken in one way or another.
DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
ORIENTATION = 0x0112  # the EXIF tag that says how the camera was held
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
TRANSPARENT = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})


def decode(data: bytes, label: str, limits: Limits, at_least: int | None = None) -> Image.Image:
    """The first frame of a picture, mode L or RGB, turned as EXIF says, transparency over white.

    `at_least`: a JPEG may come at a half, a quarter or an eighth of its size as long as its sides
    keep that many pixels, which is many times faster for photographs.

    Raises:
        AtlasError: not a picture, a damaged one, or one of too many pixels; `label` names it.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_pixels(picture, label, limits)
            turn = UPRIGHT.get(_orientation(picture))
            if at_least is not None and picture.format in ("JPEG", "MPO"):
                picture.draft(None, (at_least, at_least))
            flat = _flat(picture)
        return flat if turn is None else flat.transpose(turn)
    except BOMBS as error:
        raise _too_large(label, limits) from error
    except DAMAGE as error:
        raise _unreadable(label, error) from error


def shown_size(data: bytes, label: str, limits: Limits) -> tuple[int, int]:
    """(H, W) of a picture once it is upright, from its header. Raises AtlasError as `decode`."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_pixels(picture, label, limits)
            width, height = picture.size
            return (width, height) if _orientation(picture) >= 5 else (height, width)
    except BOMBS as error:
        raise _too_large(label, limits) from error
    except DAMAGE as error:
        raise _unreadable(label, error) from error


def over_white(picture: Image.Image) -> Image.Image:
    """A picture with transparency laid on white paper, mode RGB."""
    ink = picture.convert("RGBA")
    paper = Image.new("RGBA", ink.size, "white")
    return Image.alpha_composite(paper, ink).convert("RGB")


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey: 65535 is white, as 255 is
        levels = np.asarray(picture).astype(np.float64).clip(0, 65535) / 257
        return Image.fromarray(np.rint(levels).astype(np.uint8))
    grey = picture.mode in ("1", "L", "LA", "La")
    if picture.mode in TRANSPARENT or "transparency" in picture.info:
        picture = over_white(picture)
    return picture.convert("L" if grey else "RGB")


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except DAMAGE:  # a picture with broken EXIF data is still a picture
        return 1


def _check_pixels(picture: Image.Image, label: str, limits: Limits) -> None:
    width, height = picture.size
    if width * height > limits.pixels:
        raise _too_large(label, limits, f"has {size((height, width))} pixels")
    if width < 1 or height < 1:
        raise AtlasError(f"{label} has no pixels: take it out.")


def _too_large(label: str, limits: Limits, found: str = "is a picture") -> AtlasError:
    return AtlasError(
        f"{label} {found}, more than the {limits.pixels:,} allowed: "
        f"make it smaller, or raise {PREFIX}PIXELS."
    )


def _unreadable(label: str, error: Exception) -> AtlasError:
    if isinstance(error, UnidentifiedImageError):
        return AtlasError(
            f"{label} is not a {KINDS} picture, whatever it is called: take it out or save it anew."
        )
    return AtlasError(f"{label} is a damaged picture ({error}): take it out or save it anew.")
