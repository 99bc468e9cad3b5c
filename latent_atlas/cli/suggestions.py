"""What somebody may have meant who typed something else."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean mnist?)`, or nothing where no known word comes close; case is no matter."""
    folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), folded, n=1)
    return f" (did you mean {folded[close[0]]}?)" if close else ""
