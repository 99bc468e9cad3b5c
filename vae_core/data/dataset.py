"""A dataset: images held once, and names for parts of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.sentences import counted

UNLABELLED = "no label"  # the class of images that have none among others that have one


@dataclass(frozen=True, eq=False)
class LabelColumn:
    """One way to sort the images: `labels` int64 [N], indices into `class_names`."""

    name: str
    labels: Tensor
    class_names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Factors:
    """What is known of how each image came to look as it does.

    `values` is int64 [N, K]: image n has level `values[n, k]`, one of 0..`sizes[k]` − 1, of the
    factor `names[k]`, or −1 where nobody has said.
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    values: Tensor


@dataclass(frozen=True, eq=False)
class Split:
    """One named part of a dataset.

    `images` uint8 [n, C, H, W] and `labels` int64 [n] or None. `factors` of the images are there
    where somebody asked for them (`Dataset.factors_of`).
    """

    name: str
    images: Tensor
    labels: Tensor | None
    factors: Factors | None = None

    def __len__(self) -> int:
        return len(self.images)

    def first(self, count: int) -> "Split":
        """The first so many images, or all."""
        factors = self.factors
        return Split(
            self.name,
            self.images[:count],
            None if self.labels is None else self.labels[:count],
            None if factors is None else replace(factors, values=factors.values[:count]),
        )


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images, what is known about them, and where they come from.

    `images` is uint8 [N, C, H, W], `labels` int64 [N] (an index into `class_names`) or None, and
    `splits` maps a name to int64 indices [n]. Splits may overlap (`train` lies in `train-60k`).
    `binary` says that every pixel is 0 or 255 by the making of the dataset: its numbers are never
    set beside those of grey images. `factors` is known of generated images only. `test_splits`
    names the test split of a training split whose test split is not called `test`. `image_names` is
    what the file of each image was called, or empty. `label_name` is what `labels` are called where
    somebody said so, and `other_labels` are further ways to sort the images.
    Datasets are shared between callers: treat the tensors as read-only.
    """

    name: str
    title: str
    images: Tensor
    labels: Tensor | None
    class_names: tuple[str, ...]
    splits: Mapping[str, Tensor]
    provenance: str
    licence: str
    binary: bool = False
    factors: Factors | None = None
    test_splits: Mapping[str, str] = field(default_factory=dict)
    image_names: tuple[str, ...] = ()
    label_name: str = ""
    other_labels: tuple[LabelColumn, ...] = ()

    def __post_init__(self) -> None:
        _check(self)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W) of one image."""
        channels, height, width = self.images.shape[1:]
        return channels, height, width

    @property
    def label_columns(self) -> tuple[LabelColumn, ...]:
        """All ways to sort the images, that of `labels` first; none without classes."""
        if self.labels is None:
            return self.other_labels
        main = LabelColumn(self.label_name or "class", self.labels, self.class_names)
        return (main, *self.other_labels)

    def factors_of(self, split: str) -> Factors | None:
        """What the images of a split were drawn from; of others, the ways to sort them.

        None where nothing is known. KeyError: there is no such split.
        """
        index, columns = self.splits[split], self.label_columns
        if self.factors is not None:
            return replace(self.factors, values=self.factors.values[index])
        if not columns:
            return None
        return Factors(
            tuple(column.name for column in columns),
            tuple(len(column.class_names) for column in columns),
            torch.stack([_known(column, index) for column in columns], 1),
        )

    def test_split(self, train_split: str) -> str:
        """The name of the split to test on what was trained on `train_split`."""
        return self.test_splits.get(train_split, "test")

    def split(self, name: str) -> Split:
        """The part called `name`. A split of consecutive images is a view; any other is a copy.

        Raises AtlasError, naming the splits there are, if there is none of that name.
        """
        if name not in self.splits:
            known = ", ".join(self.splits)
            raise AtlasError(
                f"The dataset {self.name} has no split “{name}”. Choose one of: {known}."
            )
        index = self.splits[name]
        part = _as_slice(index)
        chosen: slice | Tensor = index if part is None else part
        labels = None if self.labels is None else self.labels[chosen]
        return Split(name, self.images[chosen], labels)


def _known(column: LabelColumn, index: Tensor) -> Tensor:
    """The labels of some images, −1 for none."""
    labels = column.labels[index]
    if UNLABELLED not in column.class_names:
        return labels
    return torch.where(labels == column.class_names.index(UNLABELLED), -1, labels)


def _as_slice(index: Tensor) -> slice | None:
    """The slice equal to `index` if it counts up by one, so that a view can stand in for a copy."""
    if len(index) == 0:
        return slice(0, 0)
    start, stop = int(index[0]), int(index[0]) + len(index)
    return slice(start, stop) if torch.equal(index, torch.arange(start, stop)) else None


def _check(dataset: Dataset) -> None:
    """Raises ValueError if a tensor is not of the kind promised: a fault in the source's code."""
    images, count = dataset.images, len(dataset.images)
    if images.dtype != torch.uint8 or images.ndim != 4:
        raise ValueError(f"images must be uint8 [N, C, H, W], not {_kind(images)}")
    for column in dataset.label_columns:
        _check_labels(column, count)
    for name, index in dataset.splits.items():
        if index.dtype != torch.int64 or index.ndim != 1:
            raise ValueError(f"split {name} must be int64 [n], not {_kind(index)}")
        if len(index) and not 0 <= int(index.min()) <= int(index.max()) < count:
            raise ValueError(f"split {name} points outside the {counted(count, 'image')}")
    strangers = {*dataset.test_splits, *dataset.test_splits.values()} - {*dataset.splits}
    if strangers:
        raise ValueError(f"test_splits must name splits, not {', '.join(sorted(strangers))}")
    if len(dataset.image_names) not in (0, count):
        raise ValueError(f"there must be {count} image names or none")
    if dataset.factors is not None:
        _check_factors(dataset.factors, count)


def _check_labels(column: LabelColumn, count: int) -> None:
    labels, classes = column.labels, len(column.class_names)
    if labels.dtype != torch.int64 or labels.shape != (count,):
        raise ValueError(f"labels must be int64 [{count}], not {_kind(labels)}")
    if count and not 0 <= int(labels.min()) <= int(labels.max()) < classes:
        raise ValueError(f"labels must lie in 0..{classes - 1}")


def _check_factors(factors: Factors, count: int) -> None:
    values, sizes = factors.values, torch.tensor(factors.sizes)
    if values.dtype != torch.int64 or values.shape != (count, len(factors.sizes)):
        kind = f"int64 [{count}, {len(factors.sizes)}]"
        raise ValueError(f"factors must be {kind}, not {_kind(values)}")
    if len(factors.names) != len(factors.sizes) or bool(((values < -1) | (values >= sizes)).any()):
        raise ValueError(f"factors must lie below their sizes {factors.sizes}")


def _kind(tensor: Tensor) -> str:
    return f"{tensor.dtype} {list(tensor.shape)}"
