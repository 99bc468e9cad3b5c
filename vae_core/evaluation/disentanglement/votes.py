"""The FactorVAE score: which dimension stands still when a factor does (Kim & Mnih 2018).

Of two hundred images that share one factor's level the dimension is taken whose variance is least,
in parts of that over all images; it votes for the factor. A classifier that goes with the majority
of eight hundred such votes is asked for the factor of eight hundred others.
"""

import torch
from torch import Generator, Tensor

from vae_core.data import Factors
from vae_core.evaluation.disentanglement.score import Score, refuse_unfit
from vae_core.evaluation.proportions import Proportion
from vae_core.inference.activity import ACTIVE_VARIANCE

VOTES = 800  # to learn by, and as many to judge by
TOGETHER = 200  # images in a vote


def factor_score(codes: Tensor, factors: Factors, *, seed: int = 0) -> Score:
    """The share of votes whose factor is told by the dimension that stands still.

    A dimension that is not in use (A_j ≤ 0.01) has no vote. The images of a vote are drawn from
    those there are, with replacement. The ± is over votes.

    Args:
        codes: float [N, J].
        factors: of the same images, K; knowing nothing scores about 1 / K.
        seed: of the draws.

    Raises:
        AtlasError: there are too few images, or no factors.
    """
    refuse_unfit(codes, factors)
    generator = Generator().manual_seed(seed)
    told = _right(codes, factors, generator)
    dealt = codes[torch.randperm(len(codes), generator=generator)]
    chance = _right(dealt, factors, generator)
    return Score(told.share, told.half_width, chance.share)


def _right(codes: Tensor, factors: Factors, generator: Generator) -> Proportion:
    variance = codes.double().var(0, correction=0)
    used = variance > ACTIVE_VARIANCE
    kinds = len(factors.names)
    if not bool(used.any()):
        return Proportion(VOTES // kinds, VOTES)  # whatever the factor, nothing stands still
    scaled = (codes.double() / variance.sqrt())[:, used]
    learned = _votes(scaled, factors, generator)
    majority = learned.argmax(1)
    judged = _votes(scaled, factors, generator)
    return Proportion(int(judged.gather(1, majority[:, None]).sum()), int(judged.sum()))


def _votes(codes: Tensor, factors: Factors, generator: Generator) -> Tensor:
    """How often each dimension stood still most while each factor did. int64 [J, K]."""
    kinds = len(factors.names)
    of = torch.randint(kinds, (VOTES,), generator=generator)
    votes = torch.zeros(codes.shape[1], kinds, dtype=torch.long)
    for k in range(kinds):
        levels = factors.values[:, k]
        counts = torch.bincount(levels[levels >= 0], minlength=factors.sizes[k])
        there = (counts > 1).nonzero()[:, 0]  # one image alone never varies
        if len(there) == 0:
            continue
        chosen = there[torch.randint(len(there), (int((of == k).sum()),), generator=generator)]
        for level, times in zip(*chosen.unique(return_counts=True), strict=True):
            members = (levels == level).nonzero()[:, 0]
            drawn = torch.randint(len(members), (int(times), TOGETHER), generator=generator)
            still = codes[members[drawn]].var(1).argmin(1)
            votes[:, k] += torch.bincount(still, minlength=len(votes))
    return votes
