"""The array in a `.npy` file. Nothing is unpickled; the header is not believed."""

import io
import tokenize
from dataclasses import dataclass
from math import prod

import numpy as np

from vae_core.data.dataset import UNLABELLED
from vae_core.data.own.limits import Budget
from vae_core.data.own.object_strings import strings_in
from vae_core.errors import AtlasError
from vae_core.sentences import plain, why

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 10_000


@dataclass(frozen=True)
class Member:
    """An array of a file under its name, or why it was not read; `note` tells how it was."""

    name: str
    array: np.ndarray | None
    reason: str = ""
    note: str = ""


def read_member(data: bytes, name: str, budget: Budget) -> Member:
    """The array in the bytes of a .npy file, or why it is left out: Python objects.

    Objects that are plain text or numbers, one an image, are read without being unpickled. Raises
    AtlasError: damage, a lying header.
    """
    stream = io.BytesIO(data)
    label = label_of(name, budget)
    shape, fortran, dtype = _header(stream, label)
    content = data[stream.tell() :]
    if dtype.hasobject:
        texts = strings_in(content, prod(shape)) if shape and shape[0] == prod(shape) else None
        if texts is None:
            return Member(
                name, None, "it holds Python objects, which could run code when they are read"
            )
        return Member(name, np.array([plain(text or UNLABELLED) for text in texts]))
    if dtype.itemsize * prod(shape) != len(content):
        raise AtlasError(
            f"{label} is damaged: it announces {prod(shape) * dtype.itemsize:,} bytes but holds "
            f"{len(content):,}; save it again."
        )
    try:
        flat = np.frombuffer(content, dtype=dtype)
        # More dimensions than NumPy has, or sides that no array has beside one of nothing.
        array = flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)
    except (ValueError, OverflowError) as error:
        raise _damaged(label, error) from error
    return Member(name, array)


def label_of(name: str, budget: Budget) -> str:
    """How an array is called in a sentence."""
    return budget.within(f"“{plain(name)}”") if name else budget.source


def _header(stream: io.BytesIO, label: str) -> tuple[tuple[int, ...], bool, np.dtype]:
    try:
        version = np.lib.format.read_magic(stream)
        read = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, fortran, dtype = read(stream, max_header_size=LONGEST_HEADER)
        if min(shape, default=0) < 0:
            raise ValueError(f"a side of {min(shape):,}")
    except (
        ValueError, TypeError, EOFError, SyntaxError, tokenize.TokenError, RecursionError,
        MemoryError,
    ) as error:  # fmt: skip
        raise _damaged(label, error) from error
    return shape, fortran, dtype


def _damaged(label: str, error: Exception) -> AtlasError:
    return AtlasError(f"{label} is damaged (its header: {why(error)}): save it again.")
