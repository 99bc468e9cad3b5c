"""Small files of the forms that datasets come in, made by other libraries than ours."""

import importlib
from pathlib import Path

import numpy as np


def write_matlab(file: Path, compressed: bool = False, **arrays: np.ndarray) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    importlib.import_module("scipy.io").savemat(file, arrays, do_compression=compressed)


def pixels(*shape: int, highest: int = 255) -> np.ndarray:
    """uint8, every value from 0 to `highest`, always the same."""
    return np.random.RandomState(0).randint(0, highest + 1, shape).astype(np.uint8)


def python_2_pickle(content: bytes) -> bytes:
    """A list of one array as Python 2 and its NumPy pickled it with protocol 0.

    Python 2 wrote bytes above 126 as escapes.
    """
    text = repr(content)[1:].encode("ascii")
    return (
        b"(lp0\ncnumpy.core.multiarray\n_reconstruct\np1\n(cnumpy\nndarray\np2\n(I0\ntp3\nS'b'\np4\n"
        b"tp5\nRp6\n(I1\n(I1965\nI560\ntp7\ncnumpy\ndtype\np8\n(S'u1'\np9\nI0\nI1\ntp10\nRp11\n"
        b"(I3\nS'|'\np12\nNNNI-1\nI-1\nI0\ntp13\nbI00\nS" + text + b"\np14\ntp15\nba."
    )
