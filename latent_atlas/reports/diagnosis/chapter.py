"""What is said of a finding, on the page and in a report: its headline, its rule, its blocks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from latent_atlas.reports.diagnosis.blocks import Block
from latent_atlas.reports.diagnosis.section import Section
from vae_core.declarations import DeclaredObjects

F = TypeVar("F")


@dataclass(frozen=True)
class Chapter(Generic[F]):
    """Of one section, declared as `CHAPTER` in a module of the folder `chapters`.

    `finding` is what the section measures, `title` the headline of one, `rule` what its verdicts
    and its ± go by, and `blocks` all that a report shows of it.
    """

    section: Section
    finding: type[F]
    title: Callable[[F], str]
    rule: str
    blocks: Callable[[F], Iterable[Block]]

    @property
    def name(self) -> str:
        """That of its section."""
        return self.section.name

    @property
    def order(self) -> int:
        """Its place among the others."""
        return self.section.order


CHAPTERS: Mapping[str, Chapter] = DeclaredObjects(
    "latent_atlas.reports.diagnosis.chapters", Chapter
)
