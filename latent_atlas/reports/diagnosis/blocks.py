"""What a report shows of a finding, in the order that people read it: words, tables, pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from latent_atlas.reports.diagnosis.pictures import Strip
from latent_atlas.reports.standalone.axes import Draw

WIDTH = 480  # CSS pixels of a chart: on a phone its letters can still be read

Kind = Literal["plain", "quiet", "warning"]


@dataclass(frozen=True)
class Words:
    """A sentence or a few; `head` stands before them."""

    text: str
    kind: Kind = "plain"
    head: str = ""


@dataclass(frozen=True)
class Heading:
    """Before some blocks that belong together."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows whose first cell is a name, below the names of the columns."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True)
class Key:
    """What a colour of a chart stands for, and how it is drawn there."""

    label: str
    colour: str
    drawn: Literal["line", "dashes", "area", "dot", "diamond"] = "area"


@dataclass(frozen=True, eq=False)
class Chart:
    """A drawing of so many CSS pixels; `title` is what somebody hears who cannot see it."""

    title: str
    draw: Draw
    height: int
    keys: Sequence[Key] = ()


@dataclass(frozen=True, eq=False)
class Pictures:
    """Rows of pictures below a heading and a sentence."""

    heading: str
    strips: Sequence[Strip]
    words: str = ""


Block = Words | Heading | Table | Chart | Pictures
