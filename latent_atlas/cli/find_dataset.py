"""The one place where the command line finds a dataset by what people call it."""

from dataclasses import dataclass
from pathlib import Path

from latent_atlas.cli.find_model import FoundModel
from latent_atlas.cli.parser import say
from latent_atlas.cli.paths import as_path
from latent_atlas.cli.pictures import borrowed_pictures
from latent_atlas.reports.data_words import SIZES, size_and_colour
from vae_core.data import (
    Dataset,
    Kinship,
    available_datasets,
    companion_datasets,
    kinship,
    load_dataset,
)
from vae_core.data.kinship import relation
from vae_core.data.own import is_own
from vae_core.errors import AtlasError
from vae_core.models import SavedModel
from vae_core.sentences import did_you_mean

SUFFIXES = (".zip", ".npz", ".npy")


@dataclass(frozen=True)
class FoundDataset:
    """A dataset in memory, and what to call it in results: its name, or the path that was given."""

    dataset: Dataset
    called: str

    def kinship(self, model: FoundModel, saved: SavedModel) -> Kinship:
        """How its images stand to those that `model` was trained on."""
        training, name = saved.training, self.dataset.name
        called = None if self.called == name else self.called
        return kinship(model.title, training.dataset, training.split, name, called=called)

    def announced(self, model: FoundModel, saved: SavedModel) -> "FoundDataset":
        """The same, once it has been said where the model was trained on something else."""
        if sentence := self.kinship(model, saved).sentence:
            say(sentence)
        return self


def find_dataset(text: str, data_dir: Path | None) -> str | Path:
    """The dataset that `text` means: a name, whatever its case, or else a path of pictures.

    A name wins over a folder of that name; `./digits` is the folder.

    Raises:
        AtlasError: it is neither.
    """
    if (name := _known_name(text, data_dir)) is not None:
        return name
    if path := as_path(text, SUFFIXES):
        return path
    raise _unknown(text, data_dir, ", or a path")


def find_named_dataset(text: str, data_dir: Path | None) -> str:
    """As `find_dataset`, of names alone."""
    name = _known_name(text, data_dir)
    if name is None:
        raise _unknown(text, data_dir, "")
    return name


def _known_name(text: str, data_dir: Path | None) -> str | None:
    known = [info.name for info in available_datasets(data_dir)]
    for name in known:
        if text.casefold() == name.casefold():
            return name
    return text if is_own(text) else None


def _unknown(text: str, data_dir: Path | None, otherwise: str) -> AtlasError:
    named = [info.name for info in available_datasets(data_dir) if not is_own(info.name)]
    meant = did_you_mean(text, named) or f": choose one of {', '.join(named)}{otherwise}"
    return AtlasError(f"There is no dataset “{text}”{meant}.")


def open_dataset(
    text: str, data_dir: Path | None, image_shape: tuple[int, int, int] | None = None
) -> FoundDataset:
    """Read the dataset that `text` means. Pictures are made alike, of `image_shape` [C, H, W].

    Nothing is kept. Raises AtlasError when there is none, or it cannot be read.
    """
    found = find_dataset(text, data_dir)
    if isinstance(found, Path):
        return FoundDataset(borrowed_pictures(found, image_shape), text)
    return FoundDataset(load_dataset(found, data_dir), found)


def dataset_for(
    model: FoundModel, saved: SavedModel, text: str | None, data_dir: Path | None
) -> FoundDataset:
    """The dataset to look at `model` with: what `text` means, else what it was trained on.

    Where that is not here and a part of it comes with the program, it is that part, and so said.

    Raises:
        AtlasError: there is none, or its images are of another size than the model's.
    """
    wanted = saved.model.image_shape
    data_dir = data_dir or model.data_dir
    if text is None:
        return _trained_on(model, saved, data_dir)
    found = open_dataset(text, data_dir, wanted)
    check_fit(found, model, saved)
    return found.announced(model, saved)


def check_fit(found: FoundDataset, model: FoundModel, saved: SavedModel) -> None:
    """AtlasError where the images are of another size than those that the model reads."""
    wanted = saved.model.image_shape
    if found.dataset.image_shape != wanted:
        raise AtlasError(
            f"The images of {found.called} do not fit {model.title}: they are "
            f"{size_and_colour(found.dataset.image_shape)}, and it reads "
            f"{size_and_colour(wanted)} ({SIZES.removesuffix('.').lower()}). "
            "Choose the data that it was trained on."
        )


def _trained_on(model: FoundModel, saved: SavedModel, data_dir: Path | None) -> FoundDataset:
    name = saved.training.dataset
    if name is None:
        raise AtlasError(
            f"{model.title} does not say what it was trained on: name a dataset with --dataset."
        )
    fitting = companion_datasets(name, saved.model.image_shape, data_dir)
    # Only a part of its own data stands in for them unasked: numbers on strange images are not
    # what was asked for, and damaged data are to be told, not passed over.
    if name not in fitting and fitting and relation(name, fitting[0]) == "part":
        part = FoundDataset(load_dataset(fitting[0], data_dir), fitting[0])
        say(f"{name} is not here. {part.kinship(model, saved).sentence}")
        return part
    try:
        dataset = load_dataset(name, data_dir)
    except AtlasError as error:
        other = f" such as {fitting[0]}" if fitting else ""
        raise AtlasError(
            f"{model.title} was trained on {name}. {error} Or name other data with "
            f"--dataset{other}."
        ) from error
    say(f"The images are those of {name}: {model.title} was trained on them.")
    return FoundDataset(dataset, name)
