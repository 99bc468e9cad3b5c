"""Lines of this program's own source, found at run time by what they say."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from vae_core.sentences import counted

_HERE = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class CodeLine:
    """The one line of a function that holds an expression.

    Attributes:
        function: a function or method; a property stands for its getter.
        expression: a part of the line, which no other line of the function holds.
    """

    function: Callable[..., Any] | property
    expression: str


@dataclass(frozen=True)
class Found:
    """A line as it stands: its text without indent, its file below the project, its number."""

    text: str
    file: str
    number: int
    name: str


@lru_cache(maxsize=256)
def find(line: CodeLine) -> Found:
    """Look the line up.

    Raises:
        LookupError: none or several lines of the function hold the expression, a fault of ours
            that a test looks for.
    """
    function = line.function
    if isinstance(function, property):
        assert function.fget is not None
        function = function.fget
    function = inspect.unwrap(function)
    lines, first = inspect.getsourcelines(function)
    holding = [at for at, text in enumerate(lines) if line.expression in text]
    if len(holding) != 1:
        raise LookupError(
            f"{function.__qualname__} has {counted(len(holding), 'line')} with “{line.expression}”"
        )
    file = Path(inspect.getfile(function)).resolve()
    return Found(
        text=lines[holding[0]].strip(),
        file=str(file.relative_to(_HERE)),
        number=first + holding[0],
        name=function.__qualname__,
    )
