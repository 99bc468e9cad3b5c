"""What is held against each other: models, on one split of one data set, treated in one way."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from latent_atlas.reports.data_words import measure
from latent_atlas.ui.catalog import ModelEntry, loaded
from latent_atlas.ui.reconstruct.state import titles_of
from latent_atlas.ui.shown_data import kinship_of
from latent_atlas.ui.unread_images import why_unread
from vae_core.data import Dataset, Kinship, Split
from vae_core.data.kinship import OWN
from vae_core.errors import AtlasError
from vae_core.evaluation import Treatment
from vae_core.models import LIKELIHOODS, VAE, Encodes, Nats, ShowsMeans, inability


@dataclass(frozen=True, eq=False)
class Column:
    """One model that is compared.

    `title` tells it from the others, and `kinship` how the images stand to those that it was
    trained on.
    """

    entry: ModelEntry
    title: str
    vae: VAE
    kinship: Kinship = OWN

    @property
    def nats(self) -> Nats:
        """What the nats of its images are of."""
        return LIKELIHOODS[self.vae.architecture.likelihood].nats

    def compares_with(self, other: "Column") -> bool:
        """Whether its nats may be held against those of another."""
        return self.nats == other.nats


@dataclass(frozen=True, eq=False)
class Comparison:
    """Models side by side on the same images, at least one.

    All of `columns` read images of the data's shape. `guests` read others, to which these are
    brought: they are looked at where a view shows them, and never counted. `treatment` is that of
    the nats, and `problems` has a sentence for each model that was asked for and does not stand
    here, or whose nats stand apart.
    """

    data: Dataset
    split: Split
    treatment: Treatment
    columns: tuple[Column, ...]
    guests: tuple[Column, ...] = ()
    problems: list[str] = field(default_factory=list)

    @property
    def comparable(self) -> list[Column]:
        """The columns whose nats may be held against those of the first one, itself among them."""
        return [each for each in self.columns if each.compares_with(self.columns[0])]

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the labels of the split stand for; empty where it has none."""
        return () if self.split.labels is None else self.data.class_names


def letter(place: int) -> str:
    """What the model in this place (from 0) is called for short: A, B, C."""
    return "ABCDEFGHIJKL"[place]


def why_no_column(entry: ModelEntry) -> tuple[str, str] | None:
    """Why there are no reconstructions of a model, as a title and a sentence; else None."""
    try:
        saved = loaded(entry)
    except AtlasError as error:
        return "This model cannot be opened", str(error)
    if (why := inability(saved.model, Encodes, ShowsMeans)) is not None:
        told = f"Reconstructions are not shown of it: {why}. Choose another model."
        return "No reconstructions of this model", told
    if (why := why_unread(saved.training)) is not None:
        return "This model has no encoder", why
    return None


def compare(
    entries: Sequence[ModelEntry], data: Dataset, split: Split, treatment: Treatment
) -> Comparison:
    """Models side by side: those of `entries` that read these images.

    Those that read others are guests. Of the rest a sentence is kept each, and of those whose nats
    do not compare with the first one's, though their pictures do.
    """
    titles = titles_of(list(entries))
    columns: list[Column] = []
    guests: list[Column] = []
    problems: list[str] = []
    for entry in entries:
        if (why := why_no_column(entry)) is not None:
            problems.append(f"{entry.title} does not stand here. {why[1]}")
            continue
        vae = loaded(entry).vae
        column = Column(entry, titles[entry.key], vae, kinship_of(entry, data.name, data.title))
        if vae.architecture.image_shape != data.image_shape:
            guests.append(column)
            continue
        columns.append(column)
        if not column.compares_with(columns[0]):
            problems.append(
                f"The pictures of {entry.title} can be held against these, its nats cannot: "
                f"they are those of {_kind_of(column)}, these those of {_kind_of(columns[0])}."
            )
    return Comparison(data, split, treatment, tuple(columns), tuple(guests), problems)


def _kind_of(column: Column) -> str:
    """What the nats of a model are of: a density (gaussian)."""
    return f"{measure(column.nats)} ({column.vae.architecture.likelihood})"
