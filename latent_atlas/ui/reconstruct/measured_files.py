"""Measurements below the app's cache folder: tensors in safetensors files, never a pickle."""

import json
from collections.abc import Callable

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from latent_atlas.ui.file_shelf import FileShelf

Tensors = dict[str, Tensor]

SHELF = FileShelf("measurements", ".measured", largest=256 * 2**20, most=512 * 2**20)


def read(name: str, sound: Callable[[Tensors], bool]) -> Tensors | None:
    """What is kept under this name, a hexadecimal digest; None where nothing sound is.

    `sound` says whether tensors are such as are looked for: they come from outside.
    """
    content = SHELF.read(name)
    if content is None:
        return None
    try:
        found = load(content)
    except (SafetensorError, ValueError, KeyError, json.JSONDecodeError):
        found = {}
    if not sound(found):
        SHELF.drop(name)
        return None
    return found


def write(name: str, tensors: Tensors) -> None:
    """Keep tensors under this name."""
    SHELF.write(name, save({key: value.contiguous() for key, value in tensors.items()}))
