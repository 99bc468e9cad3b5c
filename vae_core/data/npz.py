"""Arrays of known names and shapes out of npz files."""

import lzma
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from vae_core.errors import AtlasError
from vae_core.sentences import why

# What NumPy, zipfile and json raise at files that are not what they should be.
DAMAGE = (
    OSError,
    KeyError,
    TypeError,
    ValueError,
    EOFError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OverflowError,
    RecursionError,
)


def read_npz(
    file: Path, shapes: Mapping[str, tuple[int, ...]], remedy: str
) -> dict[str, np.ndarray]:
    """The uint8 arrays of `shapes` in `file`.

    Raises AtlasError, ending in `remedy`, if they are not all there.
    """
    try:
        # Opened here, because numpy leaves a file open that it cannot make sense of.
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as content:
            arrays = {name: content[name] for name in shapes}
    except FileNotFoundError as error:
        raise AtlasError(f"{file} is missing. {remedy}") from error
    except DAMAGE as error:
        raise AtlasError(f"{file} is damaged ({why(error)}). {remedy}") from error
    for name, shape in shapes.items():
        array = arrays[name]
        if array.dtype != np.uint8 or array.shape != shape:
            found = f"{array.dtype} {list(array.shape)}"
            raise AtlasError(f"{file} holds {name} as {found}, not uint8 {list(shape)}. {remedy}")
    return arrays
