"""Images in arrays: which of them are pictures, which labels, and what became of the rest."""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
from PIL import Image

from vae_core.data.own.array_columns import column_by_column, labels_beside
from vae_core.data.own.array_labels import is_class_names, is_labels
from vae_core.data.own.array_layout import SHAPES, images_of, is_flat
from vae_core.data.own.file_labels import labels_of_files
from vae_core.data.own.folder_classes import places
from vae_core.data.own.limits import PREFIX, Budget, megabytes
from vae_core.data.own.naming import MASKS
from vae_core.data.own.npy import Member, label_of
from vae_core.data.own.parts import Part, own_parts, part_of_path, words_of
from vae_core.data.own.pictures import LIGHT_INK, Ground, mean_ink, over
from vae_core.data.own.scales import Scale, reading, to_levels, together, values_of
from vae_core.errors import AtlasError
from vae_core.numerals import size as size_text
from vae_core.sentences import counted, listed, plain

IMAGES = frozenset(
    {"x", "image", "images", "img", "imgs", "data", "pictures", "pixels", "features"}
)


@dataclass
class _Sorted:
    """What the arrays of a file are; `left` tells what became of the others, by name."""

    images: dict[str, np.ndarray]
    others: dict[str, np.ndarray]
    class_names: list[str]
    left: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class PictureArrays:
    """Pictures out of arrays, in the shape of `PictureFiles`."""

    def __init__(
        self,
        title: str,
        members: Sequence[Member],
        budget: Budget,
        *,
        scale: Scale | None = None,
        size: tuple[int, int] | None = None,
        files: Sequence[str] = (),
    ) -> None:
        """`size` is that of flat images, `files` the paths of files that hold an image each.

        Raises AtlasError where there are no two of one shape.
        """
        self.title, self.budget = title, budget
        found = _sorted_out(members, budget, size)
        counts = {len(array) for array in found.others.values() if array.ndim in (1, 2)}
        self._parts, notes = _laid_out(found.images, budget, counts, size)
        self._ends = list(accumulate(len(part) for part in self._parts))
        _check_count((self._ends[-1], *self._parts[0].shape[1:]), budget)
        found_scale = reading(
            together([values_of(part, budget) for part in self._parts if len(part)]), budget, scale
        )
        self._scale = found_scale.scale
        # Of bytes nobody asks on which scale they are, unless they look like another.
        self.scale: Scale | None = None if found_scale.note == "" else found_scale.scale
        self.ground: Ground | None = None
        names = dict(zip(found.images, (len(part) for part in self._parts), strict=True))
        self.parts = _own_parts(names)
        self.labels, said = labels_beside(
            names, found.others, found.class_names, found.left, budget
        )
        self.names = [f"image {i}" for i in range(len(self))]
        if files:
            said = [f"Each of {counted(len(files), 'file')} was read as one image."]
            self.names = [plain(file) for file in files]
            told = places(files)
            self.parts = told.parts
            labels = labels_of_files(files, told.parts, told.classes, {})
            self.labels = [*([labels.main] if labels.main else []), *labels.others]
        self.notes = tuple(
            each for each in (*found.notes, *notes, found_scale.note, *said, _left(found)) if each
        )

    def __len__(self) -> int:
        return self._ends[-1]

    def size(self, i: int) -> tuple[int, int]:
        """(H, W) of image `i`."""
        height, width = self._parts[0].shape[1:3]
        return height, width

    def choose_reading(self, indices: Sequence[int]) -> None:
        """Choose the ground by some images, where they have transparency: what contrasts."""
        if self._parts[0].shape[3] == 4:
            inks = [ink for i in indices if (ink := mean_ink(self._levels(i))) is not None]
            light = bool(inks) and sum(inks) / len(inks) > LIGHT_INK
            self.ground = "black" if light else "white"

    def read_as(self, scale: Scale | None, ground: Ground | None) -> None:
        """Have `picture` read numbers and transparency so."""
        self._scale, self.ground = scale or self._scale, ground

    def picture(self, i: int, at_least: int | None = None) -> Image.Image:
        """Image `i`, mode L or RGB."""
        if i % 256 == 0:
            self.budget.check()
        levels = self._levels(i)
        if levels.shape[2] == 1:
            return Image.fromarray(levels[..., 0])
        picture = Image.fromarray(levels)
        return over(picture, self.ground or "white") if levels.shape[2] == 4 else picture

    def _levels(self, i: int) -> np.ndarray:
        """Image `i`, uint8 [H, W, C]."""
        which = bisect_right(self._ends, i)
        part = self._parts[which]
        return to_levels(part[i - self._ends[which] + len(part)], self._scale)


