"""The class of each image, out of the arrays that lie beside the images."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vae_core.data.dataset import UNLABELLED
from vae_core.data.own.parts import words_of
from vae_core.sentences import plain

LABELS = re.compile(r"y|gt|labels?|targets?|class(es)?|categor(y|ies)|digits?|species|kinds?")
IMAGES = frozenset(
    {"x", "image", "images", "img", "imgs", "data", "pictures", "pixels", "features"}
)
NAMES = re.compile(r"(class|label|target|categor(y|ies))_?names?|classes|categories")
MOST_CLASSES = 10_000


@dataclass(frozen=True)
class Found:
    """Labels as text, one an image, and the name of the array that they came from."""

    values: list[str]
    name: str


def is_labels(name: str) -> bool:
    """Whether an array of this name holds the class of each image: y, y_train, test_labels, …"""
    words = words_of(name)
    return any(LABELS.fullmatch(word) for word in words) and not any("name" in w for w in words)


def is_class_names(name: str, array: np.ndarray) -> bool:
    """Whether an array holds the names of the classes, in the order of their numbers."""
    words = "_".join(words_of(name.rpartition("/")[2]))
    return NAMES.fullmatch(words) is not None and array.ndim == 1 and array.dtype.kind in "US"


def labels_in(array: np.ndarray, names: list[str]) -> list[str] | None:
    """The class of each image as text; None where the array holds no classes.

    One-hot rows become the number of their one; NaN becomes `UNLABELLED`; `names` name numbers.
    """
    numbers = _numbers(array)
    if numbers is not None:
        known = {number for number in numbers if number is not None}
        if len(known) > MOST_CLASSES:
            return None
        if names and known and min(known) >= 1 and max(known) == len(names):
            names = ["", *names]  # counted from one, as MATLAB does
        return [_named(number, names) for number in numbers]
    if array.size == len(array) and array.dtype.kind in "US":
        flat = array.reshape(-1).tolist()
        texts = [v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in flat]
        return [plain(text) or UNLABELLED for text in texts]
    return None


def best_labels(arrays: Mapping[str, np.ndarray], count: int, names: list[str]) -> Found | None:
    """Of arrays of `count` rows the one that holds labels: by its name, else by its values."""
    fitting = {n: a for n, a in arrays.items() if a.ndim >= 1 and len(a) == count}
    # By name whatever it holds; by its values where they repeat, as classes do.
    for name, array in sorted(fitting.items(), key=lambda each: not is_labels(each[0])):
        values = labels_in(array, names)
        if values is None:
            continue
        if is_labels(name) or len(set(values)) <= max(2, count // 2):
            return Found(values, name)
    return None


def _numbers(array: np.ndarray) -> list[int | None] | None:
    """Whole numbers, one a row; None for NaN; None instead of all where they are no classes."""
    kind = array.dtype.kind
    if kind not in "buif":
        return None
    if array.ndim == 2 and array.shape[1] > 1:
        ones = array == 1
        if (ones.sum(axis=1) != 1).any() or ((array != 0) & ~ones).any():
            return None
        return [int(place) for place in ones.argmax(axis=1)]
    if array.size != len(array):
        return None
    flat = array.reshape(-1)
    if kind != "f":
        return [int(value) for value in flat.tolist()]
    known = np.isfinite(flat)
    if (flat[known] != np.rint(flat[known])).any() or not known.any():
        return None
    return [
        int(value) if there else None for value, there in zip(flat.tolist(), known, strict=True)
    ]


def _named(number: int | None, names: list[str]) -> str:
    if number is None:
        return UNLABELLED
    return names[number] if 0 <= number < len(names) else str(number)
