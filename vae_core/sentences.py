"""Turns of phrase that sentences for people are made of."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean mnist?)`, or nothing where no known word comes close; case is no matter."""
    folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), folded, n=1)
    return f" (did you mean {folded[close[0]]}?)" if close else ""


def counted(count: float, thing: str, plural: str = "") -> str:
    """A number and its thing: 1 image, 2,000 images, 0.5 epochs."""
    number = f"{count:,}" if isinstance(count, int) else f"{count:,.4g}"
    return f"{number} {thing if count == 1 else plural or thing + 's'}"


def listed(names: Iterable[str], last: str = "and") -> str:
    """“a”, “a and b”, “a, b and c”."""
    *before, end = names
    return f"{', '.join(before)} {last} {end}" if before else end
