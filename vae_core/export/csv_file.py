"""What is known of images, and where the encoder puts them, as tables for any other program."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import count

import torch
from torch import Tensor

from vae_core.data import Dataset, LabelColumn
from vae_core.errors import AtlasError
from vae_core.latent import encode_images
from vae_core.models import VAE
from vae_core.sentences import plain

_LONGEST = 1_000  # characters of a cell
_FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_ROWS = 2_000  # encoded and written at a time, so that memory does not grow with the dataset


def encodings_csv(vae: VAE, dataset: Dataset) -> Iterator[str]:
    """The table piece by piece: a line of names, then one line an image in the dataset's order.

    Columns: those of `images_csv`, then ``mu_1`` … ``mu_J`` and ``logvar_1`` … ``logvar_J`` of
    q(z|x), with the nine digits that give float32 back exactly.

    Raises:
        AtlasError: the images are not of the model's size.
    """
    architecture = vae.architecture
    if dataset.image_shape != architecture.image_shape:
        raise AtlasError(f"The images of {dataset.title} do not fit this model.")
    numbers = range(1, architecture.latent_dim + 1)
    names = [f"{what}_{j}" for what in ("mu", "logvar") for j in numbers]

    def encoded(start: int, stop: int) -> list[list[str]]:
        found = encode_images(vae, dataset.images[start:stop])
        rows = torch.cat([found.mu, found.logvar], dim=1).tolist()
        return [[f"{value:.9g}" for value in row] for row in rows]

    return _pieces(dataset, range(len(dataset.images)), names, encoded)


def images_csv(dataset: Dataset, indices: Sequence[int]) -> Iterator[str]:
    """What is known of some images, piece by piece: a line of names, then a line an image.

    Columns: ``index``; ``split``, the names of all splits that hold the image, with spaces between
    them; ``label`` and ``class``, empty where the dataset has none; the class by each further
    column of labels, under its name; ``file``, where images have the names of the files that they
    came from.
    """
    return _pieces(dataset, indices, [], lambda start, stop: [[]] * (stop - start))


def _pieces(
    dataset: Dataset,
    indices: Sequence[int],
    names: Sequence[str],
    numbers: Callable[[int, int], list[list[str]]],
) -> Iterator[str]:
    """The table of images, with further columns `names`: `numbers` of a range of the rows."""
    files, splits = dataset.image_names, _splits(dataset)
    others = dataset.other_labels
    fixed = ["index", "split", "label", "class"]
    last = [*(["file"] if files else []), *names]
    called = _apart([column.name for column in others], {*fixed, *last})
    main = _main_labels(dataset)
    further_classes = [_classes(column) for column in others]
    yield _lines([[*fixed, *called, *last]])
    for start in range(0, len(indices), _ROWS):
        rows = indices[start : start + _ROWS]
        further = numbers(start, start + len(rows))
        yield _lines(
            [
                n,
                splits[n],
                *main[n],
                *(classes[n] for classes in further_classes),
                *([cell(files[n])] if files else []),
                *values,
            ]
            for n, values in zip(rows, further, strict=True)
        )


def _apart(names: Sequence[str], taken: set[str]) -> list[str]:
    """The names as titles of columns, none of which is there already: age, file 2."""
    found: list[str] = []
    for name in map(cell, names):
        tries = (name if k == 1 else f"{name} {k}" for k in count(1))
        found.append(next(each for each in tries if each not in taken and each not in found))
    return found


def _lines(rows: Iterator[list[object]] | list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _main_labels(dataset: Dataset) -> list[tuple[str, str]]:
    """The number and the class of each image; empty where there are none."""
    if dataset.labels is None:
        return [("", "")] * len(dataset.images)
    numbers = map(str, dataset.labels.tolist())
    return list(zip(numbers, _classes(dataset.label_columns[0]), strict=True))


def _classes(column: LabelColumn) -> list[str]:
    """The class of each image of the dataset, as a cell."""
    names = [cell(name) for name in column.class_names]
    return [names[label] for label in column.labels.tolist()]


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
