"""Images in `.npy` and `.npz` files. Nothing is unpickled; headers are not believed."""

import io
import re
import tokenize
import zipfile
from collections.abc import Mapping
from math import prod

import numpy as np
from PIL import Image

from vae_core.data.own.limits import PREFIX, Budget, megabytes, plain
from vae_core.data.own.pictures import over_white
from vae_core.errors import AtlasError
from vae_core.numerals import size
from vae_core.sentences import counted

MAGIC = b"\x93NUMPY"
LABELS = re.compile(r"(.*[_.-])?(y|labels?|targets?|class(es)?)([_.-].*)?", re.IGNORECASE)
SHAPES = "[N, H, W], [N, H, W, C] or [N, C, H, W] with 1, 3 or 4 channels"
LONGEST_HEADER = 10_000


class PictureArrays:
    """Pictures out of arrays, in the shape of `PictureFiles`."""

    def __init__(self, title: str, arrays: Mapping[str, np.ndarray], budget: Budget) -> None:
        """Raises AtlasError when the arrays hold no two images of one shape."""
        self.title = title
        self.budget = budget
        images, labels = _sorted_out(arrays, budget)
        parts = {name: channels_last(array, name, budget) for name, array in images.items()}
        shapes = {name: part.shape[1:] for name, part in parts.items()}
        if len(set(shapes.values())) > 1:
            (one, first), (other, second) = _two_different(shapes)
            raise AtlasError(
                f"{budget.source} mixes shapes: “{one}” holds images of {_times(first)}, “{other}” "
                f"of {_times(second)}; keep arrays of one shape."
            )
        stacked = (
            np.concatenate(list(parts.values())) if len(parts) > 1 else next(iter(parts.values()))
        )
        _check_count(stacked.shape, budget)
        self._images, remark = to_bytes(stacked, budget)
        self.classes = _classes(images, labels, budget)
        self.names = [f"image {i}" for i in range(len(self._images))]
        self.notes: tuple[str, ...] = (remark,) if remark else ()

    def __len__(self) -> int:
        return len(self._images)

    def size(self, i: int) -> tuple[int, int]:
        """(H, W) of image `i`."""
        height, width = self._images.shape[1:3]
        return height, width

    def picture(self, i: int, at_least: int | None = None) -> Image.Image:
        """Image `i`, mode L or RGB."""
        if i % 256 == 0:
            self.budget.check()
        levels = self._images[i]
        if levels.shape[2] == 1:
            return Image.fromarray(levels[..., 0])
        picture = Image.fromarray(levels)
        return over_white(picture) if levels.shape[2] == 4 else picture


def read_npy(data: bytes, name: str, budget: Budget) -> np.ndarray:
    """The array in the bytes of a .npy file. Raises AtlasError: objects, damage, a lying header."""
    stream = io.BytesIO(data)
    label = _label(name, budget)
    try:
        version = np.lib.format.read_magic(stream)
        read = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, fortran, dtype = read(stream, max_header_size=LONGEST_HEADER)
    except (ValueError, TypeError, EOFError, SyntaxError, tokenize.TokenError) as error:
        raise AtlasError(f"{label} is damaged (its header: {error}): save it again.") from error
    if dtype.hasobject:
        raise AtlasError(
            f"{label} holds Python objects, which could run code when they are read: "
            "save plain numbers (uint8 or float) of one shape."
        )
    content = memoryview(data)[stream.tell() :]
    if dtype.itemsize * prod(shape) != len(content):
        raise AtlasError(
            f"{label} is damaged: it announces {prod(shape) * dtype.itemsize:,} bytes but holds "
            f"{len(content):,}; save it again."
        )
    flat = np.frombuffer(content, dtype=dtype)
    return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)


def channels_last(array: np.ndarray, name: str, budget: Budget) -> np.ndarray:
    """[N, H, W, C]. Raises AtlasError when the shape is none of images."""
    if array.ndim == 3:
        array = array[..., None]
    elif array.ndim == 4 and array.shape[3] not in (1, 3, 4) and array.shape[1] in (1, 3, 4):
        array = array.transpose(0, 2, 3, 1)
    if array.ndim != 4 or array.shape[3] not in (1, 3, 4) or 0 in array.shape[1:]:
        found = ", ".join(str(side) for side in array.shape)
        raise AtlasError(
            f"{_label(name, budget)} has the shape [{found}]: save images as {SHAPES}."
        )
    return array


def to_bytes(images: np.ndarray, budget: Budget) -> tuple[np.ndarray, str]:
    """uint8 of the same shape, and a sentence on how the values were read ("" when as they are).

    uint8 is kept, 16-bit values are divided by 257, floats in 0..1 are multiplied by 255, other
    numbers in 0..255 are rounded. Raises AtlasError for NaN, infinity and other ranges.
    """
    kind = images.dtype.kind
    if kind not in "buif":
        raise AtlasError(
            f"{budget.source} holds values of the type {images.dtype}: save uint8, or floats from "
            "0 to 1."
        )
    if kind == "f" and not np.isfinite(images).all():
        bad = int((~np.isfinite(images)).sum())
        raise AtlasError(
            f"{budget.source} holds NaN or infinity in {_some(bad, 'place')}: put numbers there."
        )
    low, high = float(images.min()), float(images.max())
    if images.dtype == np.uint16:
        return _scaled(images, 1 / 257), "16-bit values were divided by 257."
    if low < 0 or high > 255:
        raise AtlasError(
            f"{budget.source} holds values from {low:g} to {high:g}: save uint8 (0 to 255), or "
            "floats from 0 to 1."
        )
    if high <= 1 and (kind == "f" or high == 1):
        return _scaled(images, 255), "" if kind == "f" else "Values 0 and 1 are black and white."
    if images.dtype == np.uint8:
        return images, ""
    return _scaled(images, 1), "" if kind != "f" else "Values were taken as 0 to 255."


