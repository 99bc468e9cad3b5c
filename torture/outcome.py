"""What a campaign found."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """A promise and what became of it.

    Attributes:
        promise: what people may rely on, as a sentence.
        done: how it was tried, in a few words.
        number: how many times it was tried; what could not be tried is not counted.
        lost: each case in which it did not hold, told so that it can be tried again.
        seconds: how long that took.
        seed: what chance was seeded with; none where nothing was left to it.
        measured: what was measured besides, a sentence each.
    """

    promise: str
    done: str
    number: int
    lost: list[str]
    seconds: float
    seed: int | None = None
    measured: list[str] = field(default_factory=list)
