"""Finding images of a split by their number, their class, or the name of their file."""

import re

import torch
from torch import Tensor

from vae_core.data import Dataset, Split

LONGEST = 100  # letters of a search
HELP = (
    "Numbers of images (12, or 3, 14, or 10-19), a class by its whole name, or a part of a file’s "
    "name. Where there are so many images, 1,234 is one number; 1, 234 with a space is two."
)
NOTHING_MEANT = (
    "No image here is all that was asked for at once: empty the search, choose all classes, or let "
    f"go of what was selected from the whole split. A search takes {HELP[0].lower()}{HELP[1:]}"
)
_RANGE = re.compile(r"([0-9]{1,9})\s*[-–…]\s*([0-9]{1,9})")
_THOUSANDS = re.compile(
    r"(?<![0-9])(?<![0-9],)[1-9][0-9]{0,2}(?:,[0-9]{3}){1,2}(?![0-9]|,[0-9])", re.ASCII
)


def found(text: str, data: Dataset, split: Split) -> Tensor | None:
    """The images that a search means, int64 [n] indices into the split; None for an empty search.

    Numbers stand for themselves (3, or 3, 14, or 10-19), and 1,234 is one number where there are so
    many images. Any other word is a class, by its whole
    name whatever its case, or else a part of a file's name.
    """
    words = [word.strip() for word in _joined(text, len(split)).split(",") if word.strip()]
    if not words:
        return None
    wanted = torch.zeros(len(split), dtype=torch.bool)
    for word in words:
        _mark(wanted, word, data, split)
    return wanted.nonzero()[:, 0]


def _joined(text: str, images: int) -> str:
    """A search in which numbers are written without commas, as far as there are such images."""

    def number(found: re.Match[str]) -> str:
        joined = found[0].replace(",", "")
        return joined if int(joined) < images else found[0]

    return _THOUSANDS.sub(number, text[:LONGEST])


def _mark(wanted: Tensor, word: str, data: Dataset, split: Split) -> None:
    bounds = _RANGE.fullmatch(word)
    if bounds:
        wanted[int(bounds[1]) : int(bounds[2]) + 1] = True
    if word.isascii() and word.isdigit() and int(word) < len(split):
        wanted[int(word)] = True
    folded = word.casefold()
    classes = [place for place, name in enumerate(data.class_names) if name.casefold() == folded]
    # The digits' classes are called as numbers are, and a number is an image's.
    if split.labels is not None and classes and not word.isdigit():
        wanted |= torch.isin(split.labels, torch.tensor(classes))
    elif data.image_names and len(word) > 1:
        index = data.splits[split.name].tolist()
        wanted |= torch.tensor([folded in data.image_names[each].casefold() for each in index])


def of_class(split: Split, label: int | None) -> Tensor | None:
    """The images of a class, int64 [n]; None where none is asked for."""
    if label is None or split.labels is None:
        return None
    return (split.labels == label).nonzero()[:, 0]


def both(first: Tensor | None, second: Tensor | None) -> Tensor | None:
    """What two choices of images have in common; None, which is all images, for two of those."""
    if first is None or second is None:
        return second if first is None else first
    return first[torch.isin(first, second)]
