"""Which images to show, in which order: pure functions of the numbers and a seed."""

from typing import Literal

import torch
from torch import Generator, Tensor

Order = Literal["shuffled", "worst", "best", "differ"]

TITLES: dict[Order, str] = {
    "shuffled": "Shuffled",
    "worst": "Worst first",
    "best": "Best first",
    "differ": "Models differ most",
}


def arranged(
    order: Order,
    costs: list[Tensor],
    labels: Tensor | None = None,
    wanted: int | None = None,
    seed: int = 0,
) -> Tensor:
    """Indices of the images to show, int64, all of class `wanted` (None: of any class).

    `costs` has one tensor [N] a model, -ELBO in nats. `worst` is the largest cost first under the
    first model, `best` the smallest, `differ` the largest gap between the models first (of one
    model: as `shuffled`), `shuffled` a permutation drawn from `seed`. Ties keep the data's order.
    """
    first = costs[0]
    if order == "worst":
        indices = first.argsort(descending=True, stable=True)
    elif order == "best":
        indices = first.argsort(stable=True)
    elif order == "differ" and len(costs) > 1:
        stacked = torch.stack(costs)
        indices = (stacked.amax(0) - stacked.amin(0)).argsort(descending=True, stable=True)
    else:
        indices = torch.randperm(len(first), generator=Generator().manual_seed(seed))
    if wanted is None or labels is None:
        return indices
    return indices[labels[indices] == wanted]


def page_of(indices: Tensor, page: int, size: int) -> Tensor:
    """The images of one page (counted from 1), `size` a page; the nearest page there is."""
    last = max(1, -(-len(indices) // size))
    start = (min(max(page, 1), last) - 1) * size
    return indices[start : start + size]


def page_holding(indices: Tensor, image: int, size: int) -> int:
    """The page (counted from 1) on which `image` stands; the first when it is on none."""
    where = (indices == image).nonzero()
    return int(where[0, 0]) // size + 1 if len(where) else 1
