"""Matrices out of MATLAB files of version 5.

Read here rather than by SciPy, whose reader (1.17) ends the whole process on some damaged files: a
download that broke off may cost a sentence, not the app. The format is MathWorks' “MAT-File Level
5”: a header of 128 bytes, then elements, each a tag of type and size and then its content. A matrix
is an element made of elements (flags, sizes, name, values), or zlib's compression of one.
"""

import struct
import zlib
from collections.abc import Iterator
from math import prod
from pathlib import Path

import numpy as np

from vae_core.errors import AtlasError
from vae_core.sentences import why

BEGINNING = b"MATLAB 5.0 MAT-file"
HEADER = 128  # bytes, the last two of which tell the order of bytes
LARGEST = 256 * 2**20  # bytes of a file that is read at all
MATRIX, COMPRESSED = 14, 15
NUMERIC = range(6, 16)  # classes of matrices: double, single, and whole numbers of 8 to 64 bits
COMPLEX = 0x0800
STRUCT = 2  # the class of one with fields
DEEPEST = 8  # structs within structs
# How values are stored, whatever the class: MATLAB keeps doubles that are small integers as bytes.
STORED = {
    1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8",
}  # fmt: skip

Element = tuple[int, memoryview]  # type, content


def is_matlab(file: Path) -> bool:
    """Whether `file` begins as MATLAB files of version 5 do. Raises OSError."""
    with file.open("rb") as stream:
        return stream.read(len(BEGINNING)) == BEGINNING


