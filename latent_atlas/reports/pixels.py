"""Numbers in, picture bytes out: the one place where values become colours.

Grey levels are never stretched (0 is black, 1 is white, in every picture), errors always share the
fixed scale -1..1 with white at 0, and pictures are enlarged only by whole multiples of their
pixels. It draws nothing and lays out nothing: that is `sheets` here and the component in the app.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Bytes = NDArray[np.uint8]

# Ends of the diverging scale; both are equally far from white in lightness.
LOST = (33, 102, 172)  # -1: the reconstruction is darker than the original
INVENTED = (178, 24, 43)  # +1: the reconstruction is brighter than the original

# Ends of the scale of costs that may be negative: other hues than those of the error.
CHEAP = (1, 102, 94)
DEAR = (140, 81, 10)

# Viridis, sampled every eighth of its length.
_VIRIDIS = np.array(
    [
        (68, 1, 84),
        (71, 44, 122),
        (59, 81, 139),
        (44, 113, 142),
        (33, 144, 141),
        (39, 173, 129),
        (92, 200, 99),
        (170, 220, 50),
        (253, 231, 37),
    ],
    dtype=np.float64,
)


def to_bytes(image: ArrayLike) -> Bytes:
    """Levels in [0, 1] (any shape) as uint8, rounded to the nearest and clipped, never stretched.

    uint8 input is returned as it is.
    """
    array = np.asarray(image)
    if array.dtype == np.uint8:
        return array
    return np.rint(np.clip(array.astype(np.float64), 0.0, 1.0) * 255.0).astype(np.uint8)


def image_bytes(image: ArrayLike) -> Bytes:
    """One image [C, H, W] as uint8 [H, W] (one channel) or [H, W, 3] (three channels).

    Raises ValueError for any other number of channels.
    """
    levels = to_bytes(image)
    if levels.ndim == 3 and levels.shape[0] == 1:
        return levels[0]
    if levels.ndim == 3 and levels.shape[0] == 3:
        return np.ascontiguousarray(levels.transpose(1, 2, 0))
    raise ValueError(f"an image is [1, H, W] or [3, H, W], not {list(levels.shape)}")


def error_rgb(error: ArrayLike) -> Bytes:
    """Signed error [C, H, W] (reconstruction minus original, in -1..1) as uint8 RGB [H, W, 3].

    Blue at -1, white at 0, red at +1, linear between and the same for every image. Channels are
    averaged, so that colour images have one signed error a pixel.
    """
    value = np.clip(np.asarray(error, dtype=np.float64).mean(axis=0), -1.0, 1.0)[..., None]
    end = np.where(value < 0, np.array(LOST, float), np.array(INVENTED, float))
    return np.rint(255.0 + np.abs(value) * (end - 255.0)).astype(np.uint8)


def cost_rgb(cost: ArrayLike, top: float) -> Bytes:
    """Cost per pixel [H, W] in nats as uint8 RGB [H, W, 3]: viridis on 0..`top`, clipped."""
    place = np.clip(np.asarray(cost, dtype=np.float64) / top, 0.0, 1.0) * (len(_VIRIDIS) - 1)
    low = np.minimum(place.astype(int), len(_VIRIDIS) - 2)
    part = (place - low)[..., None]
    return np.rint(_VIRIDIS[low] * (1 - part) + _VIRIDIS[low + 1] * part).astype(np.uint8)


def signed_cost_rgb(cost: ArrayLike, top: float) -> Bytes:
    """Cost per pixel [H, W] in nats, of either sign, as uint8 RGB [H, W, 3].

    Green at -`top` or less, white at 0, brown at `top` or more, linear between: what a density
    costs may well be below zero.
    """
    value = np.clip(np.asarray(cost, dtype=np.float64) / top, -1.0, 1.0)[..., None]
    end = np.where(value < 0, np.array(CHEAP, float), np.array(DEAR, float))
    return np.rint(255.0 + np.abs(value) * (end - 255.0)).astype(np.uint8)


def pixel_scale(height: int, width: int, at_least: int = 64) -> int:
    """Smallest whole multiple that draws both sides of an image at `at_least` screen pixels."""
    return max(1, -(-at_least // min(height, width)))
