"""What a share of images means for the eye: the words, the bars, the sentence. The one rule for it.

The page gets this table with its maps, so that bars, words and percentages cannot disagree.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class SupportLevel:
    """One level of the meter; it lights as many bars as there are levels below it.

    Attributes:
        percent: the smallest percentage of images in emptier spots that reaches it.
        words: what the spot is called.
        advice: how far to trust what is decoded there; empty where nothing speaks against it.
    """

    percent: int
    words: str
    advice: str = ""


LEVELS = (
    SupportLevel(0, "Unsupported", "do not trust the picture"),
    SupportLevel(1, "Barely supported", "trust the picture less"),
    SupportLevel(10, "Thinly supported", "trust the picture less"),
    SupportLevel(25, "Partly supported"),
    SupportLevel(50, "Well supported"),
    SupportLevel(75, "Strongly supported"),
)
SUPPORTED_PERCENT = LEVELS[1].percent


def whole_percent(share: float) -> int:
    """A share, 0 to 1, in per cent, rounded down: so it never looks like the next level's."""
    return math.floor(100 * share + 1e-6)


def support_level(share: float) -> int:
    """How many bars are lit where ``share`` of the images, 0 to 1, lie in emptier spots: 0 to 5."""
    percent = whole_percent(share)
    return max(n for n, level in enumerate(LEVELS) if percent >= level.percent)


def support_sentence(share: float) -> str:
    """What the meter says beside its bars and the words of its level."""
    percent = whole_percent(share)
    much = "Nearly all" if percent >= 99 else f"{percent} %"
    said = f"{much} of the images lie in emptier spots"
    if percent < 1:
        said = "Hardly any image lies near here"
    advice = LEVELS[support_level(share)].advice
    return f"{said}{f'; {advice}' if advice else ''}."
