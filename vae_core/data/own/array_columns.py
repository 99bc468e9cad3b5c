"""The labels of images out of the arrays that lie beside them; several an image, too: y_fine and
y_coarse.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from vae_core.data.own.array_labels import UNLABELLED, Found, best_labels, is_labels, labels_in
from vae_core.data.own.label_columns import LONGEST_COLUMN, MOST_COLUMNS, Column, others_of
from vae_core.data.own.limits import Budget
from vae_core.data.own.parts import part_of, part_of_path, words_of
from vae_core.errors import AtlasError
from vae_core.sentences import counted, listed, plain

_ANY = frozenset(
    {"class", "classes", "label", "labels", "name", "names", "target", "category", "categories"}
)
Columns = dict[str, list[str | None]]


def column_by_column(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays, labels of a few whole numbers an image as one array each: labels 1, labels 2."""
    found: dict[str, np.ndarray] = {}
    for name, array in arrays.items():
        if is_labels(name) and _has_columns(array):
            found |= {f"{name} {k + 1}": array[:, k] for k in range(array.shape[1])}
        else:
            found[name] = array
    return found


def title_of(name: str) -> str:
    """What the labels in an array are called: its name without folders and without its part."""
    last = name.rpartition("/")[2]
    words = [word for word in re.split(r"[_\-\s]+", last) if word]
    kept = [word for word in words if part_of(word) is None]
    return plain(last if not kept or kept == words else "_".join(kept), LONGEST_COLUMN)


def names_for(name: str, arrays: Mapping[str, np.ndarray]) -> tuple[str, list[str]]:
    """The array of names that goes with these labels alone, and the names: fine_label_names."""
    own = set(words_of(name))
    for each, array in arrays.items():
        words = set(words_of(each))
        told = words - _ANY
        text = array.ndim == 1 and array.dtype.kind in "US"
        if text and words & {"names", "classes", "categories"} and told and told <= own:
            return each, [plain(str(value)) for value in array.tolist()]
    return "", []


@dataclass(frozen=True)
class _Beside:
    """The arrays that lie beside the images, and the names of classes."""

    others: dict[str, np.ndarray]
    class_names: list[str]


def labels_beside(
    counts: Mapping[str, int],
    others: dict[str, np.ndarray],
    class_names: list[str],
    left: dict[str, str],
    budget: Budget,
) -> tuple[list[Column], list[str]]:
    """The columns of labels, that of the classes first, and what to say of where these are from.

    Args:
        counts: how many images each array of images has, in the order of the images.
        others: the other arrays; what was taken for labels leaves them.
        class_names: the names of the classes, where the source has some.
        left: takes why an array was left out, by its name.

    Raises:
        AtlasError: there are labels, but not one for each image.
    """
    found = _Beside(others, class_names)
    labels = {name: _labels_of(name, count, counts, found) for name, count in counts.items()}
    used = {each.name for each in labels.values() if each is not None}
    said: list[str] = []
    values: list[str] = []
    if used:
        for name, count in counts.items():
            of_this = labels[name]
            values += [UNLABELLED] * count if of_this is None else of_this.values
        without = values.count(UNLABELLED)
        missing = [f"{counted(without, 'image has', 'images have')} no label."] if without else []
        said = [*_said(used), *missing]
    elif len(counts) > 1:
        whole = best_labels(found.others, sum(counts.values()), found.class_names)
        if whole is not None:
            used, values, said = {whole.name}, whole.values, _said({whole.name})
    main = Column(title_of(min(used)), values) if used else None
    for name in used:
        others.pop(names_for(name, others)[0], None)
        others.pop(name, None)
    columns, titles = _columns_in(others, counts)
    kept, passed = others_of(columns, main)
    taken = {column.name for column in kept}
    for name, title in titles.items():
        if title in taken:
            others.pop(name)
        elif title in passed:
            left[name] = "its values hardly repeat, or measure"
    _check_lengths(others, counts, budget, labelled=bool(used))
    for name, array in others.items():
        left.setdefault(
            name,
            "its numbers are not whole, so they are no classes"
            if is_labels(name) and array.dtype.kind == "f" and array.size == len(array)
            else f"it has the shape {list(array.shape)}",
        )
    return ([] if main is None else [main, *kept]), said