def read_matrix(file: Path, key: str, shape: tuple[int, int], remedy: str) -> np.ndarray:
    """The matrix called `key`: uint8 of `shape`, its values whole numbers of 0 to 255.

    Raises AtlasError, ending in `remedy`, if the file is missing or damaged or holds another thing.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise AtlasError(f"{file} is larger than {LARGEST >> 20} MiB. {remedy}")
        values, others = _find(file.read_bytes(), key, shape)
    except FileNotFoundError as error:
        raise AtlasError(f"{file} is missing. {remedy}") from error
    except (OSError, ValueError, struct.error, zlib.error) as error:
        raise AtlasError(
            f"{file} is not a MATLAB file of version 5, or is damaged ({why(error)}). {remedy}"
        ) from error
    if values is None:
        found = ", ".join(others) or "nothing"
        raise AtlasError(f"{file} holds {found}, not a matrix {key} of {_sizes(shape)}. {remedy}")
    # NaN fails every comparison.
    if not bool(((values >= 0) & (values <= 255) & (values == np.floor(values))).all()):
        raise AtlasError(f"{file} holds values in {key} that are not 0 to 255. {remedy}")
    return np.ascontiguousarray(values.astype(np.uint8).reshape(shape[::-1]).T)


def matrices(content: bytes, most_bytes: int) -> dict[str, np.ndarray]:
    """All numeric matrices in the bytes of a MATLAB file of version 5, by name; see `_numeric`.

    No more than `most_bytes` are made of any compressed one. Raises ValueError, struct.error or
    zlib.error where the file is damaged.
    """
    order = _order_of_bytes(content)
    found: dict[str, np.ndarray] = {}
    for kind, whole in _elements(memoryview(content)[HEADER:], order):
        if kind == COMPRESSED:
            matrix, is_all = _inflated(whole, order, most_bytes)
        else:
            matrix, is_all = whole if kind == MATRIX else None, True
        if matrix is None:
            continue
        if not is_all:
            raise ValueError(f"a matrix of more than {most_bytes:,} bytes")
        found |= _numeric(matrix, order)
    return found


def _numeric(
    matrix: memoryview, order: str, called: str | None = None, depth: int = 0
) -> dict[str, np.ndarray]:
    """The values of a matrix by its name, or by `called`; nothing where they are no real numbers.

    Those of a struct by its name and those of its fields: dataset/train/images.
    """
    parts = _elements(matrix, order)
    flags, sizes, name = (_next(parts)[1] for _ in range(3))
    flag = struct.unpack(f"{order}I", flags[:4])[0]
    shape = struct.unpack(f"{order}{len(sizes) // 4}i", sizes)
    text = bytes(name).decode("ascii", "replace") if called is None else called
    if flag & 0xFF == STRUCT and prod(shape) == 1 and depth < DEEPEST:
        return _fields(parts, order, text, depth)
    if flag & 0xFF not in NUMERIC or flag & COMPLEX:
        return {}
    stored, values = _next(parts)
    if stored not in STORED or min(shape, default=0) < 0:
        raise ValueError(f"the values of {text} are of an unknown type")
    array = np.frombuffer(values, dtype=f"{order}{STORED[stored]}")
    if array.size != prod(shape):
        raise ValueError(f"{text} has {array.size:,} values, not {_sizes(shape)}")
    return {text: array.reshape(shape[::-1]).T}


def _fields(parts: Iterator[Element], order: str, text: str, depth: int) -> dict[str, np.ndarray]:
    """What the fields of a struct hold: their names, all filled up to one length, then each."""
    length = struct.unpack(f"{order}i", _next(parts)[1][:4])[0]
    names = bytes(_next(parts)[1])
    if length < 1 or len(names) % length:
        raise ValueError(f"the fields of {text} have no names")
    found: dict[str, np.ndarray] = {}
    for at in range(0, len(names), length):
        kind, field = _next(parts)
        if kind != MATRIX:
            raise ValueError(f"a field of {text} holds no matrix")
        name = names[at : at + length].split(b"\0", 1)[0].decode("ascii", "replace")
        if field:  # one that was never set has nothing in it
            found |= _numeric(field, order, f"{text}/{name}", depth + 1)
    return found


def _order_of_bytes(content: bytes) -> str:
    if not content.startswith(BEGINNING) or len(content) < HEADER:
        raise ValueError("it does not begin as one")
    order = {b"IM": "<", b"MI": ">"}.get(content[HEADER - 2 : HEADER])
    if order is None:
        raise ValueError("it does not tell its order of bytes")
    return order


def _find(content: bytes, key: str, shape: tuple[int, int]) -> tuple[np.ndarray | None, list[str]]:
    """The values of the matrix, column after column, or None; and what else there is."""
    order = _order_of_bytes(content)
    others = []
    for kind, whole in _elements(memoryview(content)[HEADER:], order):
        if kind == COMPRESSED:
            matrix, is_all = _inflated(whole, order, 8 * prod(shape) + 4096)
        else:
            matrix, is_all = whole if kind == MATRIX else None, True
        if matrix is None:
            continue
        parts = _elements(matrix, order)
        flags, sizes, name = (_next(parts)[1] for _ in range(3))
        flag = struct.unpack(f"{order}I", flags[:4])[0]
        found = struct.unpack(f"{order}{len(sizes) // 4}i", sizes)
        text = bytes(name).decode("ascii")
        if text != key or found != shape or flag & 0xFF not in NUMERIC or flag & COMPLEX:
            others.append(f"{text} {_sizes(found)}")
            continue
        stored, values = _next(parts)
        if stored not in STORED or not is_all:
            raise ValueError(f"the values of {key} are cut off or of an unknown type")
        array = np.frombuffer(values, dtype=f"{order}{STORED[stored]}")
        if array.size != prod(shape):
            raise ValueError(f"{key} has {array.size:,} values")
        return array, others
    return None, others


def _inflated(packed: memoryview, order: str, limit: int) -> tuple[memoryview | None, bool]:
    """The matrix in a compressed element and whether that is all of it; None for anything else.

    No more than `limit` bytes are made, whatever the element asks for.
    """
    inflater = zlib.decompressobj()
    whole = memoryview(inflater.decompress(packed, limit))
    if len(whole) < 8:
        raise ValueError("it ends early")
    kind, size = struct.unpack(f"{order}II", whole[:8])
    matrix = whole[8 : 8 + size] if kind == MATRIX else None
    return matrix, inflater.eof and len(whole) == 8 + size


def _elements(content: memoryview, order: str) -> Iterator[Element]:
    """Each element in turn. Raises ValueError where one is cut off."""
    at = 0
    while at < len(content):
        if len(content) - at < 8:
            raise ValueError("it ends early")
        kind, size = struct.unpack(f"{order}II", content[at : at + 8])
        begin = at + 8
        if kind >> 16:  # four bytes or fewer share the tag
            kind, size, begin = kind & 0xFFFF, kind >> 16, at + 4
            following = at + 8
        else:  # filled up to a multiple of eight, unless compressed
            following = begin + size + (0 if kind == COMPRESSED else -size % 8)
        if begin + size > min(len(content), following):
            raise ValueError("it ends early")
        yield kind, content[begin : begin + size]
        at = following


def _next(parts: Iterator[Element]) -> Element:
    part = next(parts, None)
    if part is None:
        raise ValueError("it ends early")
    return part


def _sizes(shape: tuple[int, ...]) -> str:
    return " x ".join(str(size) for size in shape)
