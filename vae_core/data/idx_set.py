"""Datasets in the four files of MNIST: 60,000 and 10,000 images of 28 x 28 in ten classes."""

import gzip
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from vae_core.data.dataset import Dataset
from vae_core.data.idx import read_idx
from vae_core.data.mirrors import RemoteFile
from vae_core.data.source import Likeness, Source, remedy
from vae_core.errors import AtlasError
from vae_core.numerals import size
from vae_core.sentences import counted

TRAIN, VALID, TEST = 50_000, 10_000, 10_000
COUNTS = {"train": TRAIN, "valid": VALID, "test": TEST, "train-60k": TRAIN + VALID}
FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


def find_file(folder: Path, name: str) -> Path | None:
    """`name` or `name.gz` in `folder`; the uncompressed file wins, being faster to read."""
    for candidate in (folder / name, folder / f"{name}.gz"):
        if os.path.isfile(candidate):  # Path.is_file raises where a folder may not be entered
            return candidate
    return None


def unzipped(file: Path) -> bytes:
    """The idx file in a gzipped one. Raises OSError, EOFError, zlib.error."""
    largest = 16 + (TRAIN + VALID) * 28 * 28
    with gzip.open(file) as stream:
        return stream.read(largest + 1)


@dataclass(frozen=True)
class IdxSet:
    """What tells one such dataset from another.

    `folders` gives, for a data folder, where the files may lie: where they ought to lie first.
    `files` names them to people; `order` and `likeness` are those of `Source`.
    """

    name: str
    title: str
    class_names: tuple[str, ...]
    folders: Callable[[Path], tuple[Path, ...]]
    files: str
    licence: str
    provenance: str
    remote: tuple[RemoteFile, ...]
    order: int
    likeness: Likeness

    @property
    def remedy(self) -> str:
        """What to do when files are missing or damaged."""
        return remedy(self.name, self.files)

    def source(self) -> Source:
        """The dataset as the registry wants it."""
        return Source(
            name=self.name,
            title=self.title,
            image_shape=(1, 28, 28),
            counts=COUNTS,
            licence=self.licence,
            remedy=self.remedy,
            where=lambda data: str(self._folder(data)),
            locate=self._locate,
            load=self._load,
            remote=self.remote,
            files=self.files,
            decode=unzipped,
            order=self.order,
            likeness=self.likeness,
        )

    def _folder(self, data: Path) -> Path:
        """The first folder with all files, else the first with any, else the first."""
        folders = self.folders(data)
        found = [sum(find_file(folder, name) is not None for name in FILES) for folder in folders]
        for enough in (len(FILES), 1):
            for folder, files in zip(folders, found, strict=True):
                if files >= enough:
                    return folder
        return folders[0]

    def _locate(self, data: Path) -> list[Path]:
        folder = self._folder(data)
        files = [find_file(folder, name) for name in FILES]
        return [file for file in files if file is not None] if None not in files else []

    def _load(self, data: Path) -> Dataset:
        folder = self._folder(data)
        missing = [name for name in FILES if find_file(folder, name) is None]
        if missing:
            what = "its files" if len(missing) == len(FILES) else " and ".join(missing)
            are = "is" if len(missing) == 1 else "are"
            raise AtlasError(
                f"{self.title} was looked for in {folder}, but {what} {are} not there. "
                f"{self.remedy}"
            )
        train_images, train_labels = self._read_pair(folder, *FILES[:2], count=TRAIN + VALID)
        test_images, test_labels = self._read_pair(folder, *FILES[2:], count=TEST)
        everything = torch.arange(TRAIN + VALID + TEST)
        return Dataset(
            name=self.name,
            title=self.title,
            images=torch.from_numpy(np.concatenate([train_images, test_images])[:, None]),
            labels=torch.from_numpy(np.concatenate([train_labels, test_labels]).astype(np.int64)),
            class_names=self.class_names,
            splits={
                "train": everything[:TRAIN],
                "valid": everything[TRAIN : TRAIN + VALID],
                "test": everything[TRAIN + VALID :],
                "train-60k": everything[: TRAIN + VALID],
            },
            provenance=self.provenance,
            licence=self.licence,
        )

    def _read_pair(
        self, folder: Path, images_name: str, labels_name: str, count: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Images uint8 [count, 28, 28] and labels uint8 [count] that belong together."""
        # A file that vanished since it was found is reported by read_idx under its plain name.
        images_file = find_file(folder, images_name) or folder / images_name
        labels_file = find_file(folder, labels_name) or folder / labels_name
        images = read_idx(images_file, 3, self.remedy)
        labels = read_idx(labels_file, 1, self.remedy)
        if images.shape[1:] != (28, 28):
            raise AtlasError(
                f"{images_file} holds images of {size(images.shape[1:])}, not "
                f"{size((28, 28))}. {self.remedy}"
            )
        if len(images) != len(labels):
            raise AtlasError(
                f"{images_file} holds {counted(len(images), 'image')} but {labels_file.name} holds "
                f"{len(labels):,} labels. {self.remedy}"
            )
        if len(images) != count:
            raise AtlasError(
                f"{images_file} holds {counted(len(images), 'image')}, not {count:,}. {self.remedy}"
            )
        if labels.max() > 9:
            raise AtlasError(
                f"{labels_file} holds the label {labels.max()}, not only 0 to 9. {self.remedy}"
            )
        return images, labels
