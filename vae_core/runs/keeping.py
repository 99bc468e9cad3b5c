"""Which steps of a run are kept to be looked at again, and how exactly, within bounds.

Most happens early: what is kept lies ever further apart, as on a logarithmic axis.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

MOST_BYTES = 40_000_000  # of all that is kept of a run
USUAL = 16
FEWEST = 12

Weights = Literal["float16", "int8"]


@dataclass(frozen=True)
class Keeping:
    """The `steps` after which a snapshot is taken (0: before the first), and how it is written.

    The last step of a run is not among them: that is the model itself.

    `encoder` says whether the encoder is kept, too, so that a snapshot is the whole model. `note`
    says in a sentence why there are fewer than one would expect, or is None.
    """

    steps: tuple[int, ...]
    weights: Weights
    note: str | None = None
    encoder: bool = False


def keeping(
    total_steps: int, halves: int, integers: int, whole: Mapping[Weights, int] | None = None
) -> Keeping:
    """What is kept of a run of so many steps.

    Args:
        total_steps: of the whole run.
        halves: bytes of one snapshot with weights in 16 bits.
        integers: the same with weights in 8 bits, for where those take too much.
        whole: the same of either with the encoder. That is kept where the decoder's weights need
            no fewer bits for it, and hardly fewer steps are kept; None where it never is.
    """
    fine: Weights = "float16" if MOST_BYTES // halves >= FEWEST else "int8"
    if whole is not None and (affordable := MOST_BYTES // whole[fine]) >= FEWEST:
        return Keeping(_steps(total_steps, min(USUAL, affordable)), fine, encoder=True)
    if (affordable := MOST_BYTES // halves) >= FEWEST:
        return Keeping(_steps(total_steps, min(USUAL, affordable)), "float16")
    affordable = MOST_BYTES // integers
    steps = _steps(total_steps, min(USUAL, affordable))
    if affordable >= FEWEST or len(steps) == total_steps:
        return Keeping(steps, "int8")
    return Keeping(
        steps,
        "int8",
        f"Of so large a decoder no more are kept: one takes {integers / 1e6:z.1f} MB.",
    )


def spread_steps(total: int, count: int) -> tuple[int, ...]:
    """At most `count` steps from 0 to `total`, both among them, by equal factors from 1 on.

    Steps are whole, so early ones coincide: as many more factors are taken as it needs.
    """
    if count < 2:
        return ()
    if count > total:
        return tuple(range(total + 1))
    factors = count - 2
    while len(steps := _geometric(total, factors)) < count - 1:
        factors += 1
    return (0, *steps[len(steps) - (count - 1) :])


def _steps(total: int, count: int) -> tuple[int, ...]:
    return spread_steps(total, count + 1)[:-1]


def _geometric(total: int, factors: int) -> list[int]:
    if factors == 0:
        return [total]
    return sorted({round(total ** (n / factors)) for n in range(factors + 1)})
