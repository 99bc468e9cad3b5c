"""Several values of one setting, as people type them: ``2,10``, ``0-4``, ``1-4:0.5``."""

import re
from decimal import Decimal

from vae_core.options import Option, read_number, refused
from vae_core.sentences import did_you_mean

MOST_VALUES = 1_000  # of one setting

_NUMBER = r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_RANGE = re.compile(rf"({_NUMBER})-({_NUMBER})(?::({_NUMBER}))?")


def read_values(option: Option, text: str) -> tuple[object, ...]:
    """The values of a setting that ``text`` lists, in its order, each once.

    Commas stand between values, and between lists of whole numbers (``500,256/500``) slashes.
    ``0-4`` are the whole numbers from 0 to 4, and ``1-4:0.5`` goes in steps; the last value is one
    of them where a step ends there. Bounds are left to whoever validates the setting.

    Raises:
        ValueError: in a sentence without its full stop.
    """
    words = [word.strip() for word in text.split("/" if option.kind is tuple else ",")]
    found: list[object] = []
    for word in words:
        found += _one(option, word)
        if len(found) > MOST_VALUES:
            raise ValueError(f"{option.label} takes at most {MOST_VALUES:,} values at once")
    return tuple(dict.fromkeys(found))


def _one(option: Option, word: str) -> list[object]:
    """What stands between two commas."""
    if option.kind is tuple:
        try:
            return [tuple(int(part) for part in word.split(","))]
        except ValueError as error:
            raise ValueError(refused(option, word)) from error
    if option.kind in (int, float):
        span = _RANGE.fullmatch(word)
        return _steps(option, span) if span else [read_number(option, word)]
    if option.choices and word not in option.choices:
        raise ValueError(f"{refused(option, word)}{did_you_mean(word, option.choices)}")
    return [word]


def _steps(option: Option, span: re.Match[str]) -> list[object]:
    """The numbers of a range, in decimal arithmetic: 0.1, 0.2, 0.3 and not 0.30000000000000004."""
    if option.kind is float and span[3] is None:
        raise ValueError(f"{option.label} needs a step from {span[1]} to {span[2]}: {span[0]}:0.5")
    first, last, step = Decimal(span[1]), Decimal(span[2]), Decimal(span[3] or 1)
    if step == 0 or last < first:
        raise ValueError(f"{option.label} cannot go from {span[1]} to {span[2]} in steps of {step}")
    count = (last - first) / step + 1
    if count > MOST_VALUES:
        raise ValueError(f"{option.label} takes at most {MOST_VALUES:,} values at once")
    numbers = [first + step * k for k in range(int(count))]
    return [read_number(option, f"{number:f}" if number else "0") for number in numbers]
