"""A section of a diagnosis: one weakness that is measured, and what is said of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from vae_core.data import Split
from vae_core.declarations import DeclaredObjects
from vae_core.evaluation import Treatment, Watch
from vae_core.models import Model


@dataclass(frozen=True)
class Subject:
    """The model that is looked at, and on what.

    `splits` are the images, those to test on first; `treatment` is as the model was trained, and
    `targets` what to call that; `seed` is of all draws.
    """

    model: Model
    splits: tuple[Split, ...]
    treatment: Treatment
    targets: str
    seed: int


class Finding(Protocol):
    """What was measured."""

    def as_json(self) -> dict[str, object]:
        """All of it, for scripts."""
        ...

    def lines(self) -> list[str]:
        """The most important of it, for people."""
        ...


@dataclass(frozen=True)
class Section:
    """One of the sections, declared as `SECTION` in a module of the folder `sections`.

    `name` is the option's word and the key in JSON, `label` the heading, `help` what the option is
    for, `order` says the place among the others. `needs` are the abilities without which a model
    has nothing to show here, and `measure` does the work.
    """

    name: str
    label: str
    help: str
    order: int
    needs: tuple[type, ...]
    measure: Callable[[Subject, Watch], Finding]


SECTIONS: Mapping[str, Section] = DeclaredObjects(
    "latent_atlas.reports.diagnosis.sections", Section
)
