"""The whole plane as one picture: the decoded manifold at a size of choice."""

import io

import torch

from latent_atlas.reports.sheets import manifold_sheet
from latent_atlas.ui.catalog import ModelEntry, loaded
from latent_atlas.ui.latent_plane import PlaneView
from latent_atlas.ui.latent_plane.spot import plane_of
from vae_core.latent import manifold_coordinates

SIDE = 20  # decoded images in a row


@torch.no_grad()
def manifold_png(entry: ModelEntry, view: PlaneView, scale: int) -> bytes:
    """20 × 20 decoded images over the plane of a view, each pixel `scale` screen pixels wide.

    Where the view is t-SNE's sheet, which has no z between its points, it is that of two axes.
    Returns a PNG. Raises AtlasError when the model is gone.
    """
    vae = loaded(entry).vae
    latent_dim = vae.architecture.latent_dim
    by, base = plane_of(entry, view), view.fitting(latent_dim).base
    along = manifold_coordinates(SIDE, "gaussian-cdf" if view.axis == "cdf" else "linear")
    z = by.at(None if base is None else torch.tensor(base)).grid(along, along)
    images = torch.stack([vae.decode(row).mean for row in z])
    names = ["PC1", "PC2"] if by.axes is None else [f"z{number + 1}" for number in by.axes]
    plane = len(names) > 1
    if view.axis == "cdf":
        note = "Each picture stands for an equal share of the prior: z = \u03a6\u207b\u00b9(share)."
        names = [f"\u03a6({name})" for name in names]
    else:
        note = f"{names[0]} and {names[1]} from -3 to 3." if plane else "z from -3 to 3."
    if latent_dim > 2:
        mean = "are at the mean of the images" if by.axes is None else "are 0"
        note += f" All other dimensions {mean if base is None else 'stay where they were set'}."
    sheet = manifold_sheet(
        images,
        title=f"What {entry.title} decodes to",
        note=note.replace("\u207b\u00b9", "^-1"),
        scale=scale,
        horizontal=names[0],
        vertical=names[1] if plane else "",
    )
    stream = io.BytesIO()
    sheet.save(stream, format="PNG")
    return stream.getvalue()
