"""Images in arrays: which of them are pictures, which labels, and what became of the rest."""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate

import numpy as np
from PIL import Image

from vae_core.data.own.array_classes import labels_beside
from vae_core.data.own.array_layout import images_of, order_of_colours
from vae_core.data.own.array_roles import left_out, sorted_out, times
from vae_core.data.own.file_labels import labels_of_files
from vae_core.data.own.folder_classes import places_of_all
from vae_core.data.own.limits import PREFIX, Budget, megabytes
from vae_core.data.own.npy import Member, label_of
from vae_core.data.own.parts import Part, is_division, outside_of_parts, part_of_path
from vae_core.data.own.pictures import LIGHT_INK, Ground, mean_ink, over
from vae_core.data.own.scales import Scale, reading, to_levels, together, values_of
from vae_core.errors import AtlasError
from vae_core.numerals import size as size_text
from vae_core.sentences import counted, plain


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
        own_parts: bool = True,
    ) -> None:
        """`size` is that of flat images, `files` the paths of files that hold an image each.

        Without `own_parts`, images that lie beside the parts of the others are taken in.
        Raises AtlasError where there are no two of one shape.
        """
        self.title, self.budget = title, budget
        found = sorted_out(members, budget, size)
        self.outside = 0
        if own_parts:
            for name in outside_of_parts({n: part_of_path(n) for n in found.images}):
                count = len(found.images.pop(name))
                self.outside += count
                found.left[name] = f"beside the parts of the others, {counted(count, 'image')}"
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
        if len(names) > max(1, len(set(self.parts or ()))):
            first, *_, last = map(plain, names)
            found.notes.append(
                f"{counted(len(names), 'array')} of images follow each other, "
                f"from “{first}” to “{last}”."
            )
        self.labels, said = labels_beside(names, found, budget)
        self.names = [f"image {i}" for i in range(len(self))]
        if files:
            said = [f"Each of {counted(len(files), 'file')} was read as one image."]
            self.names = [plain(file) for file in files]
            told, note = places_of_all(files)
            said += [note]
            self.parts = told.parts
            self.labels = labels_of_files(files, told.parts, told, {}).columns
        self.notes = tuple(
            note
            for note in (
                *found.notes,
                *notes,
                found_scale.note,
                *dict.fromkeys(each.note for each in members),
                *said,
                left_out(found),
            )
            if note
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


def _laid_out(
    images: Mapping[str, np.ndarray],
    budget: Budget,
    counts: Collection[int],
    size: tuple[int, int] | None,
) -> tuple[list[np.ndarray], list[str]]:
    """[N, H, W, C] of each array, and what to say of how they were laid out."""
    order = order_of_colours(images.values(), size)
    planes = order is not None and order.planes
    found = [
        images_of(array, label_of(name, budget), budget, counts=counts, size=size, planes=planes)
        for name, array in images.items()
    ]
    shapes = {name: part.shape[1:] for name, (part, _) in zip(images, found, strict=True)}
    if len(set(shapes.values())) > 1:
        (one, first), (other, second) = _two_different(shapes)
        raise AtlasError(
            f"{budget.source} mixes shapes: “{one}” holds images of {times(first)}, “{other}” "
            f"of {times(second)}; keep arrays of one shape."
        )
    notes = [*(note for _, note in found), "" if order is None else order.note]
    return [part for part, _ in found], list(dict.fromkeys(notes))


def _own_parts(counts: Mapping[str, int]) -> list[Part] | None:
    """The part of each image, where the names of the arrays tell."""
    parts = {name: part_of_path(name) for name in counts}
    if "test" in parts.values() and "train" not in parts.values():
        # data_batch_1 beside test_batch, x beside x_test
        parts = {name: part or "train" for name, part in parts.items()}
    if not is_division(list(parts.values())):
        return None
    return [part for name, count in counts.items() if (part := parts[name]) for _ in range(count)]


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


def too_large(budget: Budget) -> AtlasError:
    """The sentence for a source of too many bytes."""
    return AtlasError(
        f"{budget.source} is larger than the {megabytes(budget.limits.source_bytes)} allowed: "
        f"bring fewer or smaller pictures, or raise {PREFIX}SOURCE_BYTES."
    )
