"""What a cell has that finds something out of the model of one training.

Each kind says in ``measure`` what it finds; its fields are what its answer depends on.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import torch
from pydantic import BaseModel
from torch import Tensor

from latent_atlas.reproduce.cells import JSON, Cell, Place, TrainingCell
from vae_core.data import Dataset, load_dataset
from vae_core.evaluation import Watch
from vae_core.models import VAE, load_model


@dataclass(frozen=True)
class ModelCell(ABC):
    """Measures a trained model once its training is answered."""

    trained: TrainingCell

    prefix: ClassVar[str]  # of its name, before the training's

    @property
    def name(self) -> str:
        """After the training's."""
        return f"{self.prefix}-{self.trained.name}"

    @property
    def needs(self) -> tuple[Cell, ...]:
        """The training."""
        return (self.trained,)

    @property
    @abstractmethod
    def cost(self) -> float:
        """Roughly how long it takes, in the units of ``TrainingCell.cost``."""

    def question(self) -> dict[str, Any]:
        """The training's question, and all other fields."""
        own = {each.name: getattr(self, each.name) for each in fields(self)}
        return own | {"trained": self.trained.question()}

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """What ``measure`` gives, as JSON."""
        torch.set_num_threads(1)
        return self.measure(place, watch).model_dump(mode="json")

    @abstractmethod
    def measure(self, place: Place, watch: Watch) -> BaseModel:
        """The result. Raises AtlasError, Cancelled."""

    @property
    def width(self) -> int:
        """Units of its widest hidden layer: what a pass through the decoder costs, roughly."""
        return max(self.trained.asked.config.hidden, default=1)

    def model(self, place: Place) -> VAE:
        """What was trained."""
        return load_model(Place(place.folder, self.trained.name).model).vae

    def data(self) -> Dataset:
        """What it was trained on."""
        return load_dataset(self.trained.asked.config.dataset, self.trained.data_dir)

    def first_images(self, count: int) -> tuple[Tensor, Tensor]:
        """The first images of its training, and the first test images, uint8 [N, C, H, W]."""
        split, data = self.trained.asked.config.split, self.data()
        test = data.split(data.test_split(split))
        return data.split(split).images[:count], test.images[:count]
