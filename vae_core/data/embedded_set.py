"""Sets of 12,000 images of 28 x 28 that are carried in the repository, one npz file each.

Each is a class-balanced part of a set in the form of MNIST: 1,000 training and 200 test images of
each class, from its own training and test set. `scripts/` has what made the files;
`embedded/NAME.md` tells from what and under which licence.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from vae_core.data.dataset import Dataset
from vae_core.data.npz import read_npz
from vae_core.data.source import Source

FOLDER = Path(__file__).parent / "embedded"
TRAIN, TEST = 10_000, 2_000
SHAPES = {
    "train_images": (TRAIN, 28, 28),
    "train_labels": (TRAIN,),
    "test_images": (TEST, 28, 28),
    "test_labels": (TEST,),
}
REMEDY = "Restore the file from the repository (git checkout) or install the program again."


@dataclass(frozen=True)
class EmbeddedSet:
    """What tells one such set from another: `part_of` is the source whose images it has."""

    name: str
    title: str
    part_of: Source
    class_names: tuple[str, ...]
    provenance: str
    order: int

    @property
    def file(self) -> Path:
        """Where the images are."""
        return FOLDER / f"{self.name}.npz"

    def source(self) -> Source:
        """The dataset as the registry wants it."""
        return Source(
            name=self.name,
            title=self.title,
            image_shape=self.part_of.image_shape,
            counts={"train": TRAIN, "test": TEST},
            licence=self.part_of.licence,
            remedy=REMEDY,
            where=lambda _: "comes with the program",
            locate=lambda _: [self.file] if self.file.is_file() else [],
            load=self._load,
            order=self.order,
            embedded=True,
            stands_in_for=self.part_of.name,
            likeness=self.part_of.likeness,
        )

    def _load(self, _: Path) -> Dataset:
        arrays = read_arrays(self.file)
        images = np.concatenate([arrays["train_images"], arrays["test_images"]])[:, None]
        labels = np.concatenate([arrays["train_labels"], arrays["test_labels"]]).astype(np.int64)
        everything = torch.arange(TRAIN + TEST)
        return Dataset(
            name=self.name,
            title=self.title,
            images=torch.from_numpy(images),
            labels=torch.from_numpy(labels),
            class_names=self.class_names,
            splits={"train": everything[:TRAIN], "test": everything[TRAIN:]},
            provenance=self.provenance,
            licence=self.part_of.licence,
        )


def read_arrays(file: Path) -> dict[str, np.ndarray]:
    """The four uint8 arrays of `SHAPES` in `file`. Raises AtlasError if they are not all there."""
    return read_npz(file, SHAPES, REMEDY)
