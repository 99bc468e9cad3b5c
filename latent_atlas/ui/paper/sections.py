"""What the page asks, in its order, and which claims of the experiments answer."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_atlas.reproduce.figure import Claim, FigureData


@dataclass(frozen=True)
class Note:
    """Where the review of the paper, or the paper itself, needs a kind word of correction."""

    title: str
    text: str


@dataclass(frozen=True)
class Section:
    """One question, and where the claims and numbers are that answer it.

    Attributes:
        key: its anchor, and the key of its equations.
        question: what is asked, as its heading; the verdict alone says the answer.
        short: the claim in a few words, for the list of contents, where its verdict follows it.
        documents: the results that bear on it.
        claims: keys of their claims that belong here; empty for all.
        panels: keys of their panels to draw; empty for all.
        first: how the key of the panel begins that is shown before anybody chooses.
        look: what to look for in the figure.
        notes: for the margin.
    """

    key: str
    question: str
    short: str
    documents: tuple[str, ...]
    look: str
    claims: tuple[str, ...] = ()
    panels: tuple[str, ...] = ()
    first: str = ""
    notes: tuple[Note, ...] = ()

    def claims_of(self, document: FigureData) -> list[Claim]:
        """The claims of a document that this section is about."""
        return [c for c in document.claims if not self.claims or c.key in self.claims]


def _section(table: dict[str, Any]) -> Section:
    notes = tuple(Note(**each) for each in table.pop("notes", ()))
    # TOML's lists, which a frozen section holds as tuples.
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    return Section(**fields, notes=notes)


_FILE = Path(__file__).with_suffix(".toml")
SECTIONS = tuple(map(_section, tomllib.loads(_FILE.read_text("utf-8"))["sections"]))
