"""Counts out of counts, how sure they are, and how two of them differ on the same cases.

A share near 0 or 1, or of few cases, has an interval of its own kind: a normal one would claim that
ten of ten leave no doubt.
"""

import math
from dataclasses import dataclass

from torch import Tensor

from vae_core.evaluation.intervals import Z_95


@dataclass(frozen=True)
class Proportion:
    """So many of so many cases, at least one; a `share` from 0 to 1.

    From `low` to `high` is Wilson's interval (1927), which holds in 95 of 100 cases: all p with
    |share − p| ≤ z √(p (1 − p) / n).
    """

    count: int
    total: int

    @property
    def share(self) -> float:
        """Of all cases."""
        return self.count / self.total

    @property
    def low(self) -> float:
        """The lower end."""
        centre, reach = self._interval
        return max(0.0, centre - reach) if self.count else 0.0

    @property
    def high(self) -> float:
        """The upper end."""
        centre, reach = self._interval
        return min(1.0, centre + reach) if self.count < self.total else 1.0

    @property
    def telling(self) -> bool:
        """Whether it says anything: its interval is narrower than half of all that may be."""
        return self.high - self.low < 0.5

    @property
    def half_width(self) -> float:
        """How far the interval reaches from the share, where it reaches further."""
        return max(self.high - self.share, self.share - self.low)

    @property
    def _interval(self) -> tuple[float, float]:
        n, p, z = self._cases, self.share, Z_95
        scale = 1 + z * z / n
        reach = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
        return (p + z * z / (2 * n)) / scale, reach

    @property
    def _cases(self) -> float:
        return self.total


@dataclass(frozen=True)
class DependentProportion(Proportion):
    """A share of cases that depend on one another: they are ``worth`` so many that do not.

    The interval is Wilson's of as many (Korn and Graubard 1998).
    """

    worth: float

    @property
    def _cases(self) -> float:
        return self.worth


@dataclass(frozen=True)
class PairedDifference:
    """How much larger one share is than another of the same `total` cases, at least one.

    `only_first` cases count for the first alone, `only_second` for the second alone; those that
    count for both or for neither say nothing. The ± is that of Agresti and Min (2005): Wald's,
    after half a case has been added to each of the four kinds, so that no difference in a few cases
    is not taken for none at all.
    """

    only_first: int
    only_second: int
    total: int

    @property
    def value(self) -> float:
        """The first share less the second, −1 to 1."""
        return (self.only_first - self.only_second) / self.total

    @property
    def half_width(self) -> float:
        """± of ``value``, in 95 of 100 cases."""
        first, second, n = self.only_first + 0.5, self.only_second + 0.5, self.total + 2
        return Z_95 * math.sqrt(first + second - (first - second) ** 2 / n) / n

    @property
    def decided(self) -> bool:
        """Whether the interval, value ± half width, leaves out 0."""
        return abs(self.value) > self.half_width


def proportion(cases: Tensor) -> Proportion:
    """How many of these cases, bool [N], hold."""
    return Proportion(int(cases.sum()), len(cases))


def paired_difference(first: Tensor, second: Tensor) -> PairedDifference:
    """How much more often `first` holds than `second`, of the same cases; both bool [N]."""
    only_first, only_second = first & ~second, second & ~first
    return PairedDifference(int(only_first.sum()), int(only_second.sum()), len(first))
