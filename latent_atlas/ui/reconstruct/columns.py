"""The models to hold against each other, measured on one split of one data set."""

from latent_atlas.reports.data_words import size_and_colour
from latent_atlas.ui.catalog import ModelEntry, loaded
from latent_atlas.ui.reconstruct.measure import Treatment, measured
from latent_atlas.ui.reconstruct.rows import Column
from latent_atlas.ui.reconstruct.state import titles_of
from latent_atlas.ui.shown_data import kinship_of
from latent_atlas.ui.unread_images import why_unread
from vae_core.data import Dataset, Split
from vae_core.errors import AtlasError


def columns_of(
    entries: list[ModelEntry], data: Dataset, split: Split, treatment: Treatment
) -> tuple[list[Column], list[str]]:
    """A column for each model that reads these images, and a sentence for each that does not.

    Also for each whose nats do not compare with the first one's, though its pictures do.
    """
    titles = titles_of(entries)
    columns: list[Column] = []
    problems: list[str] = []
    for entry in entries:
        try:
            saved = loaded(entry)
        except AtlasError as error:
            problems.append(str(error))
            continue
        vae = saved.vae
        if (why := why_unread(saved.training)) is not None:
            problems.append(f"{entry.title} does not stand here. {why}")
            continue
        if vae.architecture.image_shape != data.image_shape:
            here = size_and_colour(data.image_shape)
            there = size_and_colour(vae.architecture.image_shape)
            problems.append(
                f"{entry.title} reads images of {there}, and these are {here}: "
                "compare with another model."
            )
            continue
        found = measured(entry.digest, data.name, split.name, treatment, vae, split.images)
        kin = kinship_of(entry, data.name)
        column = Column(titles[entry.key], vae, found.bounds, found.draw_variance, kin)
        columns.append(column)
        if not column.compares_with(columns[0]):
            problems.append(
                f"The pictures of {entry.title} can be held against these, its nats cannot: "
                f"they are those of {_kind_of(column)}, these those of {_kind_of(columns[0])}."
            )
    return columns, problems


def _kind_of(column: Column) -> str:
    """What the nats of a model are of: a density (gaussian)."""
    kind = "a density" if column.density else "probabilities"
    return f"{kind} ({column.vae.architecture.likelihood})"


def shown_split(data: Dataset, trained_on: str | None) -> Split:
    """The test images of that training split; else validation images, else the first split."""
    test = data.test_split(trained_on or "train")
    wanted = [name for name in (test, "valid") if name in data.splits]
    return data.split(wanted[0] if wanted else next(iter(data.splits)))
