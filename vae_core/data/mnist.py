"""`mnist`: all 70,000 digits, read from the four idx files in the data folder."""

import os
from pathlib import Path

import numpy as np
import torch

from vae_core.data.dataset import Dataset
from vae_core.data.idx import read_idx
from vae_core.data.source import Source
from vae_core.errors import AtlasError

TRAIN, VALID, TEST = 50_000, 10_000, 10_000
FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
REMEDY = (
    "Put the four original MNIST files (train-images-idx3-ubyte and so on, gzipped or not) into "
    "the folder mnist of the data folder, which --data-dir or LATENT_ATLAS_DATA names."
)
LICENCE = "CC BY-SA 3.0 (Yann LeCun, Corinna Cortes)"
PROVENANCE = (
    "The MNIST database of handwritten digits (Y. LeCun, C. Cortes, C. J. C. Burges, 1998), "
    "from the four original idx files."
)


def find_file(folder: Path, name: str) -> Path | None:
    """`name` or `name.gz` in `folder`; the uncompressed file wins, being faster to read."""
    for candidate in (folder / name, folder / f"{name}.gz"):
        if os.path.isfile(candidate):  # Path.is_file raises where a folder may not be entered
            return candidate
    return None


def _folder(data: Path) -> Path:
    """The folder `mnist` of the data folder, or the data folder itself if the files lie there."""
    here = any(find_file(data / "mnist", name) for name in FILES)
    flat = any(find_file(data, name) for name in FILES)
    return data if flat and not here else data / "mnist"


def _locate(data: Path) -> list[Path]:
    files = [find_file(_folder(data), name) for name in FILES]
    return [file for file in files if file is not None] if None not in files else []


def _load(data: Path) -> Dataset:
    folder = _folder(data)
    missing = [name for name in FILES if find_file(folder, name) is None]
    if missing:
        what = "its files" if len(missing) == len(FILES) else " and ".join(missing)
        are = "is" if len(missing) == 1 else "are"
        raise AtlasError(f"MNIST was looked for in {folder}, but {what} {are} not there. {REMEDY}")
    train_images, train_labels = _read_pair(folder, *FILES[:2], count=TRAIN + VALID)
    test_images, test_labels = _read_pair(folder, *FILES[2:], count=TEST)
    everything = torch.arange(TRAIN + VALID + TEST)
    return Dataset(
        name="mnist",
        title=SOURCE.title,
        images=torch.from_numpy(np.concatenate([train_images, test_images])[:, None]),
        labels=torch.from_numpy(np.concatenate([train_labels, test_labels]).astype(np.int64)),
        class_names=tuple(str(digit) for digit in range(10)),
        splits={
            "train": everything[:TRAIN],
            "valid": everything[TRAIN : TRAIN + VALID],
            "test": everything[TRAIN + VALID :],
            "train-60k": everything[: TRAIN + VALID],
        },
        provenance=PROVENANCE,
        licence=LICENCE,
    )


def _read_pair(
    folder: Path, images_name: str, labels_name: str, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [count, 28, 28] and labels uint8 [count] that belong together."""
    # A file that vanished since it was found is reported by read_idx under its plain name.
    images_file = find_file(folder, images_name) or folder / images_name
    labels_file = find_file(folder, labels_name) or folder / labels_name
    images = read_idx(images_file, 3, REMEDY)
    labels = read_idx(labels_file, 1, REMEDY)
    if images.shape[1:] != (28, 28):
        height, width = images.shape[1:]
        raise AtlasError(f"{images_file} holds images of {height} x {width}, not 28 x 28. {REMEDY}")
    if len(images) != len(labels):
        raise AtlasError(
            f"{images_file} holds {len(images):,} images but {labels_file.name} holds "
            f"{len(labels):,} labels. {REMEDY}"
        )
    if len(images) != count:
        raise AtlasError(f"{images_file} holds {len(images):,} images, not {count:,}. {REMEDY}")
    if labels.max() > 9:
        raise AtlasError(f"{labels_file} holds the label {labels.max()}, not only 0 to 9. {REMEDY}")
    return images, labels


SOURCE = Source(
    name="mnist",
    title="MNIST, all 70,000",
    image_shape=(1, 28, 28),
    counts={"train": TRAIN, "valid": VALID, "test": TEST, "train-60k": TRAIN + VALID},
    licence=LICENCE,
    remedy=REMEDY,
    where=lambda data: str(_folder(data)),
    locate=_locate,
    load=_load,
)
