"""A pad on which missing pixels are painted over an image, or put in by keys and numbers."""

from pathlib import Path

from torch import Tensor

from latent_atlas.reports.pixels import pixel_scale
from latent_atlas.ui.components import component
from latent_atlas.ui.images import image_uri
from latent_atlas.ui.reconstruct.corrupt.masks import known_from_runs, runs_of

_pad = component(
    "latent_atlas_mask_pad",
    "reconstruct/corrupt/mask_pad",
    "createMaskPad",
    html='<div class="mask-pad"></div>\n',
    css=Path(__file__).with_name("mask_pad.css").read_text(encoding="utf-8"),
)


def mask_pad(image: Tensor, known: Tensor, key: str) -> Tensor:
    """Draw it over an image, uint8 [C, H, W]; returns the known pixels, bool [H, W].

    It begins with `known`. From then on the browser keeps the mask.
    """
    _, height, width = image.shape
    result = _pad(
        {
            "width": width,
            "height": height,
            "scale": pixel_scale(height, width, 168),
            "image": image_uri(image),
            "runs": runs_of(known),
        },
        key=key,
        on_runs_change=lambda: None,
    )
    drawn = known_from_runs(result.runs, height, width)
    return known if drawn is None else drawn
