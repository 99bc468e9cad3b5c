"""Images for the browser: PNG data URIs of levels, errors and costs, at one pixel a pixel.

The browser enlarges them by whole multiples without smoothing; the bytes sent are the image's own.
"""

import base64
import io

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from latent_atlas.reports.pixels import cost_rgb, error_rgb, image_bytes, signed_cost_rgb


def png_bytes(levels: np.ndarray) -> bytes:
    """uint8 [H, W] or [H, W, 3] as the bytes of a PNG file of that size."""
    buffer = io.BytesIO()
    Image.fromarray(levels).save(buffer, format="PNG")
    return buffer.getvalue()


def data_uri(levels: np.ndarray) -> str:
    """uint8 [H, W] or [H, W, 3] as `data:image/png;base64,…`."""
    return "data:image/png;base64," + base64.b64encode(png_bytes(levels)).decode("ascii")


def image_uri(image: ArrayLike) -> str:
    """Image [C, H, W] (uint8, or float in [0, 1], grey or RGB) as a PNG data URI, not stretched."""
    return data_uri(image_bytes(image))


def error_uri(error: ArrayLike) -> str:
    """Signed error [C, H, W] in -1..1 as a PNG data URI: blue, white at 0, red."""
    return data_uri(error_rgb(error))


def cost_uri(cost: ArrayLike, top: float, *, signed: bool) -> str:
    """Cost per pixel [H, W] in nats as a PNG data URI on the scale 0..`top`, or -`top`..`top`."""
    return data_uri(signed_cost_rgb(cost, top) if signed else cost_rgb(cost, top))
