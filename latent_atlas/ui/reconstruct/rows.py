"""What the wall shows, as plain data: pictures as PNG data URIs, numbers as printed text.

The browser only lays this out: every number that it prints was rounded here.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from latent_atlas.reports.pixels import pixel_scale
from latent_atlas.ui.images import cost_uri, error_uri, image_uri
from latent_atlas.ui.reconstruct.ledger import Account, account, grey_floor
from latent_atlas.ui.reconstruct.measure import Pictures, Treatment, pictures
from vae_core.data import Kinship, Split
from vae_core.data.kinship import OWN
from vae_core.evaluation import ImageBounds
from vae_core.models import LIKELIHOODS, VAE

# The per-pixel scale is fixed, so that two images can be held against each other: a pixel that is
# as wrong as this has e^-4, under 2 %, for what is there.
COST_TOP = 4.0


@dataclass(frozen=True)
class Column:
    """One model of the wall: its title, itself, and its bounds on the whole split.

    `kinship` says how the images stand to those that it was trained on.
    """

    title: str
    vae: VAE
    bounds: ImageBounds
    kinship: Kinship = OWN


def wall_data(
    split: Split,
    indices: Tensor,
    columns: list[Column],
    *,
    treatment: Treatment,
    class_names: tuple[str, ...] = (),
    draw: int | None = None,
) -> dict[str, Any]:
    """The component's data for the images of `split` at `indices` (int64 [n]), one card each.

    `draw` is as in `pictures`; a class is named when the split has labels.
    """
    _, _, height, width = split.images.shape
    made = [pictures(column.vae, split.images, indices, draw) for column in columns]
    cards = [
        _card(split, int(index), place, columns, made, treatment, class_names)
        for place, index in enumerate(indices)
    ]
    return {
        "width": width,
        "height": height,
        "scale": pixel_scale(height, width),
        "split": split.name,
        "models": [column.title for column in columns],
        "picture": "posterior mean" if draw is None else "one posterior sample",
        "cards": cards,
        "errorRamp": error_uri(np.linspace(-1, 1, 201)[None, None]),
        "costRamp": cost_uri(np.linspace(0, COST_TOP, 201)[None], COST_TOP),
        "costTop": f"{COST_TOP:g}",
    }


def _card(
    split: Split,
    index: int,
    place: int,
    columns: list[Column],
    made: list[Pictures],
    treatment: Treatment,
    class_names: tuple[str, ...],
) -> dict[str, Any]:
    image = split.images[index]
    density = LIKELIHOODS[columns[0].vae.architecture.likelihood].density
    grey = treatment == "grey" and not density
    floor = grey_floor(image) if grey else None
    accounts = [account(column.bounds, index, floor) for column in columns]
    best = min(entry.total for entry in accounts)
    return {
        "id": index,
        "label": "" if split.labels is None else class_names[int(split.labels[index])],
        "original": image_uri(image),
        "models": [
            {
                "title": column.title,
                "rebuilt": image_uri(one.means[place]),
                "error": error_uri(one.means[place] - image / 255),
                "cost": cost_uri(one.costs[place], COST_TOP),
                "best": len(columns) > 1 and entry.total == best,
                **_printed(entry, float(one.costs[place].sum())),
            }
            for column, one, entry in zip(columns, made, accounts, strict=True)
        ],
    }


def _printed(entry: Account, shown: float) -> dict[str, Any]:
    """An account as text (tenths on the card, hundredths in the ledger) and as lengths of bars."""
    total, distortion, rate = entry.brief
    count, nats = entry.others
    return {
        "brief": [f"{total:.1f}", f"{distortion:.1f}", f"{rate:.1f}"],
        "total": f"{entry.total:.2f}",
        "distortion": f"{entry.distortion:.2f}",
        "rate": f"{entry.rate:.2f}",
        "floor": None if entry.floor is None else f"{entry.floor:.2f}",
        "shown": f"{shown:.2f}",
        "bars": [entry.distortion, entry.rate, entry.floor or 0.0],
        "dimensions": [[f"z{_below(axis)}", f"{kl:.2f}", kl] for axis, kl in entry.dimensions],
        "others": [f"{count} more", f"{nats:.2f}", nats] if count else None,
    }


def _below(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def mean_nats(bounds: ImageBounds, indices: Tensor | None = None) -> tuple[float, float, float]:
    """Mean -ELBO, distortion and rate in nats per image, of all images or of `indices`."""
    parts = [
        float((part if indices is None else part[indices]).double().mean())
        for part in (bounds.distortion, bounds.rate)
    ]
    return sum(parts), parts[0], parts[1]


def names_of_classes(labels: Tensor | None, class_names: tuple[str, ...]) -> list[str]:
    """The classes that occur, in their order; empty without labels."""
    if labels is None:
        return []
    return [class_names[int(label)] for label in torch.unique(labels)]
