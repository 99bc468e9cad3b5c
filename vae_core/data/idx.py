"""The idx format of MNIST: a big-endian header of a magic number and sizes, then bytes.

The magic number is 0x00000800 + the number of dimensions: 0x803 for images, 0x801 for labels.
"""

import gzip
import zlib
from math import prod
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from vae_core.errors import AtlasError
from vae_core.sentences import why

UNSIGNED_BYTES = 0x00000800


def read_idx(file: Path, dimensions: int, remedy: str) -> np.ndarray:
    """The array in `file` (gzipped if its name ends in `.gz`): uint8 of `dimensions` dimensions.

    Raises AtlasError, ending in `remedy`, if the file is missing, is of another kind, or is longer
    or shorter than its header says.
    """
    try:
        with _open(file) as stream:
            shape = _read_header(stream, file, dimensions, remedy)
            expected = prod(shape)
            # One byte more than announced tells a file that is too long without reading it all.
            content = _read_at_most(stream, expected + 1)
    except FileNotFoundError as error:
        raise AtlasError(f"{file} is missing. {remedy}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise AtlasError(f"{file} cannot be read ({why(error)}). {remedy}") from error
    if len(content) != expected:
        sizes = " x ".join(str(size) for size in shape)
        found = f"only {len(content):,}" if len(content) < expected else "more"
        raise AtlasError(
            f"{file} announces {sizes} = {expected:,} bytes but holds {found}. {remedy}"
        )
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)


def _open(file: Path) -> BinaryIO:
    if file.suffix == ".gz":
        return cast(BinaryIO, gzip.open(file, "rb"))
    return file.open("rb")


def _read_at_most(stream: BinaryIO, limit: int) -> bytearray:
    # In pieces, so that a header that lies about its sizes cannot ask for terabytes. A bytearray,
    # because an array over `bytes` is read-only and PyTorch warns of those.
    content = bytearray()
    while len(content) < limit and (piece := stream.read(min(limit - len(content), 1 << 24))):
        content += piece
    return content


def _read_header(stream: BinaryIO, file: Path, dimensions: int, remedy: str) -> tuple[int, ...]:
    header = stream.read(4 * (1 + dimensions))
    expected = UNSIGNED_BYTES + dimensions
    magic = int.from_bytes(header[:4], "big")
    if len(header) >= 4 and magic != expected:
        raise AtlasError(
            f"{file} is not the idx file it should be: it starts with the magic number "
            f"0x{magic:08x}, not 0x{expected:08x}. {remedy}"
        )
    if len(header) < 4 * (1 + dimensions):
        raise AtlasError(f"{file} ends after {len(header)} bytes, inside its header. {remedy}")
    return tuple(int(size) for size in np.frombuffer(header, dtype=">u4")[1:])
