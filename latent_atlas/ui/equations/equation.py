"""Equations as data: what a TOML file of them says, checked against this program's own source."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from latent_atlas.ui.equations.source import CodeLine


@dataclass(frozen=True)
class Symbol:
    """A part of an equation.

    Attributes:
        latex: as the equation writes it.
        words: what it is, for a first-year student.
        code: where it is computed.
    """

    latex: str
    words: str
    code: CodeLine


@dataclass(frozen=True)
class Equation:
    """One formula and its parts."""

    title: str
    latex: str
    symbols: tuple[Symbol, ...]


def read_equations(file: Path) -> dict[str, tuple[Equation, ...]]:
    """The equations of a file, by what they stand beside.

    A table of the file is an equation, `title` and `latex`; its `symbols` have `latex`, `words`,
    a `function` as `package.module:Class.method`, and the part of its `line`.
    """
    document = tomllib.loads(file.read_text("utf-8"))
    return {key: tuple(map(_equation, tables)) for key, tables in document.items()}


def _equation(table: dict[str, Any]) -> Equation:
    symbols = tuple(
        Symbol(each["latex"], each["words"], CodeLine(resolve_name(each["function"]), each["line"]))
        for each in table["symbols"]
    )
    return Equation(table["title"], table["latex"], symbols)