def _labels_of(name: str, count: int, counts: Mapping[str, int], found: _Beside) -> Found | None:
    """The labels of one array of images: those of its file, of its part, or the only ones there."""
    best = _best_labels_of(name, count, counts, found)
    if best is None:
        return None
    names = names_for(best.name, found.others)[1]
    values = labels_in(found.others[best.name], names) if names else None
    return best if values is None else Found(values, best.name)


def _best_labels_of(
    name: str, count: int, counts: Mapping[str, int], found: _Beside
) -> Found | None:
    place = name.rpartition("/")[0]
    beside = {n: array for n, array in found.others.items() if n.rpartition("/")[0] == place}
    if place and (labels := best_labels(beside, count, found.class_names)) is not None:
        return labels
    part = part_of_path(name)
    if len(counts) > 1 and part is None:
        return None  # which labels are whose does not follow; one array for all is looked for
    alone = len(counts) == 1
    pool = {n: array for n, array in found.others.items() if alone or part_of_path(n) == part}
    return best_labels(pool, count, found.class_names)


def _said(used: Collection[str]) -> list[str]:
    """Nothing where the arrays are called labels; else from which the classes were taken."""
    strange = [f"“{plain(name)}”" for name in sorted(used) if not is_labels(name)]
    return [f"The classes were taken from {listed(strange)}."] if strange else []


def _check_lengths(
    others: Mapping[str, np.ndarray],
    counts: Mapping[str, int],
    budget: Budget,
    *,
    labelled: bool,
) -> None:
    """Raises AtlasError where labels are there, but not one for each image."""
    wrong = {n: a for n, a in others.items() if is_labels(n) and a.size == len(a) > 0}
    lengths = {*counts.values(), sum(counts.values())}
    if labelled or not wrong or any(len(a) in lengths for a in wrong.values()):
        return
    names = listed([f"“{plain(name)}”" for name in wrong])
    raise AtlasError(
        f"{budget.source} holds {counted(sum(counts.values()), 'image')} but "
        f"{counted(sum(len(a) for a in wrong.values()), 'label')} in {names}: save one label for "
        "each image."
    )


def _columns_in(
    arrays: Mapping[str, np.ndarray], counts: Mapping[str, int]
) -> tuple[Columns, dict[str, str]]:
    """What these arrays say of each image, by title, and the title that each was used for.

    `counts` holds how many images each array of images has, in the order of the images.
    """
    total = sum(counts.values())
    columns: Columns = {}
    used: dict[str, str] = {}
    start = 0
    for images, count in counts.items():
        for name, array in arrays.items():
            # One array of all images counts with the first of them.
            whole = len(counts) > 1 and len(array) == total and start == 0
            if array.ndim == 0 or not (whole or _beside(name, array, images, counts)):
                continue
            names_at, names = names_for(name, arrays)
            values = labels_in(array, names)
            if values is None:
                continue
            title = title_of(name)
            column = columns.setdefault(title, [None] * total)
            column[start : start + len(values)] = values
            used |= {name: title} | ({names_at: title} if names_at else {})
        start += count
    return columns, used


def _beside(name: str, array: np.ndarray, images: str, counts: Mapping[str, int]) -> bool:
    """Whether an array may hold the labels of an array of images: of its file, or of its part."""
    if len(array) != counts[images]:
        return False
    if len(counts) == 1:
        return True
    place, part = images.rpartition("/")[0], part_of_path(images)
    if place and name.rpartition("/")[0] == place:
        return True
    return part is not None and part_of_path(name) == part


def _has_columns(array: np.ndarray) -> bool:
    """Whether each row has a few whole numbers, and is not a one among zeros."""
    if array.ndim != 2 or array.dtype.kind not in "bui" or not 2 <= array.shape[1] <= MOST_COLUMNS:
        return False
    ones = array == 1
    one_hot = bool((ones.sum(axis=1) == 1).all() and ((array == 0) | ones).all())
    return len(array) > 1 and not one_hot
