"""From a pixel in (0, 1), a level that noise has spread, to a number that couplings can move.

A coupling says of a pixel, from others, where a bell stands and how wide it is. What it moves ought
to look like bells. A logit turns the flat cell of black into one half of a bell, with an edge where
most pixels are, and puts ink ten of its widths away; a bell that may be either is mostly grey.
"""

import math
from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import Tensor, nn

from vae_core.models.priors import standard_normal_log_prob_per_dim

LEVELS = 256
FINENESS = 2**14  # of u: v + u then has the 23 bits that a float32 below 256 keeps
_LEAST = 0.5 / (LEVELS * FINENESS)  # the x nearest to 0 that dequantisation gives
_APART = 2.5  # of each bell's middle from where they meet, in its standard deviations
_MEET = 0.5 * (1 + math.erf(_APART / math.sqrt(2)))  # of a whole bell, up to there


class LevelMap(nn.Module, ABC):
    """A map of each value by itself, the same for all, that rises and can be gone back along.

    Attributes:
        name: as settings and files call it.
        label: as people read it in a form.
    """

    name: ClassVar[str]
    label: ClassVar[str]

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What becomes of x, and log dy/dx of each value.

        x in (0, 1), of any shape; 0 and 1 are moved to the nearest that noise could give.
        """
        return self.map(x.clamp(_LEAST, 1 - _LEAST))

    @abstractmethod
    def map(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The same, of x that are neither 0 nor 1."""

    @abstractmethod
    def inverse(self, y: Tensor) -> Tensor:
        """The x in [0, 1] that becomes y."""

    def fit(self, x: Tensor) -> None:
        """Take from the first images what the map is to depend on; nothing, unless it says so."""


class Logit(LevelMap):
    """log x − log(1 − x)."""

    name = "logit"
    label = "a logit, as in RealNVP"

    def map(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """With a slope of 1/x + 1/(1 − x)."""
        return torch.logit(x), -(x.log() + (-x).log1p())

    def inverse(self, y: Tensor) -> Tensor:
        """The logistic function."""
        return torch.sigmoid(y)


class Bells(LevelMap):
    """By rank: the level that most pixels of an end have fills a bell of its own, all others one.

    The bells are N(∓2.5, 1), cut off at 0 where they meet. So a pixel that may be either is told by
    a bell about 0, and comes out as one of the two: what lies between them is next to no grey.

    Attributes:
        shares: of the levels in the first images, and one pixel more of each. [256].
    """

    name = "bells"
    label = "two bells, by rank"

    shares: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("shares", torch.full((LEVELS,), 1 / LEVELS))

    def fit(self, x: Tensor) -> None:
        """Count levels."""
        found = torch.bincount(_level(x.double() * LEVELS).flatten(), minlength=LEVELS).double()
        self.shares.copy_((found + 1) / (found + 1).sum())

    def map(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """With a slope of r'(x) Φ(2.5) / φ, where r is the rank from the outer end of a bell."""
        shares, below = self._ranks()
        place = (1 - x.double() if self._turned else x.double()) * LEVELS
        level = _level(place)
        alone = level == 0
        rank = below[level] + shares[level] * (place - level)
        within = torch.where(alone, rank / shares[0], (1 - rank) / (1 - shares[0]))
        out = torch.special.ndtri((within * _MEET).clamp(min=torch.finfo(torch.float64).tiny))
        y = torch.where(alone, out - _APART, _APART - out)
        share = torch.where(alone, 1.0, shares[level] / (1 - shares[0]))
        log_slope = (LEVELS * _MEET * share).log() - standard_normal_log_prob_per_dim(out)
        return (-y if self._turned else y).to(x), log_slope.to(x)

    def inverse(self, y: Tensor) -> Tensor:
        """Ranks, and what level each belongs to."""
        shares, below = self._ranks()
        turned = -y.double() if self._turned else y.double()
        alone = turned < 0
        out = torch.where(alone, turned + _APART, _APART - turned)
        within = (torch.special.ndtr(out) / _MEET).clamp(max=1)
        rank = torch.where(alone, within * shares[0], 1 - within * (1 - shares[0]))
        above = torch.searchsorted(below, rank.contiguous(), right=True) - 1
        level = torch.where(alone, 0, above.clamp(1, LEVELS - 1))
        part = ((rank - below[level]) / shares[level]).clamp(0, 1)
        x = (level + part) / LEVELS
        return (1 - x if self._turned else x).to(y)

    @property
    def _turned(self) -> bool:
        """Whether it is the white of paper that fills a bell, and not black."""
        return bool(self.shares[-1] > self.shares[0])

    def _ranks(self) -> tuple[Tensor, Tensor]:
        """Shares from the level that fills a bell on, and what part lies below. [256] each."""
        shares = (self.shares.flip(0) if self._turned else self.shares).double()
        shares = shares / shares.sum()  # a file's float32 add up to nearly 1
        return shares, shares.cumsum(0) - shares


LEVEL_MAPS: dict[str, type[LevelMap]] = {kind.name: kind for kind in (Bells, Logit)}


def _level(place: Tensor) -> Tensor:
    """Which of 0 … 255, of places in (0, 256). int64."""
    return place.floor().clamp(0, LEVELS - 1).long()
