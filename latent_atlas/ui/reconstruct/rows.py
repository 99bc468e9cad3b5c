"""What the wall shows, as plain data: pictures as PNG data URIs, numbers as printed text.

The browser only lays this out: every number that it prints was rounded here.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from latent_atlas.reports import data_words
from latent_atlas.reports.image_size import Shape, at_size
from latent_atlas.reports.pixels import pixel_scale
from latent_atlas.ui.images import cost_uri, error_uri, image_uri
from latent_atlas.ui.reconstruct.image_facts import NAMES
from latent_atlas.ui.reconstruct.ledger import Account, account, level_floor
from latent_atlas.ui.reconstruct.measure import Treatment
from latent_atlas.ui.reconstruct.pictures import (
    DEVIATION_TOP,
    Kind,
    Pictures,
    deviation_ramp,
    pictures,
)
from vae_core.data import Split
from vae_core.evaluation import Bound, ImageBounds, mean_bound, over_draws, over_images
from vae_core.models import LIKELIHOODS, VAE
from vae_core.numerals import decimal
from vae_core.quantities import DISTORTION, RATE

# The scale of costs is fixed, so that two images can be held against each other: a pixel that is as
# wrong as this has e^-4, under 2 %, for what is there. A pixel in colour has so much for each of
# its values. A density may cost as much less than nothing: e^4 is that of a Gaussian with σ 0.007.
COST_TOP = 4.0
# Up to so many models have room for the error beside each reconstruction.
WITH_ERRORS = 3


@dataclass(frozen=True)
class Measured:
    """One model of the wall: its title, itself, and its bounds on the whole split.

    `draw_variance` says how much an image's bound varies with the draws (`evaluation.bounds`), and
    `images` are those of the split at the model's own size, where that is another. Where the bounds
    are of some images only, `rows` says of which: int64 [n].
    """

    title: str
    vae: VAE
    bounds: ImageBounds
    draw_variance: float = 0.0
    images: Tensor | None = None
    rows: Tensor | None = None

    def row(self, index: int) -> int:
        """Where image `index` of the split stands among the bounds."""
        return index if self.rows is None else int((self.rows == index).nonzero()[0, 0])

    @property
    def density(self) -> bool:
        """Whether the nats of its images are those of a density, not of a probability."""
        return LIKELIHOODS[self.vae.architecture.likelihood].density

    @property
    def image_half_width(self) -> float:
        """The ± of one image's own bound over draws of z, typical of these images."""
        return over_draws(self.draw_variance, 1)

    @property
    def has_floor(self) -> bool:
        """Whether even a perfect copy of an image of the split pays for its levels."""
        return not self.density and self.images is None

    def compares_with(self, other: "Measured") -> bool:
        """Whether its nats may be held against those of another: of the same pixels, and a kind."""
        shapes = [each.vae.architecture.image_shape for each in (self, other)]
        return self.density == other.density and shapes[0] == shapes[1]


def wall_data(
    split: Split,
    indices: Tensor,
    columns: list[Measured],
    *,
    treatment: Treatment,
    class_names: tuple[str, ...] = (),
    kind: Kind = "Mean z",
    draw: int = 0,
    facts: list[str] | None = None,
    size: Shape | None = None,
) -> dict[str, Any]:
    """The component's data for the images of `split` at `indices` (int64 [n]), one card each.

    `kind` and `draw` are as in `pictures`; a class is named when the split has labels. `facts` has
    an address for each model where more is told of an image. All pictures are brought to `size`.
    """
    channels, height, width = seen = size or _shape_of(split.images)
    errors = len(columns) <= WITH_ERRORS
    made = [
        pictures(
            column.vae,
            split.images if column.images is None else column.images,
            indices,
            kind,
            draw,
            errors=errors,
            size=seen,
        )
        for column in columns
    ]
    cards = [
        _card(split, int(index), place, columns, made, treatment, class_names, seen)
        for place, index in enumerate(indices)
    ]
    return {
        "width": width,
        "height": height,
        "scale": pixel_scale(height, width),
        "split": split.name,
        "models": [column.title for column in columns],
        "captions": list(made[0].captions),
        "picture": "first posterior sample" if kind == "Sample z" else "posterior mean",
        "cards": cards,
        "facts": None if facts is None else {"names": NAMES, "addresses": facts},
        "pictureScale": _picture_scale(made[0].captions),
        "floorName": f"of it, {data_words.levels(channels)}",
        "names": [DISTORTION.full_name, RATE.full_name],
        **_cost_scale(channels, signed=any(column.density for column in columns)),
    }


def _shape_of(images: Tensor) -> Shape:
    return images.shape[1], images.shape[2], images.shape[3]


