"""Grids of images out of a document: the pixels as they are, at whole multiples."""

import base64
import binascii
import io
import zlib

import numpy as np

from latent_atlas.reports.pixels import Bytes, image_bytes
from latent_atlas.reproduce.figure import ImagesPanel
from vae_core.errors import AtlasError
from vae_core.sentences import why

# What shows between the images, in the light and in the dark: the plane's own surface.
SEPARATOR = 20


def panel_images(panel: ImagesPanel) -> Bytes:
    """The images of `panel`, uint8 [rows, columns, C, H, W].

    Raises AtlasError where the stored pixels cannot be read or are not as many as announced. No
    more than the announced number of bytes is ever unpacked.
    """
    shape = (panel.rows, panel.columns, panel.channels, panel.height, panel.width)
    if min(shape) < 1 or panel.channels not in (1, 3):
        raise AtlasError(f"The images of “{panel.title}” have the impossible shape {shape}.")
    size = int(np.prod(shape))
    try:
        packed = base64.b64decode(panel.pixels, validate=True)
        content = zlib.decompressobj().decompress(packed, size + 1)
    except (binascii.Error, zlib.error) as error:
        raise AtlasError(
            f"The images of “{panel.title}” cannot be unpacked ({why(error)}). Compute them again."
        ) from error
    if len(content) != size:
        raise AtlasError(
            f"The images of “{panel.title}” are not the {size:,} bytes that their shape "
            f"{shape} asks for. Compute them again."
        )
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)


def tiled(panel: ImagesPanel, scale: int = 1) -> Bytes:
    """All images on one sheet, uint8 RGB [H, W, 3], each pixel `scale` × `scale`, never stretched.

    A line of one pixel stands around every image.
    """
    images = panel_images(panel)
    height, width = panel.height * scale + 1, panel.width * scale + 1
    sheet = np.full((panel.rows * height + 1, panel.columns * width + 1, 3), SEPARATOR, np.uint8)
    for row in range(panel.rows):
        for column in range(panel.columns):
            levels = image_bytes(images[row, column])
            large = levels.repeat(scale, axis=0).repeat(scale, axis=1)
            top, left = row * height + 1, column * width + 1
            # [H, W] is grey, the same in all three colours.
            sheet[top : top + height - 1, left : left + width - 1] = (
                large if large.ndim == 3 else large[..., None]
            )
    return sheet


def fitting_scale(panel: ImagesPanel, pixels: int) -> int:
    """The largest whole multiple at which the sheet is at most `pixels` wide and high, or 1."""
    longest = max(panel.rows * panel.height, panel.columns * panel.width)
    lines = max(panel.rows, panel.columns) + 1
    return max(1, (pixels - lines) // longest)


def sheet_uri(panel: ImagesPanel, scale: int = 1) -> str:
    """The sheet as a PNG in a `data:` address, which pages show without another file."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(tiled(panel, scale)).save(buffer, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
