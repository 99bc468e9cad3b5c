"""One image's account in nats: -ELBO = distortion + rate, and the rate by dimension.

Printed numbers add up: parts are rounded so that their printed sum is the printed total.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.evaluation import ImageBounds
from vae_core.numerals import places_for

BARS = 12


@dataclass(frozen=True)
class Account:
    """The nats of one image under one model, rounded so that they add up.

    `half_width` is the ± of total and distortion over draws of z; they and the rate have no more
    than the `places` that it supports, and not beyond hundredths. `floor` is the part of the
    distortion that no model can avoid (levels as probabilities only); `dimensions` are (number from
    1, nats), largest first, at most `BARS`; `others` is (how many, nats) of the rest. `brief` is
    (total, distortion, rate) to tenths at most.
    """

    total: float
    distortion: float
    rate: float
    floor: float | None
    dimensions: list[tuple[int, float]]
    others: tuple[int, float]
    brief: tuple[float, float, float]
    half_width: float
    places: int


def account(
    bounds: ImageBounds, index: int, floor: float | None = None, half_width: float = 0.0
) -> Account:
    """The account of image `index` of measured bounds, whose ± over draws is `half_width`."""
    parts = [float(bounds.distortion[index]), float(bounds.rate[index])]
    places = min(2, places_for(half_width))
    coarse = min(1, places)
    tenths = adding_up(parts, coarse)
    distortion, rate = adding_up(parts, places)
    by_size = bounds.rate_per_dim[index].sort(descending=True, stable=True)
    kl = [float(value) for value in by_size.values]
    shown = [*kl[:BARS], sum(kl[BARS:])]
    rounded = adding_up(shown, 2)
    return Account(
        total=round(distortion + rate, places),
        distortion=distortion,
        rate=rate,
        floor=None if floor is None else round(floor, 2),
        dimensions=[
            (int(axis) + 1, value)
            for axis, value in zip(by_size.indices[:BARS], rounded[:-1], strict=True)
        ],
        others=(max(0, len(kl) - BARS), rounded[-1]),
        brief=(round(sum(tenths), coarse), tenths[0], tenths[1]),
        half_width=half_width,
        places=places,
    )


def adding_up(parts: list[float], decimals: int, total: float | None = None) -> list[float]:
    """`parts` rounded so that they add up to their rounded sum (or to `total`).

    Each is rounded down and the units left over go to the largest remainders, so no part is off by
    a whole unit of the last decimal unless `total` itself is further away.
    """
    unit = 10**decimals
    scaled = [part * unit for part in parts]
    units = [math.floor(value) for value in scaled]
    missing = round((sum(parts) if total is None else total) * unit) - sum(units)
    by_remainder = sorted(
        range(len(parts)), key=lambda i: scaled[i] - units[i], reverse=missing > 0
    )
    for step in range(abs(missing)):
        units[by_remainder[step % len(parts)]] += 1 if missing > 0 else -1
    return [value / unit for value in units]


def level_floor(image: Tensor) -> float:
    """The smallest cross-entropy that any prediction of an image can have, in nats.

    `image` is uint8 [C, H, W], or several [N, C, H, W], whose floors are added up. It is the
    entropy of its own levels taken as probabilities: 0 for black and white, and what remains when
    every value is predicted exactly.
    """
    x = torch.arange(256, dtype=torch.float64) / 255
    entropy = -(torch.xlogy(x, x) + torch.xlogy(1 - x, 1 - x))
    return float(torch.bincount(image.flatten().int(), minlength=256).double() @ entropy)
