"""The model and the images that a command is to hold against each other."""

import argparse
from dataclasses import dataclass

from latent_atlas.cli.find_dataset import dataset_for
from latent_atlas.cli.find_model import FoundModel, asked_model
from latent_atlas.reports.data_words import targets
from vae_core.data import Kinship, Split
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
            density=type(self.saved.model).density(settings) is not None,
        )


def model_and_data(args: argparse.Namespace) -> ModelAndData:
    """What ``args`` name (see `options.add_model_and_data`).

    Raises:
        AtlasError: one of them is not there or not sound, or they do not fit each other.
    """
    model = asked_model(args)
    saved = load_model(model.path)
    found = dataset_for(model, saved, args.dataset, args.data_dir)
    usual = found.dataset.test_split(saved.training.split or "train")
    split = found.dataset.split(args.split or usual)
    return ModelAndData(model, saved, found.called, split, found.kinship(model, saved))
