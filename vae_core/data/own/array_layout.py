"""Which axis of an array is what: images [N, H, W, C] out of the layouts that people save.

The shape tells most of it. Where two readings are possible, the pixels decide: neighbours within
an image are alike, and images beside each other are not.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from vae_core.data.own.fitting import SMALLEST
from vae_core.data.own.limits import Budget
from vae_core.errors import AtlasError
from vae_core.numerals import size as size_text
from vae_core.sentences import counted, plain

CHANNELS = (1, 3, 4)
SHAPES = "[N, H, W], [N, H, W, C] or [N, C, H, W] with 1, 3 or 4 channels"
ROUGHER = 1.5  # times as much change along the axis of the images as along those of the pixels
DOUBTFUL = 0.9  # of the change in one order: where the other has more, neither is clear
LOOKED_AT = 96  # places along each axis that are compared


def images_of(
    array: np.ndarray,
    label: str,
    budget: Budget,
    *,
    counts: Collection[int] = (),
    size: tuple[int, int] | None = None,
    planes: bool = False,
) -> tuple[np.ndarray, str]:
    """[N, H, W, C], and a sentence where the layout is not the usual one ("" where it is).

    Args:
        array: numbers of any shape.
        label: what the array is called in sentences.
        counts: how many images there may be, as labels beside them tell.
        size: (H, W) of flat images, if somebody said so.
        planes: in flat images one colour follows the other; see `order_of_colours`.

    Raises:
        AtlasError: the shape is none of images, or that of a single one.
    """
    if array.ndim == 2:
        return _of_rows(array, label, size, planes)
    if array.ndim == 3:
        return _of_three(array, label, budget, counts)
    if array.ndim == 4:
        return _of_four(array, label, budget)
    raise _no_images(array, label, "images have 3 or 4 dimensions" if array.ndim > 4 else "")


class SizeNeeded(AtlasError):
    """Flat images do not say how high and wide they are."""


def is_flat(array: np.ndarray, size: tuple[int, int] | None) -> bool:
    """Whether an array may hold a flat image in each row."""
    if array.ndim != 2 or array.dtype.kind not in "buif":
        return False
    return _flat_shape(array.shape[1], size) is not None


@dataclass(frozen=True)
class ColourOrder:
    """How the colours of flat images follow each other: `planes` are one after the other."""

    planes: bool
    note: str


def order_of_colours(
    arrays: Collection[np.ndarray], size: tuple[int, int] | None
) -> ColourOrder | None:
    """The order in which neighbours are most alike, judged by all flat arrays at once.

    None where none of them is of flat images in colour.
    """
    found: list[tuple[float, float]] = []
    for array in arrays:
        shape = _flat_shape(array.shape[1], size) if array.ndim == 2 else None
        if shape is not None and shape[2] > 1 and len(array):
            together, planes = _both_orders(array, shape)
            # Along the rows alone, grey images in three equal colours seem smoother as planes.
            along = [
                len(array) * (_change(images, 1) + _change(images, 2))
                for images in (together, planes)
            ]
            found.append((along[0], along[1]))
    if not found:
        return None
    rough = [sum(each[k] for each in found) for k in (0, 1)]
    planes_win = rough[1] < rough[0]
    against = sum((two < one) != planes_win for one, two in found)
    order = "one colour after the other" if planes_win else "the colours of a pixel together"
    note = f"Flat images in colour were read with {order}, all alike."
    if against:
        note += f" {counted(against, 'array')} of {len(found):,} alone would say otherwise."
    elif min(rough) > DOUBTFUL * max(rough):
        note += " That is not certain: look at them."
    return ColourOrder(planes_win, note)


def _both_orders(array: np.ndarray, shape: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """[N, H, W, C] of flat images: the colours of a pixel together, and one after the other."""
    height, width, channels = shape
    planes = array.reshape(len(array), channels, height, width).transpose(0, 2, 3, 1)
    return array.reshape(len(array), height, width, channels), planes


def _of_rows(
    array: np.ndarray, label: str, size: tuple[int, int] | None, planes: bool
) -> tuple[np.ndarray, str]:
    count, pixels = array.shape
    shape = _flat_shape(pixels, size)
    if size is None and count == pixels:
        raise SizeNeeded(
            f"{label} is {count:,} × {pixels:,}: one picture, or flat images? Bring several "
            "pictures, or say how large an image is."
        )
    if shape is None:
        wanted = "" if size is None else f" and not {size_text(size)} = {size[0] * size[1]:,}"
        raise SizeNeeded(
            f"{label} has rows of {counted(pixels, 'number')}{wanted}, which make no square image: "
            "say how large one is."
        )
    height, width, channels = shape
    how = f"Rows of {counted(pixels, 'number')} were read as images of {size_text((height, width))}"
    if channels == 1:
        return array.reshape(count, height, width, 1), f"{how}."
    return _both_orders(array, shape)[planes], f"{how} in colour."


def _flat_shape(pixels: int, size: tuple[int, int] | None) -> tuple[int, int, int] | None:
    """(H, W, C) of an image of so many numbers, or None where there is none."""
    channels, rest = (0, 1) if size is None else divmod(pixels, size[0] * size[1])
    if size is not None and rest == 0 and channels in (1, 3):
        return (*size, channels)
    for channels in (1, 3):
        side = math.isqrt(pixels // channels)
        if side >= SMALLEST and side * side * channels == pixels:
            return side, side, channels
    # Four numbers a pixel only where nothing else is possible: four times as many numbers as `size`
    # has are also those of an image of twice its sides.
    return (*size, channels) if size is not None and rest == 0 and channels in CHANNELS else None


def _of_three(
    array: np.ndarray, label: str, budget: Budget, counts: Collection[int]
) -> tuple[np.ndarray, str]:
    first, second, third = array.shape
    if third in (3, 4) and min(first, second) >= SMALLEST:
        raise AtlasError(
            f"{label} is one picture of {size_text((first, second))} in colour: bring several, "
            f"or save images as {SHAPES}."
        )
    if _count_is_last(array, counts):
        turned = array.transpose(2, 0, 1)[..., None]
        return turned, (
            f"The shape [{first}, {second}, {third}] was read as {counted(third, 'image')} of "
            f"{size_text((first, second))}: the images lie along the last axis."
        )
    if min(second, third) < SMALLEST:
        raise _no_images(array, label, "")
    return array[..., None], ""


def _count_is_last(array: np.ndarray, counts: Collection[int]) -> bool:
    first, second, third = array.shape
    if min(first, second) < SMALLEST or third < 2:
        return False
    if (first in counts) != (third in counts):
        return third in counts
    if (first == second) != (second == third):  # square images are much more usual
        return first == second
    along = [_change(array[..., None], axis) for axis in (0, 1, 2)]
    return along[2] > ROUGHER * max(along[0], along[1])


def _change(images: np.ndarray, axis: int) -> float:
    """The mean difference of neighbours along an axis, in the middle of an array."""
    middle = tuple(
        slice(max(0, side // 2 - LOOKED_AT // 2), side // 2 + LOOKED_AT // 2 + 1)
        for side in images.shape
    )
    part = images[middle].astype(np.float32)
    if part.shape[axis] < 2:
        return 0.0
    return float(np.abs(np.diff(part, axis=axis)).mean())


def _of_four(array: np.ndarray, label: str, budget: Budget) -> tuple[np.ndarray, str]:
    shape = array.shape
    note = ""
    if shape[3] in CHANNELS:
        images = array
    elif shape[1] in CHANNELS:
        images = array.transpose(0, 2, 3, 1)
    elif shape[2] in CHANNELS:  # as MATLAB saves them
        images = array.transpose(3, 0, 1, 2)
        note = (
            f"The shape [{', '.join(str(side) for side in shape)}] was read as "
            f"{counted(shape[3], 'image')} of {size_text(shape[:2])}: the images lie along the "
            "last axis."
        )
    else:
        raise _no_images(array, label, "")
    if 0 in images.shape[1:]:
        raise _no_images(array, label, "")
    return images, note


def _no_images(array: np.ndarray, label: str, why: str) -> AtlasError:
    found = ", ".join(str(side) for side in array.shape)
    told = f" ({why})" if why else ""
    return AtlasError(
        f"{plain(label, 300)} has the shape [{found}]{told}: save images as {SHAPES}."
    )
