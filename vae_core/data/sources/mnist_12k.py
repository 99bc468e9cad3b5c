"""`mnist-12k`: 12,000 digits of MNIST, equally many of each, carried in the repository.

`scripts/make_mnist_12k.py` made the file; `embedded/mnist-12k.md` tells from what and under which
licence.
"""

from pathlib import Path

import numpy as np
import torch

from vae_core.data.dataset import Dataset
from vae_core.data.npz import read_npz
from vae_core.data.source import Source

FILE = Path(__file__).parents[1] / "embedded" / "mnist-12k.npz"
TRAIN, TEST = 10_000, 2_000
SHAPES = {
    "train_images": (TRAIN, 28, 28),
    "train_labels": (TRAIN,),
    "test_images": (TEST, 28, 28),
    "test_labels": (TEST,),
}
REMEDY = "Restore the file from the repository (git checkout) or install the program again."
LICENCE = "CC BY-SA 3.0 (Yann LeCun, Corinna Cortes)"
PROVENANCE = (
    "A class-balanced subset of the MNIST database of handwritten digits (Y. LeCun, C. Cortes, "
    "C. J. C. Burges, 1998): 1,000 training and 200 test images of each digit, taken from its own "
    "training and test set."
)


def _load(_: Path) -> Dataset:
    arrays = read_arrays(FILE)
    images = np.concatenate([arrays["train_images"], arrays["test_images"]])[:, None]
    labels = np.concatenate([arrays["train_labels"], arrays["test_labels"]]).astype(np.int64)
    everything = torch.arange(TRAIN + TEST)
    return Dataset(
        name="mnist-12k",
        title=SOURCE.title,
        images=torch.from_numpy(images),
        labels=torch.from_numpy(labels),
        class_names=tuple(str(digit) for digit in range(10)),
        splits={"train": everything[:TRAIN], "test": everything[TRAIN:]},
        provenance=PROVENANCE,
        licence=LICENCE,
    )


def read_arrays(file: Path) -> dict[str, np.ndarray]:
    """The four uint8 arrays of `SHAPES` in `file`. Raises AtlasError if they are not all there."""
    return read_npz(file, SHAPES, REMEDY)


SOURCE = Source(
    name="mnist-12k",
    title="MNIST, 12,000",
    image_shape=(1, 28, 28),
    counts={"train": TRAIN, "test": TEST},
    licence=LICENCE,
    remedy=REMEDY,
    where=lambda _: "comes with the program",
    locate=lambda _: [FILE] if FILE.is_file() else [],
    load=_load,
    order=10,
    embedded=True,
    stands_in_for="mnist",
    likeness="mnist",
)
