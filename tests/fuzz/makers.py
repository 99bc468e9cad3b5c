"""What sound files of pictures are made of."""

import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.vae_core.data.files import write_matlab
from tests.vae_core.data.own.makers import png
from vae_core.data.own import Limits

SMALL = Limits(unpacked_bytes=64 << 20, seconds=20)
PICTURES = {f"{c}/{k}.png": png(40 + 30 * k + 9 * len(c)) for c in ("a", "bb") for k in range(4)}
ARRAY = np.arange(6 * 8 * 8).reshape(6, 8, 8).astype(np.uint8)


def idx(array: np.ndarray) -> bytes:
    """An array as MNIST's authors wrote theirs."""
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def matlab(**arrays: Any) -> bytes:
    """Arrays as a MATLAB file."""
    with tempfile.TemporaryDirectory() as folder:
        write_matlab(Path(folder, "x.mat"), False, **arrays)
        return Path(folder, "x.mat").read_bytes()
