"""The arrays of NORB, whose files end in .mat and are none of MATLAB's.

Each file is one array (https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/): four bytes for its type,
its dimensions, as many sizes but never fewer than three, and its values, low byte first. Images are
pairs of what two cameras saw, [N, 2, H, W]; other files tell of each pair what it shows.
"""

import struct
from math import prod

import numpy as np

from vae_core.data.own.npy import Member

_TYPES = {
    0x1E3D4C55: "u1", 0x1E3D4C56: "<i2", 0x1E3D4C54: "<i4", 0x1E3D4C51: "<f4", 0x1E3D4C53: "<f8",
}  # fmt: skip
_FEWEST_SIZES, _MOST_SIZES = 3, 4
_TOYS = np.array(["animal", "human", "airplane", "truck", "car", "none"])
_OF_A_TOY = ("instance", "elevation", "azimuth", "lighting")
ONE_CAMERA = "NORB has each toy from two cameras: the pictures of the first were taken."


def is_norb(head: bytes) -> bool:
    """Whether a file that begins so is one of NORB's."""
    if len(head) < 8:
        return False
    kind, dimensions = struct.unpack("<II", head[:8])
    return kind in _TYPES and 1 <= dimensions <= _MOST_SIZES


def norb_members(data: bytes, stem: str) -> list[Member]:
    """What a file holds: images, their category, or the four columns that tell of each more.

    Raises ValueError where it is damaged.
    """
    kind, dimensions = struct.unpack("<II", data[:8])
    start = 8 + 4 * max(dimensions, _FEWEST_SIZES)
    if len(data) < start:
        raise ValueError("it ends inside its header")
    shape = struct.unpack(f"<{dimensions}I", data[8 : 8 + 4 * dimensions])
    dtype = np.dtype(_TYPES[kind])
    if len(data) - start != prod(shape) * dtype.itemsize:
        announced = prod(shape) * dtype.itemsize
        raise ValueError(f"it announces {announced:,} bytes but holds {len(data) - start:,}")
    array = np.frombuffer(data, dtype, offset=start).reshape(shape)
    if array.ndim == 4:
        return [Member("images", array[:, 0], note=ONE_CAMERA if shape[1] == 2 else "")]
    if array.ndim == 1 and stem.endswith("-cat"):
        known = (
            array.dtype.kind == "i" and array.size and 0 <= array.min() <= array.max() < len(_TOYS)
        )
        return [Member("category", _TOYS[array] if known else array)]
    if array.ndim == 2 and array.shape[1] == len(_OF_A_TOY):
        return [Member(name, array[:, k]) for k, name in enumerate(_OF_A_TOY)]
    return [Member(stem, array)]