def _sorted_out(members: Sequence[Member], budget: Budget, size: tuple[int, int] | None) -> _Sorted:
    """The arrays of images, by name, and the rest."""
    arrays = {each.name: each.array for each in members if each.array is not None}
    arrays, notes = _turned(arrays, size)
    left = {each.name: each.reason for each in members if each.array is None}
    numbers = {n: a for n, a in arrays.items() if a.dtype.kind in "buif" and (a.size or a.ndim > 2)}
    images = {n: a for n, a in numbers.items() if a.ndim >= 3}
    if not images:
        flat = {n: a for n, a in numbers.items() if is_flat(a, size) and not is_labels(n)}
        named = {n: a for n, a in flat.items() if IMAGES & set(words_of(n))}
        images = named or flat
    if not images:
        _refuse(members, numbers, budget, size)
    masks = [n for n in images if MASKS & set(words_of(n))]
    if len(masks) < len(images):
        for name in masks:
            left[name] = "by its name it shows where something is in the images"
    images = {n: a for n, a in images.items() if n not in left}
    for name, twin in _twins(images).items():
        left[name] = f"it holds the same as “{plain(twin)}”"
        del images[name]
    strangers = _strangers(images)
    for name in strangers:
        left[name] = f"its images are {_times(images.pop(name).shape[1:])}"
    others = {n: a for n, a in arrays.items() if n not in images and n not in left}
    total = sum(len(a) for a in images.values())
    named_classes = [n for n, a in others.items() if is_class_names(n, a) and len(a) < total]
    class_names = [plain(str(each)) for n in named_classes[:1] for each in others[n].tolist()]
    for name in named_classes[:1]:
        del others[name]
    return _Sorted(images, column_by_column(others), class_names, left, notes)


def _turned(
    arrays: dict[str, np.ndarray], size: tuple[int, int] | None
) -> tuple[dict[str, np.ndarray], list[str]]:
    """With an image in each row and a label in each, where they lie in columns, as MATLAB has it.

    Only labels beside them tell which way they lie.
    """
    rows = {
        name: array
        for name, array in arrays.items()
        if array.ndim == 2 and len(array) == 1 and array.shape[1] > 1 and is_labels(name)
    }
    labels = {name: array[0] for name, array in rows.items()}
    counts = {len(array) for array in labels.values()}
    turned = {
        name: array.T
        for name, array in arrays.items()
        if array.ndim == 2
        and len(array) > 1
        and array.shape[1] in counts
        and len(array) not in counts
        and is_flat(array.T, size)
    }
    if not turned:
        return arrays, []
    names = listed([f"“{plain(name)}”" if name else "the array" for name in turned])
    return arrays | labels | turned, [f"Each column of {names} was taken for one image."]


def _refuse(
    members: Sequence[Member],
    numbers: Mapping[str, np.ndarray],
    budget: Budget,
    size: tuple[int, int] | None,
) -> None:
    """Raises AtlasError: a file without images. Of a single array its own fault is told."""
    if len(members) == 1:
        (only,) = members
        if only.array is None:
            raise AtlasError(
                f"{label_of(only.name, budget)} {only.reason.removeprefix('it ')}: save plain "
                "numbers (uint8 or float) of one shape."
            )
        if only.name not in numbers and only.array.size:
            values_of(only.array, budget)  # tells what is wrong with its type
        if only.array.ndim == 2 and only.array.size:
            images_of(only.array, label_of(only.name, budget), budget, size=size)
    found = ", ".join(
        " ".join(
            [
                *([f"“{plain(each.name)}”"] if each.name else []),
                *([] if each.array is None else [str(list(each.array.shape))]),
            ]
        )
        for each in members[:3]
    )
    raise AtlasError(
        f"{budget.source} holds no images ({found or 'no arrays'}): save them as {SHAPES}."
    )


