"""The SAP score: how far the dimension that tells a factor best is ahead of the next.

    SAP = (1/K) Σ_k (S_(1)k − S_(2)k)

(separated attribute predictability, Kumar et al. 2018). S_jk is the balanced share of images whose
level of factor k is told from z_j alone by thresholds: halfway between the levels' means, learned
on one half of the images and judged on the other. Knowing nothing tells one in L, so that with
independent factors even a perfect code scores 1 − 1/L and no more.
"""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.data import Factors
from vae_core.evaluation.disentanglement.score import Score, left_out, refuse_unfit, shuffled
from vae_core.evaluation.estimates import Cancelled, Watch


@dataclass(frozen=True)
class Separation:
    """What single dimensions tell.

    Attributes:
        score: SAP, ± over images (jackknife).
        told: S_jk, J rows of K.
    """

    score: Score
    told: tuple[tuple[float, ...], ...]


def separation(
    codes: Tensor, factors: Factors, *, seed: int = 0, watch: Watch | None = None
) -> Separation:
    """SAP of codes; arguments and errors as for ``information``. Cancelled: ``watch`` said so."""
    refuse_unfit(codes, factors)
    watch = watch or Watch()
    codes, values, sizes = codes.double(), factors.values, factors.sizes
    order = torch.randperm(len(codes), generator=Generator().manual_seed(seed))
    learns = order < (len(codes) + 1) // 2

    def ahead(kept: Tensor) -> Tensor:
        if watch.cancelled():
            raise Cancelled
        return torch.tensor(_ahead(_told(codes[kept], values[kept], sizes, learns[kept])))

    def dealt(deal: Tensor) -> float:
        if watch.cancelled():
            raise Cancelled
        return _ahead(_told(codes[deal], values, sizes, learns))

    told = _told(codes, values, sizes, learns)
    score = Score(
        value=_ahead(told),
        half_width=float(left_out(ahead, len(codes))),
        chance=shuffled(dealt, len(codes), seed),
        best=sum(1 - 1 / max(1, size) for size in sizes) / len(sizes),
    )
    return Separation(score, tuple(tuple(row) for row in told.tolist()))


def _told(codes: Tensor, values: Tensor, sizes: tuple[int, ...], learns: Tensor) -> Tensor:
    """S_jk of codes [n, J], levels [n, K]. [J, K]."""
    columns = []
    for k, size in enumerate(sizes):
        levels = values[:, k]
        known, judges = learns & (levels >= 0), ~learns & (levels >= 0)
        counts = torch.bincount(levels[known], minlength=size).double()
        sums = torch.zeros(size, codes.shape[1], dtype=torch.float64)
        sums.index_add_(0, levels[known], codes[known])
        # A level that nothing was learned of is never the nearest.
        means = torch.where(counts[:, None] > 0, sums / counts[:, None], torch.inf)
        asked = levels[judges]
        nearest = _nearest(codes[judges], means)
        right = torch.zeros(size, codes.shape[1], dtype=torch.float64)
        right.index_add_(0, asked, (nearest == asked[:, None]).double())
        there = torch.bincount(asked, minlength=size).double()
        shares = (right / there.clamp_min(1)[:, None])[there > 0]
        columns.append(shares.mean(0) if len(shares) else torch.zeros(codes.shape[1]).double())
    return torch.stack(columns, 1)


def _nearest(codes: Tensor, means: Tensor) -> Tensor:
    """The level whose mean is nearest to z_j, of codes [n, J] and means [L, J]. [n, J].

    By the thresholds between sorted means: distances to them all would be [n, J, L].
    """
    rising, levels = means.T.contiguous().sort(dim=1, stable=True)
    levels = levels.gather(1, torch.searchsorted(rising, rising))  # of equal means the first
    between = (rising[:, 1:] + rising[:, :-1]) / 2
    return levels.gather(1, torch.searchsorted(between, codes.T.contiguous())).T


def _ahead(told: Tensor) -> float:
    """The mean over factors of the first dimension's lead."""
    if len(told) == 1:
        return float(told.mean())
    first, second = told.topk(2, dim=0).values
    return float((first - second).mean())
