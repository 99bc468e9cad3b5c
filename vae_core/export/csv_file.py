"""Where the encoder puts the images of a dataset, as a table for any other program."""

import csv
import io
from collections.abc import Iterator

import torch
from torch import Tensor

from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.latent import encode_images
from vae_core.models import VAE
from vae_core.sentences import plain

_LONGEST = 1_000  # characters of a cell
_FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_ROWS = 2_000  # encoded and written at a time, so that memory does not grow with the dataset


def encodings_csv(vae: VAE, dataset: Dataset) -> Iterator[str]:
    """The table piece by piece: a line of names, then one line an image in the dataset's order.

    Columns: ``index``; ``split``, the names of all splits that hold the image, with spaces between
    them; ``label`` and ``class``, empty where the dataset has none; ``file``, where images have the
    names of the files that they came from; ``mu_1`` … ``mu_J`` and ``logvar_1`` … ``logvar_J`` of
    q(z|x), with the nine digits that give float32 back exactly.

    Raises:
        AtlasError: the images are not of the model's size.
    """
    architecture = vae.architecture
    if dataset.image_shape != architecture.image_shape:
        raise AtlasError(f"The images of {dataset.title} do not fit this model.")
    return _pieces(vae, dataset, architecture.latent_dim)


def _pieces(vae: VAE, dataset: Dataset, latent_dim: int) -> Iterator[str]:
    numbers = range(1, latent_dim + 1)
    names = [f"{what}_{j}" for what in ("mu", "logvar") for j in numbers]
    files = dataset.image_names
    yield _lines([["index", "split", "label", "class", *(["file"] if files else []), *names]])
    splits = _splits(dataset)
    for start in range(0, len(dataset.images), _ROWS):
        found = encode_images(vae, dataset.images[start : start + _ROWS])
        rows = torch.cat([found.mu, found.logvar], dim=1).tolist()
        yield _lines(
            [
                n,
                splits[n],
                *_class(dataset, n),
                *([cell(files[n])] if files else []),
                *(f"{value:.9g}" for value in row),
            ]
            for n, row in enumerate(rows, start)
        )


def _lines(rows: Iterator[list[object]] | list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _class(dataset: Dataset, index: int) -> tuple[str, str]:
    if dataset.labels is None:
        return "", ""
    label = int(dataset.labels[index])
    return str(label), cell(dataset.class_names[label])


def cell(text: str) -> str:
    """Text from elsewhere as a cell: a spreadsheet takes what begins so for a formula to run."""
    safe = plain(text, _LONGEST)
    return f"'{safe}" if safe.lstrip().startswith(_FORMULAS) else safe


def _splits(dataset: Dataset) -> list[str]:
    held: list[list[str]] = [[] for _ in range(len(dataset.images))]
    for name, indices in dataset.splits.items():
        for index in _once(indices):
            held[index].append(name)
    return [" ".join(names) for names in held]


def _once(indices: Tensor) -> list[int]:
    found: list[int] = indices.unique().tolist()
    return found
