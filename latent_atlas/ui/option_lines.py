"""Lines to choose from, of which no two read alike.

A browser names what was chosen by its line: of several that read alike it would name the first, and
whatever is clicked next would choose that one.
"""

from collections import Counter
from collections.abc import Callable, Iterable

_LEAST = 4  # letters of a key that are added: those that end the name of a run


def told_apart(keys: Iterable[str], line: Callable[[str, str], str]) -> dict[str, str]:
    """A line for each key, in their order.

    `line` makes it of a key and a mark, which is empty unless others would read alike: then it has
    the end of the key.
    """
    found = {key: line(key, "") for key in keys}
    alike = _alike(found)
    for length in range(_LEAST, max(map(len, alike), default=0) + 1):
        marked = {key: line(key, f" · {key[-length:]}") for key in alike}
        if not _alike(found | marked):
            return found | marked
    return found | {key: f"{key}: {each}" for key, each in found.items() if key in alike}


def _alike(lines: dict[str, str]) -> list[str]:
    """The keys whose lines are those of others, too."""
    count = Counter(lines.values())
    return [key for key, each in lines.items() if count[each] > 1]
