"""What a curve does, judged by its later half: the fact that a title is made of."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from latent_atlas.ui.train.history import LogContent
from latent_atlas.ui.train.lines import Numbers
from vae_core.quantities import RATE, Quantity
from vae_core.runs.collapse import is_collapsed

Way = Literal["memorising", "jumping", "fast", "slow", "level"]

FEWEST = 4  # measurements that make a curve
# Parts of a curve's size: a gain above them is fast, or slow; a dip above the first is a jump.
FAST, SLOW = 0.02, 0.004


@dataclass(frozen=True)
class Course:
    """The way a curve takes.

    Attributes:
        way: ``memorising`` has turned on test while it goes on improving on train; ``jumping`` fell
            and came back, further than it got on; else how fast it improves.
        gain: since halfway, where more is better, in the quantity's unit.
        gain_half_width: what the ± of the gain over images is at most, if the log has the two of
            which it is made. It is their sum: a log keeps each mean's own ±, not how the two go
            together, and no difference varies more than that.
        dip: the deepest fall that was made good again.
        now: the latest value, as it is.
        now_half_width: its ± over images, if the log has it.
    """

    way: Way
    gain: float
    gain_half_width: float | None
    dip: float
    now: float
    now_half_width: float | None

    @property
    def undecided(self) -> bool:
        """Whether the gain is within the most that its ± can be: it may be of these images only."""
        return self.gain_half_width is not None and self.gain <= self.gain_half_width


def course(quantity: Quantity, log: LogContent) -> Course | None:
    """What a quantity does on test images; None while there is too little to say."""
    column = log.column(quantity)
    if column is None:
        return None
    tested = quantity.sign * log.test.values[:, column]
    finite = np.flatnonzero(np.isfinite(tested))
    if len(finite) < FEWEST:
        return None
    end = finite[-1]
    from_half = finite[np.searchsorted(log.test.samples[finite], log.test.samples[end] / 2) :]
    late = tested[from_half]
    at_half, at_end = log.half_widths(column)[[from_half[0], end]].tolist()
    now, gain, dip = float(late[-1]), float(late[-1] - late[0]), deepest_dip(late)
    best = log.test.tops[column] if quantity.sign > 0 else -log.test.lows[column]
    on_train = quantity.sign * log.test.values[:, len(log.quantities) + column]
    # A density's bound may pass through zero, where it has no size of its own.
    size = max(abs(now), best - float(tested[finite[0]]))
    return Course(
        way=_way(
            falls=now < best - 0.01 * size and on_train[end] > on_train[from_half[0]],
            jumps=dip > max(FAST * size, gain),
            gain=gain / size if size else 0.0,
        ),
        gain=gain,
        gain_half_width=_if_known(at_half + at_end),
        dip=dip,
        now=quantity.sign * now,
        now_half_width=_if_known(at_end),
    )


def deepest_dip(values: Numbers) -> float:
    """How far a curve fell below what it had reached before and reached again after."""
    before = np.maximum.accumulate(values)
    after = np.maximum.accumulate(values[::-1])[::-1]
    return float((np.minimum(before, after) - values).max(initial=0.0))


def collapsed(log: LogContent, epoch: float) -> float | None:
    """The rate in nats per image where it is as good as none, an epoch at least having passed."""
    if RATE not in log.quantities or log.latest_test is None:
        return None
    rate = log.latest_test[log.quantities.index(RATE)]
    return rate if is_collapsed(rate, epoch) else None


def _if_known(half_width: float) -> float | None:
    return half_width if math.isfinite(half_width) else None


def _way(*, falls: bool, jumps: bool, gain: float) -> Way:
    if jumps:
        return "jumping"
    if falls:
        return "memorising"
    return "fast" if gain > FAST else "slow" if gain > SLOW else "level"
