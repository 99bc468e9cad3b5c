"""A section of a diagnosis: one weakness that is measured, and what is said of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from vae_core.data import Dataset, Split
from vae_core.declarations import DeclaredObjects
from vae_core.evaluation import Classifier, Treatment, Watch
from vae_core.models import Bounds, Model, inability


@dataclass(frozen=True)
class Subject:
    """The model that is looked at, and on what.

    `splits` are the images, those to test on first; `treatment` is as the model was trained, and
    `targets` what to call that; `seed` is of all draws, and `beta`
    what the rate weighed in training. `classifier` finds or trains the frozen one of these images:
    it raises AtlasError where there are no classes to learn. `amortised` says whether an encoder
    was trained with the model.
    """

    model: Model
    splits: tuple[Split, ...]
    treatment: Treatment
    targets: str
    seed: int
    beta: float = 1.0
    classifier: Callable[[Watch], Classifier] | None = None
    amortised: bool = True

    def first(self, images: int) -> "Subject":
        """The same with so many images of each split at most."""
        return replace(self, splits=tuple(split.first(images) for split in self.splits))

    def first_to_test(self, images: int) -> "Subject":
        """The same with so many images to test on at most, and all of the others."""
        test, *others = self.splits
        return replace(self, splits=(test.first(images), *others))


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
    has nothing to show here, `images` how many are usually looked at, and `measure`
    does the work, on what `cut` leaves of a subject for so many images: as usual, of each split.
    `there` says how many there are, as usual to test on. `why_not` is a clause where one that has
    them cannot be measured.
    """

    name: str
    label: str
    help: str
    order: int
    needs: tuple[type, ...]
    images: int
    measure: Callable[[Subject, Watch], Finding]
    why_not: Callable[[Subject], str | None] = lambda subject: None
    cut: Callable[[Subject, int], Subject] = Subject.first
    there: Callable[[Subject], int] = lambda subject: len(subject.splits[0])

    def refusal(self, subject: Subject) -> str | None:
        """Why this model has nothing to measure here, as a clause; None where it has."""
        unable = inability(type(subject.model), *self.needs)
        if unable is None and Bounds in self.needs and not subject.amortised:
            unable = "no encoder was trained with it, and the bound would be that of chance"
        return unable or self.why_not(subject)


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
