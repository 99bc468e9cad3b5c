"""A section of a diagnosis: one weakness that is measured, and what is said of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from vae_core.data import Dataset, Split
from vae_core.declarations import DeclaredObjects
from vae_core.evaluation import Treatment, Watch
from vae_core.models import Model, inability


@dataclass(frozen=True)
class Subject:
    """The model that is looked at, and on what.

    `splits` are the images, those to test on first; `treatment` is as the model was trained, and
    `targets` what to call that; `seed` is of all draws, and `beta`
    what the rate weighed in training.
    """

    model: Model
    splits: tuple[Split, ...]
    treatment: Treatment
    targets: str
    seed: int
    beta: float = 1.0

    def first(self, images: int) -> "Subject":
        """The same with so many images of each split at most."""
        return replace(self, splits=tuple(split.first(images) for split in self.splits))


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
    has nothing to show here, `images` how many of each split are usually looked at, and `measure`
    does the work. `why_not` is a clause where one that has them cannot be measured.
    """

    name: str
    label: str
    help: str
    order: int
    needs: tuple[type, ...]
    images: int
    measure: Callable[[Subject, Watch], Finding]
    why_not: Callable[[Subject], str | None] = lambda subject: None

    def refusal(self, subject: Subject) -> str | None:
        """Why this model has nothing to measure here, as a clause; None where it has."""
        return inability(type(subject.model), *self.needs) or self.why_not(subject)


def splits_of(data: Dataset, test: Split, trained_on: str | None) -> tuple[Split, ...]:
    """The split to test on, and the one trained on or what stands for it, if that is another.

    Each with the factors of its images, as far as they are known.
    """
    names = [name for name in (trained_on or "train", "train") if len(data.splits.get(name, ()))]
    splits = (test, data.split(names[0])) if names and names[0] != test.name else (test,)
    return tuple(replace(split, factors=data.factors_of(split.name)) for split in splits)


SECTIONS: Mapping[str, Section] = DeclaredObjects(
    "latent_atlas.reports.diagnosis.sections", Section
)
