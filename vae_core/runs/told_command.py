"""From the command that a model file says it was trained by, back to what was asked for."""

import shlex
from typing import Any

from vae_core.errors import AtlasError
from vae_core.options import Option, options_of, read_number
from vae_core.runs.config import RunConfig
from vae_core.runs.flat import algorithm_options, make_config

_LONGEST = 2_000  # characters: a command of ours has a tenth of it
_TRAIN = "train"  # what comes after it counts, whatever the program was called


def told_config(command: str | None) -> RunConfig | None:
    """What ``RunConfig.command`` wrote so; None of anything else, for a file may say what it likes.

    Where it was written by an older version, what that had and this has not makes it None too.
    """
    if command is None or len(command) > _LONGEST:
        return None
    try:
        return make_config(**_values(shlex.split(command)))
    except (AtlasError, ValueError):
        return None


def _values(words: list[str]) -> dict[str, Any]:
    of_run, of_algorithms = options_of(RunConfig), algorithm_options()
    known = {o.flag: o for o in (*of_run.values(), *(option for option, _ in of_algorithms))}
    values: dict[str, Any] = {}
    left = iter(words[words.index(_TRAIN) + 1 :])
    for word in left:
        flag, given, value = word.partition("=")
        if word == "--":
            values["dataset"] = next(left, "")
        elif not word.startswith("--"):
            values["dataset"] = word
        elif flag not in known:
            raise ValueError("an option of other versions")
        else:
            option = known[flag]
            values[option.name] = _read(option, value if given else next(left, ""))
    return values


def _read(option: Option, text: str) -> object:
    if option.kind is tuple:
        return tuple(int(part) for part in text.split(",") if part)
    return read_number(option, text) if option.kind in (int, float) else text
