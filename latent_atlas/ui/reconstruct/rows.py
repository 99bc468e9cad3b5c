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
from latent_atlas.ui.reconstruct.ledger import account, level_floor
from latent_atlas.ui.reconstruct.measure import Treatment
from latent_atlas.ui.reconstruct.pictures import (
    DEVIATION_TOP,
    Kind,
    Pictures,
    deviation_ramp,
    pictures,
)
from vae_core.data import Split
from vae_core.evaluation import Bound, ImageBounds, mean_bound, over_draws
from vae_core.models import LIKELIHOODS, VAE, Nats
from vae_core.numerals import decimal
from vae_core.quantities import DISTORTION, RATE
from vae_core.sentences import counted

# The scale of costs is fixed, so that two images can be held against each other: a pixel that is as
# wrong as this has e^-4, under 2 %, for what is there. A pixel in colour has so much for each of
# its values. A density may cost as much less than nothing: e^4 is that of a Gaussian with σ 0.007.
COST_TOP = 4.0
# Of 256 levels: a pixel of which nothing is known costs log 256, 5.5 nats, where a Bernoulli's, of
# black and white, costs log 2.
COST_TOP_OF_LEVELS = 8.0
# Up to so many models have room for the error beside each reconstruction.
WITH_ERRORS = 3


@dataclass(frozen=True)
class Measured:
    """One model on images of a split: its title, itself, and its bounds on them.

    `draw_variance` says how much an image's bound varies with the draws (`evaluation.bounds`), and
    `images` are those of the split at the model's own size, where that is another.
    """

    title: str
    vae: VAE
    bounds: ImageBounds
    draw_variance: float = 0.0
    images: Tensor | None = None

    @property
    def nats(self) -> Nats:
        """What the nats of its images are of."""
        return LIKELIHOODS[self.vae.architecture.likelihood].nats

    @property
    def image_half_width(self) -> float:
        """The ± of one image's own bound over draws of z, typical of these images."""
        return over_draws(self.draw_variance, 1)

    @property
    def has_floor(self) -> bool:
        """Whether even a perfect copy of an image of the split pays for its levels."""
        return self.nats == "probability" and self.images is None

    def compares_with(self, other: "Measured") -> bool:
        """Whether its nats may be held against those of another: of the same pixels, and a kind."""
        shapes = [each.vae.architecture.image_shape for each in (self, other)]
        return self.nats == other.nats and shapes[0] == shapes[1]


@dataclass(frozen=True, kw_only=True)
class Shown(Measured):
    """One model of the wall: the bounds are those of the images that are shown, in their order.

    `costs` [n, H, W] is what each pixel costs, and adds up to the distortion (`pixel_costs`): both
    are means over so many `draws` of z.
    """

    costs: Tensor
    draws: int


