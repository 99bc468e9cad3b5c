"""What famous collections mean otherwise than they say: pictures on their side, a ten for a zero.

Only files that are called as these collections call them are read so, and it is told.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import isqrt
from pathlib import PurePosixPath

import numpy as np

from vae_core.data.own.array_labels import is_labels
from vae_core.data.own.npy import Member

UPRIGHT = "EMNIST keeps its pictures on their side: each was turned upright."
TEN_IS_ZERO = "SVHN writes 10 for the digit 0: these were named 0."
_EMNIST = re.compile(r"(?<![a-z])emnist", re.IGNORECASE)
_SVHN = re.compile(r"(train|test|extra)_32x32\.mat", re.IGNORECASE)
_AS_IT_CAME = frozenset({"idx", "mat", "table"})  # what the authors published
_SIDE = 28


def as_meant(members: Sequence[Member], kind: str, file: str) -> list[Member]:
    """The arrays of a file as its collection means them; `kind` is one of `array_files.kind_of`."""
    name = PurePosixPath(file).name
    if kind in _AS_IT_CAME and _EMNIST.match(name) and "fashion" not in name.lower():
        return _by_letters([_upright(each) for each in members])
    if kind == "mat" and _SVHN.fullmatch(name):
        return [_from_zero(each) for each in members]
    return list(members)


def _upright(member: Member) -> Member:
    """Images [N, 28, 28] or [N, 784] with rows and columns swapped."""
    array = member.array
    if array is None or array.ndim not in (2, 3):
        return member
    side = isqrt(array.shape[1]) if array.ndim == 2 else array.shape[1]
    if side != _SIDE or array.size != len(array) * side**2:
        return member
    turned = array.reshape(-1, side, side).swapaxes(1, 2).reshape(array.shape)
    return replace(member, array=turned, note=" ".join(filter(None, [member.note, UPRIGHT])))


def _by_letters(members: Sequence[Member]) -> list[Member]:
    """With labels named by the letters of the mapping beside them: a number, then its letters."""
    tables = [m for m in members if m.array is not None and m.name.endswith("/mapping")]
    if len(tables) != 1 or (table := tables[0].array) is None or table.ndim != 2:
        return list(members)
    letters = {int(row[0]): "".join(map(chr, row[1:])) for row in table.astype(np.uint16).tolist()}

    def named(member: Member) -> Member:
        if member.array is None or not is_labels(member.name):
            return member
        numbers = member.array.reshape(-1).tolist()
        if not set(numbers) <= set(letters):
            return member
        return replace(member, array=np.array([letters[int(each)] for each in numbers]))

    return [named(each) for each in members if each is not tables[0]]


def _from_zero(member: Member) -> Member:
    array = member.array
    if array is None or not is_labels(member.name) or not (array == 10).any():
        return member
    return replace(member, array=np.where(array == 10, 0, array), note=TEN_IS_ZERO)