def _picture_scale(captions: tuple[str, ...]) -> list[str] | None:
    """The ramp of pictures that are in false colours, and what stands at its left and right."""
    if "error" in captions:
        ends = f"+1: {data_words.ERROR_ENDS}"
        return [error_uri(np.linspace(-1, 1, 201)[None, None]), "error −1", ends]
    if "deviation" in captions:
        return [deviation_ramp(), "deviation σ of p(x|z): 0", f"{DEVIATION_TOP:z.1f} or more"]
    return None


def _cost_scale(channels: int, *, signed: bool) -> dict[str, Any]:
    """The ramp of the cost pictures and what stands at its ends."""
    top = COST_TOP * channels
    ramp = cost_uri(np.linspace(-top if signed else 0, top, 201)[None], top, signed=signed)
    unit = "nats per pixel" if channels == 1 else "nats per pixel, its colours together"
    if not signed:
        return {"costRamp": ramp, "costEnds": ["0", f"{top:g} or more {unit}"]}
    ends = [f"−{top:g}", f"+{top:g} {unit}; white is 0, green below: a density may be above 1"]
    return {"costRamp": ramp, "costEnds": ends}


def _card(
    split: Split,
    index: int,
    place: int,
    columns: list[Measured],
    made: list[Pictures],
    treatment: Treatment,
    class_names: tuple[str, ...],
    size: Shape,
) -> dict[str, Any]:
    image = split.images[index]
    signed = any(column.density for column in columns)
    least = level_floor(image) if treatment == "grey" else None
    accounts = [
        account(
            column.bounds,
            column.row(index),
            least if column.has_floor else None,
            column.image_half_width,
        )
        for column in columns
    ]
    return {
        "id": index,
        "label": "" if split.labels is None else class_names[int(split.labels[index])],
        "original": image_uri(at_size(image[None].float() / 255, size)[0]),
        "models": [
            {
                "title": column.title,
                "rebuilt": one.copies[place],
                "pictures": [every[place] for every in one.shown],
                "cost": cost_uri(one.costs_shown[place], COST_TOP * image.shape[0], signed=signed),
                "best": _is_best(place_of, columns, index),
                **_printed(entry, float(one.costs[place].sum())),
            }
            for place_of, (column, one, entry) in enumerate(
                zip(columns, made, accounts, strict=True)
            )
        ],
    }


def _is_best(which: int, columns: list[Measured], index: int) -> bool:
    """Whether this model surely costs less for this image than each other that compares with it."""
    column = columns[which]
    others = [c for n, c in enumerate(columns) if n != which and c.compares_with(column)]
    return bool(others) and all(
        float(column.bounds.elbo[column.row(index)] - other.bounds.elbo[other.row(index)])
        > math.hypot(column.image_half_width, other.image_half_width)
        for other in others
    )


def _printed(entry: Account, shown: float) -> dict[str, Any]:
    """An account as text (tenths on the card, hundredths in the ledger) and as lengths of bars.

    With fewer places where the draws of z support fewer.
    """
    count, nats = entry.others
    sure = f" ± {decimal(entry.half_width, entry.places)}" if entry.half_width else ""
    return {
        "brief": [decimal(nats, min(1, entry.places)) for nats in entry.brief],
        "total": decimal(entry.total, entry.places) + sure,
        "distortion": decimal(entry.distortion, entry.places) + sure,
        "rate": decimal(entry.rate, entry.places),
        "floor": None if entry.floor is None else decimal(entry.floor, 2),
        "shown": decimal(shown, 2),
        "bars": [entry.distortion, entry.rate, entry.floor or 0.0],
        "dimensions": [[f"z{_below(axis)}", decimal(kl, 2), kl] for axis, kl in entry.dimensions],
        "others": [f"{count} more", decimal(nats, 2), nats] if count else None,
    }


def _below(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def mean_nats(bounds: ImageBounds, indices: Tensor | None = None) -> Bound:
    """The mean bound in nats per image, with its ± over images, of all images or of `indices`."""
    if indices is None:
        return mean_bound(bounds)
    parts = (bounds.elbo, bounds.rate, bounds.distortion, bounds.rate_per_dim)
    return mean_bound(ImageBounds(*(part[indices] for part in parts)))


def paired(first: ImageBounds, other: ImageBounds, indices: Tensor) -> tuple[float, float | None]:
    """How many nats an image costs more under the other model than under the first, with its ±.

    The mean over the images at `indices` of each one's own difference: surer than two means are.
    """
    more = (first.elbo - other.elbo)[indices].double()
    return more.mean().item(), over_images(more)


def names_of_classes(labels: Tensor | None, class_names: tuple[str, ...]) -> list[str]:
    """The classes that occur, in their order; empty without labels."""
    if labels is None:
        return []
    return [class_names[int(label)] for label in torch.unique(labels)]
