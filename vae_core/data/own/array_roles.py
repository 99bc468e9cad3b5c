"""Which arrays of a file hold images, and what became of the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from vae_core.data.own.array_columns import column_by_column
from vae_core.data.own.array_labels import IMAGES, is_class_names, is_labels
from vae_core.data.own.array_layout import SHAPES, images_of, is_flat
from vae_core.data.own.limits import Budget
from vae_core.data.own.naming import MASKS
from vae_core.data.own.npy import Member, label_of
from vae_core.data.own.parts import words_of
from vae_core.data.own.scales import values_of
from vae_core.errors import AtlasError
from vae_core.sentences import counted, listed, plain


@dataclass
class Sorted:
    """What the arrays of a file are; `left` tells what became of the others, by name."""

    images: dict[str, np.ndarray]
    others: dict[str, np.ndarray]
    class_names: list[str]
    left: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def sorted_out(members: Sequence[Member], budget: Budget, size: tuple[int, int] | None) -> Sorted:
    """The arrays of images, by name, and the rest."""
    arrays = {each.name: each.array for each in members if each.array is not None}
    arrays, notes = _turned(arrays, size)
    left = {each.name: each.reason for each in members if each.array is None}
    numbers = {n: a for n, a in arrays.items() if a.dtype.kind in "buif" and (a.size or a.ndim > 2)}
    images = {n: a for n, a in numbers.items() if a.ndim >= 3}
    if not images:
        flat = {n: a for n, a in numbers.items() if is_flat(a, size) and not is_labels(n)}
        named = {n: a for n, a in flat.items() if IMAGES & set(words_of(n))}
        images = named or flat
    if not images:
        _refuse(members, numbers, budget, size)
    masks = [n for n in images if MASKS & set(words_of(n))]
    if len(masks) < len(images):
        for name in masks:
            left[name] = "by its name it shows where something is in the images"
    images = {n: a for n, a in images.items() if n not in left}
    for name, twin in _twins(images).items():
        left[name] = f"it holds the same as “{plain(twin)}”"
        del images[name]
    strangers = _strangers(images)
    for name in strangers:
        left[name] = f"its images are {times(images.pop(name).shape[1:])}"
    others = {n: a for n, a in arrays.items() if n not in images and n not in left}
    total = sum(len(a) for a in images.values())
    named_classes = [n for n, a in others.items() if is_class_names(n, a) and len(a) < total]
    class_names = [plain(str(each)) for n in named_classes[:1] for each in others[n].tolist()]
    for name in named_classes:
        if others[name].tolist() == others[named_classes[0]].tolist() and name != named_classes[0]:
            del others[name]
    for name in named_classes[:1]:
        del others[name]
    return Sorted(images, column_by_column(others), class_names, left, notes)


def _turned(
    arrays: dict[str, np.ndarray], size: tuple[int, int] | None
) -> tuple[dict[str, np.ndarray], list[str]]:
    """With an image in each row and a label in each, where they lie in columns, as MATLAB has it.

    Only labels beside them tell which way they lie.
    """
    rows = {
        name: array
        for name, array in arrays.items()
        if array.ndim == 2 and len(array) == 1 and array.shape[1] > 1 and is_labels(name)
    }
    labels = {name: array[0] for name, array in rows.items()}
    counts = {len(array) for array in labels.values()}
    turned = {
        name: array.T
        for name, array in arrays.items()
        if array.ndim == 2
        and len(array) > 1
        and array.shape[1] in counts
        and len(array) not in counts
        and is_flat(array.T, size)
    }
    if not turned:
        return arrays, []
    names = listed([f"“{plain(name)}”" if name else "the array" for name in turned])
    return arrays | labels | turned, [f"Each column of {names} was taken for one image."]


def _refuse(
    members: Sequence[Member],
    numbers: Mapping[str, np.ndarray],
    budget: Budget,
    size: tuple[int, int] | None,
) -> None:
    """Raises AtlasError: a file without images. Of a single array its own fault is told."""
    if len(members) == 1:
        (only,) = members
        if only.array is None:
            raise AtlasError(
                f"{label_of(only.name, budget)} {only.reason.removeprefix('it ')}: save plain "
                "numbers (uint8 or float) of one shape."
            )
        if only.name not in numbers and only.array.size:
            values_of(only.array, budget)  # tells what is wrong with its type
        if only.array.ndim == 2 and only.array.size:
            images_of(only.array, label_of(only.name, budget), budget, size=size)
    found = ", ".join(
        " ".join(
            [
                *([f"“{plain(each.name)}”"] if each.name else []),
                *([] if each.array is None else [str(list(each.array.shape))]),
            ]
        )
        for each in members[:3]
    )
    raise AtlasError(
        f"{budget.source} holds no images ({found or 'no arrays'}): save them as {SHAPES}."
    )


def _twins(images: Mapping[str, np.ndarray]) -> dict[str, str]:
    """Arrays that hold what another one holds: a file beside its own unpacked copy, say."""
    found: dict[str, str] = {}
    names = list(images)
    for k, name in enumerate(names):
        for other in names[:k]:
            one, two = images[name], images[other]
            if one.shape == two.shape and one.dtype == two.dtype and np.array_equal(one, two):
                found[name] = other
                break
    return found


def _strangers(images: Mapping[str, np.ndarray]) -> list[str]:
    """Arrays of other shapes than those that are called images, where just these are."""
    called = {n: a.shape[1:] for n, a in images.items() if IMAGES & set(words_of(n))}
    if len(set(called.values())) != 1:
        return []
    (shape,) = set(called.values())
    return [name for name, array in images.items() if array.shape[1:] != shape]


def left_out(found: Sorted) -> str:
    """What was left out, and why."""
    if not found.left:
        return ""
    told = [f"“{plain(name)}” ({reason})" for name, reason in list(found.left.items())[:3]]
    more = len(found.left) - len(told)
    rest = f" and {counted(more, 'other array')}" if more else ""
    return f"Left out: {', '.join(told)}{rest}."


def times(shape: tuple[int, ...]) -> str:
    """Sides in words: 8 × 8 × 3."""
    return " × ".join(str(side) for side in shape)
