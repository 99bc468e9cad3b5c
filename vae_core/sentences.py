"""Turns of phrase that sentences for people are made of."""

from collections.abc import Iterable
from difflib import SequenceMatcher

_CLOSE = 0.65  # of all letters are in common and in order; at 0.6 “limit” would pass for “split”
JOINERS = "\u200c\u200d\ufe0f"
_MOST = 5  # words that are offered: of more, equally close, none is likely to be meant


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean mnist?)`, or nothing where no known word comes close; case is no matter.

    Words that are equally close are all named. The dashes of options count for no likeness.
    """
    likeness = {name: _likeness(name, word) for name in known}
    best = max(likeness.values(), default=0.0)
    close = [name for name, found in likeness.items() if found == best >= _CLOSE]
    return f" (did you mean {listed(close[:_MOST], 'or')}?)" if close else ""


def _likeness(one: str, other: str) -> float:
    """Of two words, from 0 to 1."""
    first, second = (word.casefold().lstrip("-") for word in (one, other))
    return SequenceMatcher(None, first, second).ratio()


def counted(count: float, thing: str, plural: str = "") -> str:
    """A number and its thing: 1 image, 2,000 images, 0.5 epochs."""
    number = f"{count:,}" if isinstance(count, int) else f"{count:,.4g}"
    return f"{number} {thing if count == 1 else plural or thing + 's'}"


def listed(names: Iterable[str], last: str = "and") -> str:
    """“a”, “a and b”, “a, b and c”."""
    *before, end = names
    return f"{', '.join(before)} {last} {end}" if before else end


def plain(name: str, longest: int = 120) -> str:
    """A name from elsewhere as it can be printed anywhere: short, and steering no terminal.

    Spaces of all kinds become plain ones (macOS puts narrow ones into the names of screenshots);
    the joiners that emoji, Persian and Indian scripts are written with stay.
    """
    clean = "".join(
        " " if c.isspace() else c if c.isprintable() or c in JOINERS else "�"
        for c in name[: longest + 1]
    )
    return clean if len(clean) <= longest else f"{clean[: longest - 1]}…"


def why(error: object) -> str:
    """What a library said is wrong, for a sentence of ours: it may quote a whole file."""
    return plain(str(error))
