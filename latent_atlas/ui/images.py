"""Images for the browser: PNG data URIs of levels, errors and costs, at one pixel a pixel.

The browser enlarges them by whole multiples without smoothing; the bytes sent are the image's own.
"""

from numpy.typing import ArrayLike

from latent_atlas.reports.data_uris import data_uri, image_uri, png_bytes
from latent_atlas.reports.pixels import cost_rgb, error_rgb, signed_cost_rgb

__all__ = ["cost_uri", "data_uri", "error_uri", "image_uri", "png_bytes"]


def error_uri(error: ArrayLike) -> str:
    """Signed error [C, H, W] in -1..1 as a PNG data URI: blue, white at 0, red."""
    return data_uri(error_rgb(error))


def cost_uri(cost: ArrayLike, top: float, *, signed: bool) -> str:
    """Cost per pixel [H, W] in nats as a PNG data URI on the scale 0..`top`, or -`top`..`top`."""
    return data_uri(signed_cost_rgb(cost, top) if signed else cost_rgb(cost, top))
