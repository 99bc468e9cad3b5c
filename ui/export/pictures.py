"""The whole plane as one picture: the decoded manifold at a size of choice."""

import io

from reports.sheets import manifold_sheet
from ui.catalog import ModelEntry, loaded
from ui.latent_plane.spot import plane_axes
from ui.latent_plane.view import AxisScale
from vae_core.latent import manifold_images

SIDE = 20  # decoded images in a row


def manifold_png(entry: ModelEntry, axis: AxisScale, scale: int) -> bytes:
    """20 × 20 decoded images over the plane, each pixel `scale` screen pixels wide, as a PNG.

    Raises AtlasError when the model is gone.
    """
    vae = loaded(entry).vae
    axes = plane_axes(entry)
    pair = (axes[0], axes[1] if len(axes) > 1 else axes[0])
    images = manifold_images(vae, SIDE, "gaussian-cdf" if axis == "cdf" else "linear", pair)
    names = [f"z{number + 1}" for number in pair]
    if axis == "cdf":
        note = "Each picture stands for an equal share of the prior: z = \u03a6\u207b\u00b9(share)."
        names = [f"\u03a6({name})" for name in names]
    else:
        note = f"{names[0]} and {names[1]} from -3 to 3." if len(axes) > 1 else "z from -3 to 3."
    if len(axes) < vae.architecture.latent_dim:
        note += " All other dimensions are 0."
    sheet = manifold_sheet(
        images,
        title=f"What {entry.title} decodes to",
        note=note.replace("\u207b\u00b9", "^-1"),
        scale=scale,
        horizontal=names[0],
        vertical=names[1] if len(axes) > 1 else "",
    )
    stream = io.BytesIO()
    sheet.save(stream, format="PNG")
    return stream.getvalue()
