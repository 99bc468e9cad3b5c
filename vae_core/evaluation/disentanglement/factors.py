"""Which factors a code can be measured by, and which of them go together."""

from dataclasses import dataclass

import torch

from vae_core.data import Factors
from vae_core.evaluation.disentanglement.information import joint_information
from vae_core.evaluation.disentanglement.score import FEWEST

MOST_LEVELS = 100
_IMAGES = 10  # a level, on average
_TOGETHER = 0.05  # of the smaller entropy, that two factors have in common beyond chance


@dataclass(frozen=True)
class Together:
    """Two factors that say something of each other: no code can hold them wholly apart.

    `share` is what they have in common of the smaller one's entropy, less what so few images let
    any two have.
    """

    first: str
    second: str
    share: float


def usable(factors: Factors) -> tuple[Factors, tuple[str, ...]]:
    """The factors that tell images apart and come often enough, and the names of the others.

    A factor has two to a hundred levels among these images, ten images a level on average, and is
    known of forty images. Levels that none of them has are counted no more.
    """
    names, sizes, columns, left = [], [], [], []
    for name, levels in zip(factors.names, factors.values.unbind(1), strict=True):
        known = levels[levels >= 0]
        there, compact = levels.clamp_min(-1).unique(return_inverse=True)
        missing = int(bool((there < 0).any()))
        size = len(there) - missing
        if 2 <= size <= min(MOST_LEVELS, len(known) // _IMAGES) and len(known) >= FEWEST:
            names.append(name)
            sizes.append(size)
            columns.append(compact - missing)
        else:
            left.append(name)
    values = torch.stack(columns, 1) if columns else factors.values[:, :0]
    return Factors(tuple(names), tuple(sizes), values), tuple(left)


def together(factors: Factors) -> tuple[Together, ...]:
    """The pairs that share more than a twentieth of the smaller entropy, the most first."""
    found = []
    for a in range(len(factors.names)):
        for b in range(a + 1, len(factors.names)):
            first, second = factors.values[:, a], factors.values[:, b]
            both = (first >= 0) & (second >= 0)
            first, second = first[both], second[both]
            sizes = (factors.sizes[a], factors.sizes[b])
            entropy = min(
                joint_information(one, one, (size, size))
                for one, size in ((first, sizes[0]), (second, sizes[1]))
            )
            if len(first) == 0 or entropy == 0:
                continue
            chance = (sizes[0] - 1) * (sizes[1] - 1) / (2 * len(first))
            share = (joint_information(first, second, sizes) - chance) / entropy
            if share > _TOGETHER:
                found.append(Together(factors.names[a], factors.names[b], min(1.0, share)))
    return tuple(sorted(found, key=lambda pair: -pair.share))