def wall_data(
    split: Split,
    indices: Tensor,
    columns: list[Shown],
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
    signed, top = _cost_reach(columns, channels)
    floors = (
        [level_floor(split.images[index]) for index in indices] if treatment == "grey" else None
    )
    models = [
        _accounts(column, one, floors if column.has_floor else None, seen, top, signed=signed)
        for column, one in zip(columns, made, strict=True)
    ]
    best = _best(columns)
    cards = [
        {
            "id": index,
            "label": "" if split.labels is None else class_names[int(split.labels[index])],
            "original": image_uri(at_size(split.images[index][None].float() / 255, seen)[0]),
            "models": [
                {**each[place], "best": surely[place]}
                for each, surely in zip(models, best, strict=True)
            ],
        }
        for place, index in enumerate(indices.tolist())
    ]
    return {
        "width": width,
        "height": height,
        "scale": pixel_scale(height, width),
        "split": split.name,
        "models": [column.title for column in columns],
        "captions": list(made[0].captions),
        "draws": counted(columns[0].draws, "draw"),
        "picture": "first posterior sample" if kind == "Sample z" else "posterior mean",
        "cards": cards,
        "facts": None if facts is None else {"names": NAMES, "addresses": facts},
        "pictureScale": _picture_scale(made[0].captions),
        "floorName": f"of it, {data_words.levels(channels)}",
        "names": [DISTORTION.full_name, RATE.full_name],
        **_cost_scale(channels, top, signed=signed),
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


def _cost_reach(columns: list[Shown], channels: int) -> tuple[bool, float]:
    """Whether the one scale of all costs goes below zero, and how far up it goes."""
    kinds = {column.nats for column in columns}
    top = COST_TOP_OF_LEVELS if "levels" in kinds else COST_TOP
    return "density" in kinds, top * channels


def _cost_scale(channels: int, top: float, *, signed: bool) -> dict[str, Any]:
    """The ramp of the cost pictures and what stands at its ends."""
    ramp = cost_uri(np.linspace(-top if signed else 0, top, 201)[None], top, signed=signed)
    unit = "nats per pixel" if channels == 1 else "nats per pixel, its colours together"
    if not signed:
        return {"costRamp": ramp, "costEnds": ["0", f"{top:g} or more {unit}"]}
    ends = [f"−{top:g}", f"+{top:g} {unit}; white is 0, green below: a density may be above 1"]
    return {"costRamp": ramp, "costEnds": ends}


def _accounts(
    column: Shown,
    made: Pictures,
    floors: list[float] | None,
    seen: Shape,
    top: float,
    *,
    signed: bool,
) -> list[dict[str, Any]]:
    """What one model makes of each image that is shown."""
    costs = at_size(column.costs.float()[:, None], (1, *seen[1:]))[:, 0]
    return [
        {
            "title": column.title,
            "rebuilt": made.copies[place],
            "pictures": [every[place] for every in made.shown],
            "cost": cost_uri(cost, top, signed=signed),
            **_printed(column, place, None if floors is None else floors[place]),
        }
        for place, cost in enumerate(costs)
    ]


def _best(columns: list[Shown]) -> list[list[bool]]:
    """Of each model and image, whether the model surely costs less for it than all others.

    Those whose nats compare with its own, if there are any.
    """
    best = []
    for column in columns:
        others = [each for each in columns if each is not column and each.compares_with(column)]
        ahead = [
            column.bounds.elbo - other.bounds.elbo
            > math.hypot(column.image_half_width, other.image_half_width)
            for other in others
        ]
        none = torch.zeros(len(column.bounds.elbo), dtype=torch.bool)
        best.append((torch.stack(ahead).all(0) if ahead else none).tolist())
    return best


def _printed(column: Shown, place: int, floor: float | None) -> dict[str, Any]:
    """An image's account as text (tenths on the card, hundredths in the ledger) and as lengths.

    With fewer places where the draws of z support fewer.
    """
    entry = account(column.bounds, place, floor, column.image_half_width)
    count, nats = entry.others
    sure = f" ± {decimal(entry.half_width, entry.places)}" if entry.half_width else ""
    return {
        "brief": [decimal(nats, min(1, entry.places)) for nats in entry.brief],
        "total": decimal(entry.total, entry.places) + sure,
        "distortion": decimal(entry.distortion, entry.places) + sure,
        "rate": decimal(entry.rate, entry.places),
        "floor": None if entry.floor is None else decimal(entry.floor, 2),
        "shown": decimal(float(column.costs[place].sum()), 2),
        "bars": [entry.distortion, entry.rate, entry.floor or 0.0],
        "dimensions": [[f"z{_below(axis)}", decimal(kl, 2), kl] for axis, kl in entry.dimensions],
        "others": [f"{count} more", decimal(nats, 2), nats] if count else None,
    }


def _below(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def mean_nats(bounds: ImageBounds, indices: Tensor | None = None) -> Bound:
    """The mean bound in nats per image, with its ± over images, of all images or of `indices`."""
    if indices is None or len(indices) == len(bounds.elbo):
        return mean_bound(bounds)
    parts = (bounds.elbo, bounds.rate, bounds.distortion, bounds.rate_per_dim)
    return mean_bound(ImageBounds(*(part[indices] for part in parts)))