def _twins(images: Mapping[str, np.ndarray]) -> dict[str, str]:
    """Arrays that hold what another one holds: a file beside its own unpacked copy, say."""
    found: dict[str, str] = {}
    names = list(images)
    for k, name in enumerate(names):
        for other in names[:k]:
            one, two = images[name], images[other]
            if one.shape == two.shape and one.dtype == two.dtype and np.array_equal(one, two):
                found[name] = other
                break
    return found


def _strangers(images: Mapping[str, np.ndarray]) -> list[str]:
    """Arrays of other shapes than those that are called images, where just these are."""
    called = {n: a.shape[1:] for n, a in images.items() if IMAGES & set(words_of(n))}
    if len(set(called.values())) != 1:
        return []
    (shape,) = set(called.values())
    return [name for name, array in images.items() if array.shape[1:] != shape]


def _laid_out(
    images: Mapping[str, np.ndarray],
    budget: Budget,
    counts: Collection[int],
    size: tuple[int, int] | None,
) -> tuple[list[np.ndarray], list[str]]:
    """[N, H, W, C] of each array, and what to say of how they were laid out."""
    found = [
        images_of(array, label_of(name, budget), budget, counts=counts, size=size)
        for name, array in images.items()
    ]
    shapes = {name: part.shape[1:] for name, (part, _) in zip(images, found, strict=True)}
    if len(set(shapes.values())) > 1:
        (one, first), (other, second) = _two_different(shapes)
        raise AtlasError(
            f"{budget.source} mixes shapes: “{one}” holds images of {_times(first)}, “{other}” "
            f"of {_times(second)}; keep arrays of one shape."
        )
    return [part for part, _ in found], list(dict.fromkeys(note for _, note in found))


def _own_parts(counts: Mapping[str, int]) -> list[Part] | None:
    """The part of each image, where the names of the arrays tell."""
    parts = {name: part_of_path(name) for name in counts}
    if "test" in parts.values() and "train" not in parts.values():
        # data_batch_1 beside test_batch, x beside x_test
        parts = {name: part or "train" for name, part in parts.items()}
    if not own_parts(list(parts.values())):
        return None
    return [part for name, count in counts.items() if (part := parts[name]) for _ in range(count)]


def _left(found: _Sorted) -> str:
    """What was left out, and why."""
    if not found.left:
        return ""
    told = [f"“{plain(name)}” ({reason})" for name, reason in list(found.left.items())[:3]]
    more = len(found.left) - len(told)
    rest = f" and {counted(more, 'other array')}" if more else ""
    return f"Left out: {', '.join(told)}{rest}."


def _check_count(shape: tuple[int, ...], budget: Budget) -> None:
    limits, (count, height, width) = budget.limits, shape[:3]
    if count < 2:
        raise AtlasError(f"{budget.source} holds {counted(count, 'image')}: bring at least two.")
    if count > limits.images:
        raise AtlasError(
            f"{budget.source} holds {counted(count, 'image')}, more than the {limits.images:,} "
            f"allowed: bring a part of them, or raise {PREFIX}IMAGES."
        )
    if height * width > limits.pixels:
        raise AtlasError(
            f"{budget.source} holds images of {size_text((height, width))} pixels, more than the "
            f"{limits.pixels:,} allowed: make them smaller, or raise {PREFIX}PIXELS."
        )


def _two_different(shapes: Mapping[str, tuple[int, ...]]) -> list[tuple[str, tuple[int, ...]]]:
    (first, shape), *others = shapes.items()
    other = next(pair for pair in others if pair[1] != shape)
    return [(plain(first), shape), (plain(other[0]), other[1])]


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(str(side) for side in shape)


def too_large(budget: Budget) -> AtlasError:
    """The sentence for a source of too many bytes."""
    return AtlasError(
        f"{budget.source} is larger than the {megabytes(budget.limits.source_bytes)} allowed: "
        f"bring fewer or smaller pictures, or raise {PREFIX}SOURCE_BYTES."
    )
