"""One image's account in nats: -ELBO = distortion + rate, and the rate by dimension.

Printed numbers add up: parts are rounded so that their printed sum is the printed total.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.evaluation import ImageBounds

BARS = 12


@dataclass(frozen=True)
class Account:
    """The nats of one image under one model, rounded to hundredths so that they add up.

    `floor` is the part of the distortion that no model can avoid (levels as probabilities only);
    `dimensions` are (number from 1, nats), largest first, at most `BARS`; `others` is (how many,
    nats) of the rest. `brief` is (total, distortion, rate) to tenths.
    """

    total: float
    distortion: float
    rate: float
    floor: float | None
    dimensions: list[tuple[int, float]]
    others: tuple[int, float]
    brief: tuple[float, float, float]


def account(bounds: ImageBounds, index: int, floor: float | None = None) -> Account:
    """The account of image `index` of measured bounds."""
    parts = [float(bounds.distortion[index]), float(bounds.rate[index])]
    tenths = adding_up(parts, 1)
    distortion, rate = adding_up(parts, 2)
    by_size = bounds.rate_per_dim[index].sort(descending=True, stable=True)
    kl = [float(value) for value in by_size.values]
    shown = [*kl[:BARS], sum(kl[BARS:])]
    rounded = adding_up(shown, 2, total=rate)
    return Account(
        total=round(distortion + rate, 2),
        distortion=distortion,
        rate=rate,
        floor=None if floor is None else round(floor, 2),
        dimensions=[
            (int(axis) + 1, value)
            for axis, value in zip(by_size.indices[:BARS], rounded[:-1], strict=True)
        ],
        others=(max(0, len(kl) - BARS), rounded[-1]),
        brief=(round(sum(tenths), 1), tenths[0], tenths[1]),
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
