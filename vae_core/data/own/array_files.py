"""The arrays in files that are no pictures: NumPy's, MNIST's, MATLAB's, NORB's, and tables.

What a file is, its first bytes tell, not its name. Each kind is a function from bytes to arrays.
"""

import gzip
import io
import struct
import zlib
from collections.abc import Callable
from math import prod
from pathlib import PurePosixPath

import numpy as np

from vae_core.data.matlab import BEGINNING, matrices
from vae_core.data.own.archive import ZIPPED, open_zip, zip_entries
from vae_core.data.own.conventions import as_meant
from vae_core.data.own.limits import Budget
from vae_core.data.own.naming import HEAD
from vae_core.data.own.norb import is_norb, norb_members
from vae_core.data.own.npy import MAGIC, Member, read_member
from vae_core.data.own.pixel_tables import is_pixel_table, table_members
from vae_core.data.own.unread import unread_form
from vae_core.errors import AtlasError
from vae_core.sentences import plain, why

GZIP = b"\x1f\x8b"
IDX = b"\x00\x00"
NEWER = b"MATLAB 7.3 MAT-file"  # HDF5 inside, which is told
_IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_SUFFIXES = frozenset(
    {"", ".npy", ".npz", ".gz", ".mat", ".csv", ".tsv", ".idx", ".parquet", ".arrow", ".feather"}
)
_PIECE = 1 << 20

Reader = Callable[[bytes, str, str, Budget], list[Member]]


def kind_of(head: bytes, name: str) -> str | None:
    """What a file of arrays is that begins with these `HEAD` bytes; None for anything else."""
    if head.startswith(MAGIC):
        return "npy"
    if head.startswith(GZIP):
        return "gz"
    if head.startswith((BEGINNING, NEWER)):
        return "mat"
    if is_norb(head):
        return "norb"
    if head.startswith(IDX) and len(head) > 3 and head[2] in _IDX_TYPES and 1 <= head[3] <= 4:
        return "idx"
    suffix = PurePosixPath(name).suffix.lower()
    if head.startswith(ZIPPED) and suffix == ".npz":
        return "npz"
    return "table" if is_pixel_table(name) else None


def may_hold_arrays(name: str) -> bool:
    """Whether a file of this name is looked into for arrays; idx files end in -ubyte, or so."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in _SUFFIXES or "ubyte" in suffix


def arrays_in(data: bytes, name: str, budget: Budget) -> list[Member]:
    """The arrays in the bytes of a file called `name`; the bytes are counted already.

    Raises AtlasError where the file is damaged, or none that `kind_of` knows.
    """
    stem = PurePosixPath(name).name
    for suffix in (".gz", ".npy", ".npz", ".mat", ".csv", ".tsv"):
        stem = stem[: -len(suffix)] if stem.lower().endswith(suffix) else stem
    kind = kind_of(data[:HEAD], name)
    if kind is None:
        raise AtlasError(f"{plain(name)} holds no arrays that are read here.")
    return as_meant(_READERS[kind](data, stem, name, budget), kind, name)


def _npy(data: bytes, stem: str, name: str, budget: Budget) -> list[Member]:
    return [read_member(data, stem, budget)]


def _npz(data: bytes, stem: str, name: str, budget: Budget) -> list[Member]:
    """The arrays in a file of NumPy's inside of another source."""
    with io.BytesIO(data) as stream, open_zip(stream, budget) as archive:
        inside = [each for each in zip_entries(archive, budget) if each.name.endswith(".npy")]
        return [
            read_member(each.read(), stem if len(inside) == 1 else each.name[:-4], budget)
            for each in inside
        ]


def _gz(data: bytes, stem: str, name: str, budget: Budget) -> list[Member]:
    """What is inside of a gzipped file, counted as it comes."""
    content = bytearray()
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            while piece := stream.read(_PIECE):
                content += piece
                budget.unpack(len(piece))
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(name, budget, error) from error
    inner = PurePosixPath(name).name.removesuffix(".gz")
    if kind_of(bytes(content[:HEAD]), inner) in (None, "gz"):
        if (form := unread_form(name, bytes(content[:HEAD]))) is not None:
            raise AtlasError(f"{plain(name)} is {form.what}, and is not read here: {form.remedy}.")
        raise AtlasError(f"{plain(name)} packs a file that is not read here: unpack it first.")
    return arrays_in(bytes(content), inner, budget)


def _idx(data: bytes, stem: str, name: str, budget: Budget) -> list[Member]:
    """The format of MNIST: type, number of dimensions, sizes, then values, high byte first."""
    dimensions = data[3]
    start = 4 + 4 * dimensions
    if len(data) < start:
        raise _damaged(name, budget, "it ends inside its header")
    shape = struct.unpack(f">{dimensions}I", data[4:start])
    dtype = np.dtype(_IDX_TYPES[data[2]])
    if len(data) - start != prod(shape) * dtype.itemsize:
        announced = prod(shape) * dtype.itemsize
        raise _damaged(
            name, budget, f"it announces {announced:,} bytes but holds {len(data) - start:,}"
        )
    try:
        array = np.frombuffer(data, dtype, offset=start).reshape(shape)
    except ValueError as error:  # sides that no array has, beside one of nothing
        raise _damaged(name, budget, error) from error
    return [Member(stem, array)]


def _mat(data: bytes, stem: str, name: str, budget: Budget) -> list[Member]:
    most = budget.limits.unpacked_bytes - budget.unpacked
    try:
        found = matrices(data, most)
    except (ValueError, struct.error, zlib.error) as error:
        if b"HDF" in data[:520]:
            raise AtlasError(
                f"{plain(name)} is a MATLAB file of version 7.3: save it with -v7, or as .npy."
            ) from error
        raise _damaged(name, budget, error) from error
    budget.unpack(sum(array.nbytes for array in found.values()))
    return [Member(each, array) for each, array in found.items()]


def _norb(data: bytes, stem: str, name: str, budget: Budget) -> list[Member]:
    try:
        return norb_members(data, stem)
    except ValueError as error:
        raise _damaged(name, budget, error) from error


def _damaged(name: str, budget: Budget, error: object) -> AtlasError:
    called = budget.source if plain(name) == budget.source else budget.within(plain(name))
    return AtlasError(f"{called} is damaged ({why(error)}): copy or save it again.")


_READERS: dict[str, Reader] = {
    "npy": _npy,
    "npz": _npz,
    "gz": _gz,
    "idx": _idx,
    "mat": _mat,
    "norb": _norb,
    "table": table_members,
}
