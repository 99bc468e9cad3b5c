"""Which images to show, in which order: pure functions of the numbers and a seed."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Generator, Tensor

Order = Literal["shuffled", "listed", "worst", "best", "differ", "rate", "unlikely", "near"]

TITLES: dict[Order, str] = {
    "shuffled": "Shuffled",
    "listed": "As listed",
    "worst": "Worst first",
    "best": "Best first",
    "differ": "Models differ most",
    "rate": "Largest rate first",
    "unlikely": "Least likely first",
    "near": "Nearest to one",
}


@dataclass(frozen=True)
class Ranks:
    """What images are put in order by, of all N of a split.

    `costs` has one tensor [N] a model, -ELBO in nats, none while they are not known; `rate` [N] is
    that of the first model, and `distance` [N] tells how far an image is from a chosen one, where
    one is chosen. `log_p` [n] is log p(x) of the first n images, if it has been measured.
    """

    images: int
    costs: list[Tensor]
    rate: Tensor | None = None
    distance: Tensor | None = None
    log_p: Tensor | None = None

    def orders(self) -> list[Order]:
        """Those that mean something: of one model nothing differs."""
        missing = {"near"} if self.distance is None else set()
        missing |= {"unlikely"} if self.log_p is None else set()
        if len(self.costs) == 1:
            missing.add("differ")
        return [order for order in TITLES if order not in missing]

    def waits(self, order: Order) -> bool:
        """Whether an order needs numbers that are not known yet."""
        return not self.costs and order in ("worst", "best", "differ", "rate")


def arranged(order: Order, ranks: Ranks, among: Tensor | None = None, seed: int = 0) -> Tensor:
    """Indices of the images to show, int64; of those `among` [n] alone, where that is given.

    `worst` is the largest cost first under the first model, `best` the smallest, `differ` the
    largest gap between the models first, `rate` the largest rate first under the first model,
    `unlikely` the lowest log p(x) first, of those images that have one alone, `near` what is
    nearest to the chosen image first, `listed` the order of the data, and `shuffled` a permutation
    drawn from `seed`, which also stands in for what cannot be. Ties keep the data's order.
    """
    if order == "listed":
        indices = torch.arange(ranks.images)
    elif order == "worst" and ranks.costs:
        indices = _largest_first(ranks.costs[0])
    elif order == "best" and ranks.costs:
        indices = ranks.costs[0].argsort(stable=True)
    elif order == "rate" and ranks.rate is not None:
        indices = _largest_first(ranks.rate)
    elif order == "unlikely" and ranks.log_p is not None:
        indices = ranks.log_p.argsort(stable=True)
    elif order == "near" and ranks.distance is not None:
        indices = ranks.distance.argsort(stable=True)
    elif order == "differ" and len(ranks.costs) > 1:
        stacked = torch.stack(ranks.costs)
        indices = _largest_first(stacked.amax(0) - stacked.amin(0))
    else:
        indices = torch.randperm(ranks.images, generator=Generator().manual_seed(seed))
    if among is None:
        return indices
    wanted = torch.zeros(ranks.images, dtype=torch.bool)
    wanted[among] = True
    return indices[wanted[indices]]


def _largest_first(values: Tensor) -> Tensor:
    return values.argsort(descending=True, stable=True)


def page_of(indices: Tensor, page: int, size: int) -> Tensor:
    """The images of one page (counted from 1), `size` a page; the nearest page there is."""
    last = max(1, -(-len(indices) // size))
    start = (min(max(page, 1), last) - 1) * size
    return indices[start : start + size]


def page_holding(indices: Tensor, image: int, size: int) -> int:
    """The page (counted from 1) on which `image` stands; the first when it is on none."""
    where = (indices == image).nonzero()
    return int(where[0, 0]) // size + 1 if len(where) else 1
