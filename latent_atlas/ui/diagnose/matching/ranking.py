"""Which model a hand handles better: medians of its tries with exact intervals, and their order.

Each try is of a target of its own (`records.py`), and they are taken as independent. Of n such
tries the k-th least and the k-th greatest hold the median of all that could be made but for
2·P(Binomial(n, ½) < k), whatever the distribution (David & Nagaraja 2003, 7.1). With five tries
that is a sixteenth even for k = 1, so that an interval of 95 in 100 needs six.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

LEAST_TRIES = 6
REACHED = 0.1  # of the error at the start
_LEVEL = 0.95


@dataclass(frozen=True)
class Try:
    """One attempt: how long it took, and which share of the error at the start it left."""

    seconds: float
    share: float
    given_up: bool = False


@dataclass(frozen=True)
class Median:
    """A median, and what holds it in at least 95 of 100 cases; None of too few tries."""

    value: float
    low: float | None
    high: float | None

    def below(self, other: "Median") -> bool:
        """Whether it is surely the smaller one."""
        return self.high is not None and other.low is not None and self.high < other.low


@dataclass(frozen=True)
class Standing:
    """What the tries with one model come to; `places` are the best and the worst it may have.

    None where it has too few tries, or no other has enough.
    """

    tries: int
    given_up: int
    reached: int
    seconds: Median
    share: Median
    places: tuple[int, int] | None = None


def median_of(values: Sequence[float]) -> Median:
    """The median of some numbers, at least one, with its interval."""
    ordered = sorted(values)
    rank = _rank(len(ordered))
    if rank == 0:
        return Median(median(ordered), None, None)
    return Median(median(ordered), ordered[rank - 1], ordered[-rank])


def ahead(one: Standing, other: Standing) -> bool:
    """Whether one model is surely better in the hand than another.

    It left less or took less time, by intervals that do not touch, and is not as surely worse in
    the other of the two: who takes longer gets nearer.
    """
    better = one.share.below(other.share) or one.seconds.below(other.seconds)
    worse = other.share.below(one.share) or other.seconds.below(one.seconds)
    return better and not worse


def standings(tries: Mapping[str, Sequence[Try]]) -> dict[str, Standing]:
    """What each model's tries come to, those first that can be placed, by what they left."""
    alone = {name: _standing(each) for name, each in tries.items() if each}
    ranked = {name: each for name, each in alone.items() if each.tries >= LEAST_TRIES}
    placed = {
        name: Standing(
            each.tries, each.given_up, each.reached, each.seconds, each.share, _places(each, ranked)
        )
        for name, each in alone.items()
    }

    def order(name: str) -> tuple[bool, int, float]:
        found = placed[name]
        return name not in ranked, sum(found.places or ()), found.share.value

    return {name: placed[name] for name in sorted(placed, key=order)}


def _standing(tries: Sequence[Try]) -> Standing:
    return Standing(
        tries=len(tries),
        given_up=sum(each.given_up for each in tries),
        reached=sum(each.share <= REACHED for each in tries),
        seconds=median_of([each.seconds for each in tries]),
        share=median_of([each.share for each in tries]),
    )


def _places(one: Standing, ranked: Mapping[str, Standing]) -> tuple[int, int] | None:
    if one.tries < LEAST_TRIES or len(ranked) < 2:
        return None
    before = sum(ahead(other, one) for other in ranked.values())
    behind = sum(ahead(one, other) for other in ranked.values())
    return before + 1, len(ranked) - behind


def _rank(count: int) -> int:
    """Which order statistics make the interval, from 1; 0 where none do."""
    rank, missed = 0, 0.0
    while 2 * (rank + 1) <= count:
        missed += 2 * comb(count, rank) / 2**count
        if missed > 1 - _LEVEL:
            break
        rank += 1
    return rank
