"""Files of arrays that hold an image each, as scans and spectrograms are saved."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vae_core.data.own.array_layout import is_flat
from vae_core.data.own.fitting import SMALLEST
from vae_core.data.own.folder_classes import outside_of_folders, told_of_outside
from vae_core.data.own.naming import natural
from vae_core.data.own.npy import Member

FEWEST = 4  # files of one shape


@dataclass(frozen=True)
class OneEach:
    """All of them as one array, and the file of each."""

    member: Member
    files: list[str]


def one_each(
    found: Sequence[tuple[str, Member]], size: tuple[int, int] | None, own_parts: bool
) -> OneEach | None:
    """The images in files that hold one each; None where they hold anything else.

    `found` has the arrays with the paths of their files, `size` is what somebody said of flat ones.
    With `own_parts`, those beside the parts of the others are left out.
    """
    arrays = {name: each.array for name, each in found if each.array is not None}
    if len(arrays) < max(FEWEST, len(found)):
        return None  # a file holds several, or none that is read
    first = next(iter(arrays.values()))
    if any(a.shape != first.shape or a.dtype.kind not in "buif" for a in arrays.values()):
        return None
    flat = is_flat(first, size) and first.shape[0] != first.shape[1]
    if flat or not _is_an_image(first.shape):
        return None
    outside = set(outside_of_folders(list(arrays))) if own_parts else set()
    files = sorted(set(arrays) - outside, key=natural)
    images = np.stack([arrays[file] for file in files])
    return OneEach(Member("", images, note=told_of_outside(sorted(outside, key=natural))), files)


def _is_an_image(shape: tuple[int, ...]) -> bool:
    if len(shape) == 3 and shape[2] in (1, 3, 4):
        shape = shape[:2]
    return len(shape) == 2 and min(shape) >= SMALLEST
