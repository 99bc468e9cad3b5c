"""The model and the images that a command is to hold against each other."""

import argparse
from dataclasses import dataclass

from latent_atlas.cli.find_dataset import FoundDataset, dataset_for
from latent_atlas.cli.find_model import FoundModel, asked_model, asked_models
from latent_atlas.reports.data_words import targets
from vae_core.data import Dataset, Kinship, Split
from vae_core.evaluation import Treatment
from vae_core.models import SavedModel, load_model


@dataclass(frozen=True)
class ModelAndData:
    """A model and images of its size; `data` is what to call these in results.

    `kinship` says whether the model was trained on them.
    """

    model: FoundModel
    saved: SavedModel
    data: str
    split: Split
    kinship: Kinship

    @property
    def fits(self) -> bool:
        """Whether the model reads images of this size."""
        return self.saved.model.image_shape == tuple(self.split.images.shape[1:])

    def where(self, images: int, treatment: Treatment) -> dict[str, object]:
        """What a result in JSON begins with: of which model, on which images."""
        return {
            "checkpoint": str(self.model.path),
            "dataset": self.data,
            "split": self.split.name,
            "trained_on": self.saved.training.dataset,
            "relation": self.kinship.relation,
            "images": images,
            "treatment": treatment,
        }

    def treatment(self, binarize: str | None = None) -> Treatment:
        """As asked with --binarize, else as the model was trained."""
        recorded = self.saved.training.treatment
        if binarize == "dynamic" or (binarize is None and recorded == "dynamic"):
            return "dynamic"
        return "static" if recorded == "static" else "grey"

    def targets(self, binarize: str | None = None) -> str:
        """What to call the targets of the numbers."""
        settings = self.saved.model.architecture.model_dump()
        return targets(
            self.treatment(binarize),
            self.saved.model.image_shape[0],
            nats=type(self.saved.model).nats(settings),
        )


def model_and_data(args: argparse.Namespace) -> ModelAndData:
    """What ``args`` name (see `options.add_model_and_data`).

    Raises:
        AtlasError: one of them is not there or not sound, or they do not fit each other.
    """
    model = asked_model(args)
    saved = load_model(model.path)
    found = dataset_for(model, saved, args.dataset, args.data_dir)
    split = _split(args, saved, found)
    return ModelAndData(model, saved, found.called, split, found.kinship(model, saved))


def models_and_data(args: argparse.Namespace) -> tuple[list[ModelAndData], Dataset]:
    """All models that ``args`` name (see `options.add_models`), with the images of one split.

    The dataset, where it is not named, and the split are those that go with the first one. Others
    may read images of another size (`fits`).

    Raises:
        AtlasError: one of them is not there or not sound, or the first does not fit the images.
    """
    models = asked_models(args)
    saved = [load_model(model.path) for model in models]
    found = dataset_for(models[0], saved[0], args.dataset, args.data_dir)
    split = _split(args, saved[0], found)
    for model, each in zip(models[1:], saved[1:], strict=True):
        found.announced(model, each)
    return [
        ModelAndData(model, each, found.called, split, found.kinship(model, each))
        for model, each in zip(models, saved, strict=True)
    ], found.dataset


def _split(args: argparse.Namespace, saved: SavedModel, found: FoundDataset) -> Split:
    return found.dataset.split(
        args.split or found.dataset.test_split(saved.training.split or "train")
    )
