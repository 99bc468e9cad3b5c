"""The parts that a source divides itself into: what to train on, and what to test on."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

Part = Literal["train", "valid", "test"]

# What people and famous collections call them; each as one word of a name.
_WORDS: dict[Part, tuple[str, ...]] = {
    "train": ("train", "training", "tr", "trainset", "background"),
    "valid": ("valid", "val", "validation", "valid1", "dev", "develop", "development"),
    "test": ("test", "testing", "te", "testset", "eval", "evaluation", "heldout", "holdout")
    + ("t10k",),  # MNIST's own name for it
}
_PART_OF: dict[str, Part] = {word: part for part, words in _WORDS.items() for word in words}
_SHORT = ("tr", "te", "background")
_BESIDE = ("x", "y", "seg", "images", "image", "imgs", "labels", "label", "data", "set", "split")


def part_of(name: str) -> Part | None:
    """The part that a folder or an array of this name is: `x_train`, `Test`, `seg_train`, …"""
    found = {_PART_OF[word] for word in map(_unnumbered, words_of(name)) if word in _PART_OF}
    return found.pop() if len(found) == 1 else None


def part_of_path(path: str) -> Part | None:
    """The part that a path names, where several of its folders do the innermost one."""
    steps = (part_of(step) for step in reversed(path.split("/")))
    return next((part for part in steps if part is not None), None)


def words_of(name: str) -> list[str]:
    """The words of a name, lower case: `xTrain`, `x_train`, `x-train`, `xtrain` are x and train."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    words = [word for word in re.split(r"[^0-9A-Za-z]+", spaced.lower()) if word]
    return [part for word in words for part in _split(word)]


def is_folder_of_a_part(name: str) -> bool:
    """Whether a folder holds a part, by its name: nothing else is said in it."""
    words = words_of(name)
    if len(words) == 1 and words[0] in _SHORT:
        return False  # tr and te are languages, too
    plain = [_unnumbered(word) for word in words if not word.isdigit()]
    return part_of(name) is not None and all(w in _PART_OF or w in _BESIDE for w in plain)


def is_division(parts: Sequence[Part | None]) -> bool:
    """Whether these are a division to keep: something to train on, and something to test on."""
    there = set(parts)
    return None not in there and "train" in there and len(there) > 1


def outside_of_parts(parts: Mapping[str, Part | None]) -> list[str]:
    """Those of some things that are of no part, where the others are a division to keep."""
    known = [part for part in parts.values() if part is not None]
    return [n for n, part in parts.items() if part is None] if is_division(known) else []


def _unnumbered(word: str) -> str:
    """`test1` and `train2` are parts, too; a name that has its digits keeps them."""
    return word if word in _PART_OF else word.rstrip("0123456789") or word


def _split(word: str) -> list[str]:
    """`xtrain` as x and train, `testimages` as test and images; other words as they are."""
    for beside in _BESIDE:
        rest = word.removeprefix(beside)
        if rest != word and rest in _PART_OF:
            return [beside, rest]
        rest = word.removesuffix(beside)
        if rest != word and rest in _PART_OF:
            return [rest, beside]
    return [word]
