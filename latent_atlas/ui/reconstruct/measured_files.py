"""Measurements on disk, below the app's cache folder: tensors in safetensors files, never a pickle.

What is here can be made again. A file that is torn or of another kind is thrown away, the ones that
were not read for longest make room, and a disk that is full costs time alone.
"""

import json
import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from latent_atlas.places import app_cache

Tensors = dict[str, Tensor]

MOST_BYTES = 512 * 2**20  # of all files together
_LARGEST = 256 * 2**20  # of one; a larger one is not kept
_SUFFIX = ".measured"
_TORN = 3600.0  # seconds after which a file that is still being written is no more


def folder() -> Path:
    """Where they are."""
    return app_cache() / "measurements"


def read(name: str, sound: Callable[[Tensors], bool]) -> Tensors | None:
    """What is kept under this name, a hexadecimal digest; None where nothing sound is.

    `sound` says whether tensors are such as are looked for: they come from outside.
    """
    path = folder() / f"{name}{_SUFFIX}"
    try:
        if path.stat().st_size > _LARGEST:
            path.unlink()
            return None
        found = load(path.read_bytes())
    except OSError:
        return None
    except (SafetensorError, ValueError, KeyError, json.JSONDecodeError):
        found = {}
    if not sound(found):
        with suppress(OSError):
            path.unlink()
        return None
    with suppress(OSError):
        os.utime(path)  # read just now: others make room first
    return found


def write(name: str, tensors: Tensors) -> None:
    """Keep tensors under this name, whole or not at all; a disk that refuses keeps nothing."""
    content = save({key: value.contiguous() for key, value in tensors.items()})
    if len(content) > _LARGEST:
        return
    # A name of its own: two servers on one cache may write the same at the same time.
    temporary = folder() / f".{name}.{secrets.token_hex(4)}.part"
    try:
        folder().mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        os.replace(temporary, folder() / f"{name}{_SUFFIX}")
        make_room()
    except OSError:
        with suppress(OSError):
            temporary.unlink()


def make_room(most: int = MOST_BYTES) -> None:
    """Delete those that were not read for longest, until the rest is within so many bytes."""
    kept = []
    for path in folder().glob(f"*{_SUFFIX}"):
        with suppress(OSError):  # another server was faster
            about = path.stat()
            kept.append((about.st_mtime, about.st_size, path))
    total = sum(size for _, size, _ in kept)
    for _, size, path in sorted(kept):
        if total <= most:
            break
        total -= size
        with suppress(OSError):
            path.unlink()
    for path in folder().glob(".*.part"):  # of a server that was killed
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - _TORN:
                path.unlink()
