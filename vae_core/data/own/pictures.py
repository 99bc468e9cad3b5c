"""From the bytes of a picture file to an upright picture of 8 bits, grey or RGB."""

import contextlib
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, UnidentifiedImageError

from vae_core.data.own.limits import PREFIX, Limits
from vae_core.data.own.mending import mended
from vae_core.data.own.naming import HEAD, KINDS
from vae_core.data.own.scales import Scale, Values, beyond, to_levels
from vae_core.data.own.unread import unread_form
from vae_core.errors import AtlasError
from vae_core.numerals import size
from vae_core.sentences import why

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "PPM", "TIFF", "AVIF", "JPEG2000")
Ground = Literal["white", "black"]
_THINNED = 512
LIGHT_INK = 150.0  # of 255: ink that is lighter shows a good deal better on black than on white
# What Pillow raises at files that are broken in one way or another.
DAMAGE = (
    OSError,
    RuntimeError,
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


class UnreadablePicture(AtlasError):
    """One picture among others cannot be read: it may be left out."""


BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
BITS, PHOTOMETRIC = 0x0102, 0x0106  # tags of TIFF: bits of a value, and what 0 stands for
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


@dataclass(frozen=True)
class Deep:
    """What a picture of more than 8 bits holds, and what one with transparency shows.

    `values` are those of a deep picture's pixels, `ink` the mean lightness (0 to 255) of what is
    not transparent, weighed by how opaque it is; None where a picture has no such thing. `frames`
    is how many frames or pages it has. `upper` is the largest of its upper bytes where a picture
    has 16 bits a colour, for its lower ones are not read.
    """

    values: Values | None
    ink: float | None
    frames: int = 1
    upper: int | None = None


def looked_into(data: bytes, label: str, limits: Limits) -> Deep:
    """What decides on the scale and the ground of a picture. Raises AtlasError as `decode`."""
    with _opened(data, label, limits) as picture:
        values = None
        if _is_deep(picture):
            pixels = np.asarray(picture)
            whole = pixels.dtype.kind != "f" or bool((pixels == np.rint(pixels)).all())
            values = Values(float(pixels.min()), float(pixels.max()), whole, wide=True)
        ink = None
        if _is_transparent(picture):
            ink = mean_ink(np.asarray(_thinned(picture).convert("RGBA")))
        # Beside a photograph, telephones keep what belongs to it: no frames of its own.
        frames = 1 if picture.format == "MPO" else getattr(picture, "n_frames", 1)
        upper = int(_colours(picture).max()) if _has_deep_colours(picture, data) else None
        return Deep(values, ink, int(frames), upper)


def decode(
    data: bytes,
    label: str,
    limits: Limits,
    at_least: int | None = None,
    *,
    scale: Scale = "16-bit",
    ground: Ground = "white",
    cut: Callable[[], None] = lambda: None,
) -> Image.Image:
    """The first frame of a picture, mode L or RGB, turned as EXIF says, on a ground.

    `at_least`: a JPEG may come at a half, a quarter or an eighth of its size as long as its sides
    keep that many pixels, which is many times faster for photographs. `scale` is that of pictures
    of more than 8 bits, `ground` what lies below transparency. `cut` is called where values lie
    beyond the scale, and are cut off.

    Raises:
        AtlasError: not a picture, a damaged one, or one of too many pixels; `label` names it.
    """
    with _opened(data, label, limits) as picture:
        turn = UPRIGHT.get(_turned(picture))
        if at_least is not None and picture.format in ("JPEG", "MPO"):
            picture.draft(None, (at_least, at_least))
        flat = _flat(picture, scale, ground, cut)
    return flat if turn is None else flat.transpose(turn)


def shown_size(data: bytes, label: str, limits: Limits) -> tuple[int, int]:
    """(H, W) of a picture once it is upright, from its header. Raises AtlasError as `decode`."""
    with _opened(data, label, limits) as picture:
        width, height = picture.size
        return (width, height) if _turned(picture) >= 5 else (height, width)


def mean_ink(levels: np.ndarray) -> float | None:
    """The mean lightness of what is not transparent in uint8 [H, W, 4], weighed by opacity.

    None where nothing is transparent, or everything.
    """
    values = levels.astype(np.float64)
    opaque = values[..., 3] / 255
    if opaque.min() == 1 or opaque.max() == 0:
        return None
    light = values[..., :3] @ np.array([0.299, 0.587, 0.114])
    return float((light * opaque).sum() / opaque.sum())


def over(picture: Image.Image, ground: Ground) -> Image.Image:
    """A picture with transparency laid on a ground, mode RGB."""
    ink = picture.convert("RGBA")
    paper = Image.new("RGBA", ink.size, ground)
    return Image.alpha_composite(paper, ink).convert("RGB")


@contextlib.contextmanager
def _opened(data: bytes, label: str, limits: Limits) -> Iterator[Image.Image]:
    """The picture in a file, not yet decoded. Raises AtlasError, also for what is done with it."""
    try:
        with Image.open(io.BytesIO(mended(data, limits.pixels)), formats=FORMATS) as picture:
            _check_pixels(picture, label, limits)
            yield picture
    except BOMBS as error:
        raise _too_large(label, limits) from error
    except DAMAGE as error:
        raise _unreadable(label, error, data[:HEAD]) from error


def _thinned(picture: Image.Image) -> Image.Image:
    """Every n-th pixel of a large picture: a mean lightness needs no more."""
    longest = max(picture.size)
    if longest <= _THINNED:
        return picture
    small = (max(1, side * _THINNED // longest) for side in picture.size)
    return picture.resize((next(small), next(small)), Image.Resampling.NEAREST)


def _is_deep(picture: Image.Image) -> bool:
    return picture.mode.startswith("I") or picture.mode == "F"


def _has_deep_colours(picture: Image.Image, data: bytes) -> bool:
    """Whether a picture has 16 bits a colour, of which Pillow reads the upper eight."""
    if picture.format == "PNG":  # bits and kind of colour stand in its header
        return data[24:26] in (b"\x10\x02", b"\x10\x04", b"\x10\x06")
    bits = getattr(picture, "tag_v2", {}).get(BITS, ()) if picture.format == "TIFF" else ()
    return 16 in bits and not _is_deep(picture)


def _colours(picture: Image.Image) -> np.ndarray:
    """The values of a picture without those of its transparency."""
    values = np.asarray(picture)
    return values[..., :-1] if picture.mode in TRANSPARENT else values


def _is_white_at_zero(picture: Image.Image) -> bool:
    """Whether a TIFF counts from white to black; Pillow turns those of 8 bits over, no others."""
    return picture.format == "TIFF" and getattr(picture, "tag_v2", {}).get(PHOTOMETRIC) == 0


def _is_transparent(picture: Image.Image) -> bool:
    return picture.mode in TRANSPARENT or "transparency" in picture.info


def _flat(
    picture: Image.Image, scale: Scale, ground: Ground, cut: Callable[[], None]
) -> Image.Image:
    if _is_deep(picture):
        values = np.asarray(picture)
        if beyond(values, scale):
            cut()
        levels = to_levels(values, scale)
        return Image.fromarray(255 - levels if _is_white_at_zero(picture) else levels)
    grey = picture.mode in ("1", "L", "LA", "La")
    if _is_transparent(picture):
        picture = over(picture, ground)
    return picture.convert("L" if grey else "RGB")


def _turned(picture: Image.Image) -> int:
    """How EXIF says that a picture lies: 1 is upright. TIFFs are turned by Pillow as they load."""
    if picture.format == "TIFF":
        return 1
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except DAMAGE:  # a picture with broken EXIF data is still a picture
        return 1


def _check_pixels(picture: Image.Image, label: str, limits: Limits) -> None:
    width, height = picture.size
    if max(width, height) > limits.longest:
        raise AtlasError(
            f"{label} has {size((height, width))} pixels, and a side may have {limits.longest:,}: "
            f"make it smaller, or raise {PREFIX}LONGEST."
        )
    if width * height > limits.pixels:
        raise _too_large(label, limits, f"has {size((height, width))} pixels")
    if width < 1 or height < 1:
        raise UnreadablePicture(f"{label} has no pixels: take it out.")


def _too_large(label: str, limits: Limits, found: str = "is a picture") -> AtlasError:
    return AtlasError(
        f"{label} {found}, more than the {limits.pixels:,} allowed: "
        f"make it smaller, or raise {PREFIX}PIXELS."
    )


def _unreadable(label: str, error: Exception, head: bytes) -> UnreadablePicture:
    if isinstance(error, UnidentifiedImageError):
        if (form := unread_form("", head)) is not None:
            return UnreadablePicture(
                f"{label} is {form.what}, whatever it is called, and is not read: {form.remedy}."
            )
        return UnreadablePicture(
            f"{label} is not a {KINDS} picture, whatever it is called: take it out or save it anew."
        )
    return UnreadablePicture(
        f"{label} is a damaged picture ({why(error)}): take it out or save it anew."
    )
