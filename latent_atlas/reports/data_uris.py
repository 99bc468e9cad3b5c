"""Pictures inside of a page: PNGs in `data:` addresses, one pixel a pixel, never stretched."""

import base64
import io

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from latent_atlas.reports.pixels import image_bytes


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