def _scaled(images: np.ndarray, factor: float) -> np.ndarray:
    out = np.empty(images.shape, np.uint8)
    for start in range(0, len(images), 1024):  # in pieces: float64 of all would be eight times it
        piece = images[start : start + 1024].astype(np.float64)
        out[start : start + 1024] = np.rint(piece * factor)
    return out


def is_labels(name: str) -> bool:
    """Whether an array of this name holds the class of each image: y, y_train, test_labels, …"""
    return LABELS.fullmatch(name) is not None and "name" not in name.lower()


def _sorted_out(
    arrays: Mapping[str, np.ndarray], budget: Budget
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The arrays of images and those of labels, by name."""
    labels = {name: array for name, array in arrays.items() if is_labels(name)}
    labels = {
        name: array for name, array in labels.items() if array.size == len(np.atleast_1d(array))
    }
    images = {n: a for n, a in arrays.items() if n not in labels and a.ndim >= 3}
    if images:
        return images, labels
    found = ", ".join(f"“{plain(n)}” {list(a.shape)}" for n, a in list(arrays.items())[:3])
    raise AtlasError(
        f"{budget.source} holds no images ({found or 'no arrays'}): save them as {SHAPES}."
    )


def _classes(
    images: Mapping[str, np.ndarray], labels: Mapping[str, np.ndarray], budget: Budget
) -> list[str] | None:
    if not labels:
        return None
    count = sum(len(array) for array in images.values())
    found = sum(array.size for array in labels.values())
    if found != count or len(labels) != len(images):
        names = " and ".join(f"“{plain(name)}”" for name in labels)
        raise AtlasError(
            f"{budget.source} holds {counted(count, 'image')} but {counted(found, 'label')} in "
            f"{names}: save one label for each image."
        )
    # Sorted alike, train_images meets train_labels, and x_test meets y_test.
    by_part = dict(zip(sorted(images), sorted(labels), strict=True))
    values = [labels[by_part[name]].reshape(-1) for name in images]
    for name, part in zip(images, values, strict=True):
        if len(part) != len(images[name]):
            raise AtlasError(
                f"{budget.source} holds {len(images[name]):,} images in “{plain(name)}” but "
                f"{counted(len(part), 'label')} in “{plain(by_part[name])}”: save one label for "
                "each image."
            )
    flat = np.concatenate(values)
    if flat.dtype.kind == "f":
        if not np.isfinite(flat).all() or (flat != np.rint(flat)).any():
            raise AtlasError(
                f"{budget.source} holds labels that are not whole: number the classes."
            )
        flat = flat.astype(np.int64)
    if flat.dtype.kind == "S":
        return [plain(value.decode("utf-8", "replace")) for value in flat.tolist()]
    return [plain(str(value)) for value in flat.tolist()]


def _check_count(shape: tuple[int, ...], budget: Budget) -> None:
    limits, (count, height, width) = budget.limits, shape[:3]
    if count < 2:
        raise AtlasError(f"{budget.source} holds {_some(count, 'image')}: bring at least two.")
    if count > limits.images:
        raise AtlasError(
            f"{budget.source} holds {counted(count, 'image')}, more than the {limits.images:,} "
            f"allowed: bring a part of them, or raise {PREFIX}IMAGES."
        )
    if height * width > limits.pixels:
        raise AtlasError(
            f"{budget.source} holds images of {size((height, width))} pixels, more than the "
            f"{limits.pixels:,} allowed: make them smaller, or raise {PREFIX}PIXELS."
        )


def _some(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def _two_different(shapes: Mapping[str, tuple[int, ...]]) -> list[tuple[str, tuple[int, ...]]]:
    (first, shape), *others = shapes.items()
    other = next(pair for pair in others if pair[1] != shape)
    return [(plain(first), shape), (plain(other[0]), other[1])]


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(str(side) for side in shape)


def _label(name: str, budget: Budget) -> str:
    return f"“{plain(name)}” in {budget.source}" if name else budget.source


def is_array_archive(archive: zipfile.ZipFile) -> bool:
    """Whether a ZIP is what NumPy calls an .npz: it holds .npy files and nothing else."""
    names = archive.namelist()
    return bool(names) and all(name.endswith(".npy") for name in names)


def too_large(budget: Budget) -> AtlasError:
    """The sentence for a source of too many bytes."""
    return AtlasError(
        f"{budget.source} is larger than the {megabytes(budget.limits.source_bytes)} allowed: "
        f"bring fewer or smaller pictures, or raise {PREFIX}SOURCE_BYTES."
    )
