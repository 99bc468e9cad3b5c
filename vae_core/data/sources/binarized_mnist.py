"""`binarized-mnist`: MNIST with every pixel drawn once, 0 or 1, by H. Larochelle and I. Murray.

The split and the draw are fixed, so that published numbers can be compared. The order is not that
of MNIST and there are no labels. Bounds on it are never set beside those on grey digits.
"""

from pathlib import Path

import numpy as np
import torch

from vae_core.data import mirrors
from vae_core.data.dataset import Dataset
from vae_core.data.matlab import is_matlab, read_matrix
from vae_core.data.npz import read_npz
from vae_core.data.source import Source, find_any, folder_of, remedy
from vae_core.errors import AtlasError
from vae_core.sentences import why

NAME = "binarized-mnist"
COUNTS = {"train": 50_000, "valid": 10_000, "test": 10_000}
PIXELS = 28 * 28
PACKED = "binarized_mnist_larochelle_packed.npz"  # eight pixels a byte, the first in its top bit
AMAT = {split: f"binarized_mnist_{split}.amat" for split in COUNTS}
WANTED = f"binarized_mnist_train.amat, …_valid.amat and …_test.amat (or {PACKED})"
REMEDY = remedy(NAME, WANTED)
LICENCE = "CC BY-SA 3.0 (derived from MNIST: Yann LeCun, Corinna Cortes)"
PROVENANCE = (
    "The fixed binarisation of MNIST of H. Larochelle and I. Murray (“The Neural Autoregressive "
    "Distribution Estimator”, 2011; after R. Salakhutdinov and I. Murray, 2008)."
)


def read_packed(file: Path) -> dict[str, np.ndarray]:
    """For each split uint8 [n, 784] of 0 and 1. Raises AtlasError."""
    shapes = {split: (count, PIXELS // 8) for split, count in COUNTS.items()}
    packed = read_npz(file, shapes, REMEDY)
    return {split: np.unpackbits(rows, axis=1) for split, rows in packed.items()}


def read_amat(file: Path, count: int) -> np.ndarray:
    """uint8 [count, 784] of 0 and 1, from the original text or a MATLAB file. Raises AtlasError."""
    try:
        bits = (
            read_matrix(file, "X", (count, PIXELS), REMEDY)
            if is_matlab(file)
            else _digits(file.read_bytes())
        )
    except FileNotFoundError as error:
        raise AtlasError(f"{file} is missing. {REMEDY}") from error
    except OSError as error:
        raise AtlasError(f"{file} cannot be read ({why(error)}). {REMEDY}") from error
    if bits is None or bits.max(initial=0) > 1:
        raise AtlasError(f"{file} holds something other than zeros and ones. {REMEDY}")
    if bits.size != count * PIXELS:
        raise AtlasError(
            f"{file} holds {bits.size:,} zeros and ones, not {count:,} x {PIXELS}. {REMEDY}"
        )
    return bits.reshape(count, PIXELS)


def _digits(text: bytes) -> np.ndarray | None:
    """The characters 0 and 1 as numbers, what is white left out; None if there are others."""
    characters = np.frombuffer(text, dtype=np.uint8)
    is_digit = (characters | 1) == ord("1")
    if not np.isin(characters[~is_digit], np.frombuffer(b" \t\r\n", dtype=np.uint8)).all():
        return None
    return characters[is_digit] & 1


def _decode(file: Path) -> bytes:
    split = next(split for split, name in AMAT.items() if name == file.name)
    return read_amat(file, COUNTS[split]).tobytes()


def _locate(data: Path) -> list[Path]:
    packed = find_any(data, NAME, (PACKED,))
    if packed is not None:
        return [packed]
    files = [find_any(data, NAME, (name,)) for name in AMAT.values()]
    return [file for file in files if file is not None] if None not in files else []


def _load(data: Path) -> Dataset:
    files = _locate(data)
    if not files:
        raise AtlasError(
            f"Binarised MNIST was looked for in {data / NAME} and {data}, but is not all there. "
            f"{REMEDY}"
        )
    if len(files) == 1:
        bits = read_packed(files[0])
    else:
        bits = {
            split: read_amat(file, COUNTS[split]) for split, file in zip(AMAT, files, strict=True)
        }
    images = np.concatenate([bits[split] for split in COUNTS]).reshape(-1, 1, 28, 28)
    images *= 255
    ends = np.cumsum([0, *COUNTS.values()]).tolist()
    return Dataset(
        name=NAME,
        title=SOURCE.title,
        images=torch.from_numpy(images),
        labels=None,
        class_names=(),
        splits={
            split: torch.arange(start, stop)
            for split, start, stop in zip(COUNTS, ends[:-1], ends[1:], strict=True)
        },
        provenance=PROVENANCE,
        licence=LICENCE,
        binary=True,
    )


SOURCE = Source(
    name=NAME,
    title="Binarised MNIST",
    image_shape=(1, 28, 28),
    counts=COUNTS,
    licence=LICENCE,
    remedy=REMEDY,
    where=lambda data: str(folder_of(_locate(data), data / NAME)),
    locate=_locate,
    load=_load,
    binary=True,
    remote=mirrors.BINARIZED_MNIST,
    files=WANTED,
    decode=_decode,
    order=60,
    likeness="mnist",
)
