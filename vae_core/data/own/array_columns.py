"""Columns of labels in arrays: several an image, y_fine and y_coarse, and which arrays go together.

What the arrays of a collection are called tells which belong to the same images: of images_03 are
labels_03 and sex_03.
"""

import re
from collections.abc import Collection, Mapping

import numpy as np

from vae_core.data.own.array_labels import IMAGES, LABELS, is_labels, labels_in
from vae_core.data.own.label_columns import LONGEST_COLUMN, MOST_COLUMNS
from vae_core.data.own.parts import part_of, part_of_path, words_of
from vae_core.sentences import plain

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


def title_of(name: str, images: str = "") -> str:
    """What the labels in an array are called: its name without folders and without its part.

    Nor with what `images` are called, where there are several such arrays: of images_03, sex_03 is
    sex.
    """
    steps = name.split("/")
    for step in reversed(steps):
        words = [word for word in re.split(r"[_\-\s]+", step) if word]
        kept = [word for word in words if part_of(word) is None]
        for own in rest_of(images):
            same = next((k for k, word in enumerate(kept) if word.lower() == own), None)
            kept = kept if same is None else [*kept[:same], *kept[same + 1 :]]
        if kept:
            return plain(step if kept == words else "_".join(kept), LONGEST_COLUMN)
    return plain(steps[-1], LONGEST_COLUMN)


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


def rest_of(name: str) -> list[str]:
    """The words of a name but those that say what an array is."""
    return [w for w in words_of(name) if w not in IMAGES and not LABELS.fullmatch(w)]


def folder_of(name: str) -> str:
    """The folder or file that an array lies in."""
    return name.rpartition("/")[0]


def owner_of(name: str, images: Collection[str]) -> str | None:
    """The images that an array belongs to by its name; None where it is called after none of them.

    That is where it has all of their words, such as their number: the more and the earlier, the
    closer. Of labels_1, the second column is called labels_1 2.
    """
    words = words_of(name)
    closeness = {
        each: (len(own), -max(map(words.index, own)))
        for each in images
        if (own := set(rest_of(each))) and own <= set(words)
    }
    closest = [each for each, own in closeness.items() if own == max(closeness.values())]
    return closest[0] if len(closest) == 1 else None


def columns_in(
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
            whole = len(counts) > 1 and array.ndim > 0 and len(array) == total and start == 0
            if array.ndim == 0 or not (whole or _are_beside(name, array, images, counts)):
                continue
            names_at, names = names_for(name, arrays)
            values = labels_in(array, names)
            if values is None:
                continue
            title = title_of(name, "" if whole or len(counts) == 1 else images)
            column = columns.setdefault(title, [None] * total)
            column[start : start + len(values)] = values
            used |= {name: title} | ({names_at: title} if names_at else {})
        start += count
    return columns, used


def _are_beside(name: str, array: np.ndarray, images: str, counts: Mapping[str, int]) -> bool:
    """Whether an array may hold labels of these images: called after them, of their file or part.

    Not where others are of the same, and whose labels they are does not follow.
    """
    if len(array) != counts[images]:
        return False
    if len(counts) == 1:
        return True
    if (owner := owner_of(name, counts)) is not None:
        return owner == images
    place, part = folder_of(images), part_of_path(images)
    if place and folder_of(name) == place:
        return sum(folder_of(each) == place for each in counts) == 1
    shared = sum(part_of_path(each) == part for each in counts) > 1
    return part is not None and part_of_path(name) == part and not shared


def _has_columns(array: np.ndarray) -> bool:
    """Whether each row has a few whole numbers, and is not a one among zeros."""
    if array.ndim != 2 or array.dtype.kind not in "bui" or not 2 <= array.shape[1] <= MOST_COLUMNS:
        return False
    ones = array == 1
    one_hot = bool((ones.sum(axis=1) == 1).all() and ((array == 0) | ones).all())
    return len(array) > 1 and not one_hot
