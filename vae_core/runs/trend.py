"""What a curve does, judged by its later half: the fact that a title is made of."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Way = Literal["memorising", "jumping", "fast", "slow", "level"]

FEWEST = 4  # measurements that make a curve
# Parts of a curve's size: a gain above them is fast, or slow; a dip above the first is a jump.
FAST, SLOW = 0.02, 0.004


@dataclass(frozen=True)
class Trend:
    """The way a curve takes.

    Attributes:
        way: ``memorising`` has turned on test while it goes on improving on train; ``jumping`` fell
            and came back, further than it got on; else how fast it improves.
        falls: whether it has turned on test while it improves on train, though it may jump, too.
        gain: over the later half at least, where more is better, in the quantity's unit: between
            two measurements on the same images.
        over: how many images were seen between the two.
        gain_half_width: what the ± of the gain over images is at most, if the log has the two of
            which it is made. It is their sum: a log keeps each mean's own ±, not how the two go
            together, and no difference varies more than that.
        dip: the deepest fall that was made good again.
        dip_half_width: what the ± of the dip is at most, as of the gain: twice the largest ± of a
            mean there, if the log has any.
        now: the latest value, as it is.
        now_half_width: its ± over images, if the log has it.
    """

    way: Way
    falls: bool
    gain: float
    gain_half_width: float | None
    over: int
    dip: float
    dip_half_width: float | None
    now: float
    now_half_width: float | None

    @property
    def undecided(self) -> bool:
        """Whether the gain is within the most that its ± can be: it may be of these images only."""
        return self.gain_half_width is not None and self.gain <= self.gain_half_width


def trend(
    samples: Numbers,
    tested: Numbers,
    on_train: Numbers,
    half_widths: Numbers,
    whole: Flags,
    *,
    sign: int,
) -> Trend | None:
    """What a quantity does on test images; None while there is too little to say.

    Args:
        samples: images seen at each measurement. [n].
        tested, on_train: its means there on test images and on those trained on. [n].
        half_widths: the ± of the former over images; not a number where it is not known. [n].
        whole: which were made on the whole test split. [n].
        sign: 1 where more is better, −1 where less is.
    """
    tested, on_train = sign * tested, sign * on_train
    finite = np.flatnonzero(np.isfinite(tested))
    if len(finite) < FEWEST:
        return None
    from_half = around_later_half(samples, finite, whole)
    begin, end = from_half[0], from_half[-1]
    late, errors = tested[from_half], half_widths[from_half]
    # The best of those on the same images as the latest: a probe may be easier than the rest.
    top = float(tested[finite[whole[finite] == whole[end]]].max())
    now, gain, dip = float(late[-1]), float(late[-1] - late[0]), deepest_dip(late)
    # A density's bound may pass through zero, where it has no size of its own.
    size = max(abs(now), top - float(tested[finite[0]]))
    falls = now < top - 0.01 * size and bool(on_train[end] > on_train[begin])
    return Trend(
        way=_way(
            falls=falls,
            jumps=dip > max(FAST * size, gain),
            gain=gain / size if size else 0.0,
        ),
        falls=falls,
        gain=gain,
        gain_half_width=_if_known(float(errors[0] + errors[-1])),
        over=int(samples[end] - samples[begin]),
        dip=dip,
        dip_half_width=_if_known(2 * float(np.fmax.reduce(errors))),
        now=sign * now,
        now_half_width=_if_known(float(errors[-1])),
    )


def around_later_half(samples: Numbers, finite: NDArray[np.intp], whole: Flags) -> NDArray[np.intp]:
    """Which measurements tell what was gained over the later half of the images seen.

    They begin at the last one that is not after the half: a line with few points would else be
    judged by its last stretch alone. All are on the same images, on the whole test split or on the
    probe: the last one's, unless only the others go back to the half.

    Args:
        samples: images seen. [n].
        finite: the measurements that are numbers, rising; at least one.
        whole: which were made on the whole test split. [n].
    """
    last = whole[finite[-1]]
    for kind in (last, ~last):
        same = finite[whole[finite] == kind]
        if len(same):
            before = np.searchsorted(samples[same], samples[same[-1]] / 2, side="right")
            if before and len(same) > 1:
                return same[before - 1 :]
    return finite[whole[finite] == last]


def deepest_dip(values: Numbers) -> float:
    """How far a curve fell below what it had reached before and reached again after."""
    before = np.maximum.accumulate(values)
    after = np.maximum.accumulate(values[::-1])[::-1]
    return float((np.minimum(before, after) - values).max(initial=0.0))


def _if_known(half_width: float) -> float | None:
    return half_width if math.isfinite(half_width) else None


def _way(*, falls: bool, jumps: bool, gain: float) -> Way:
    if jumps:
        return "jumping"
    if falls:
        return "memorising"
    return "fast" if gain > FAST else "slow" if gain > SLOW else "level"
