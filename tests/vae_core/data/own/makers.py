"""Pictures and archives as people bring them, and what becomes of them."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vae_core.data import Dataset, load_dataset
from vae_core.data.own import Source, import_images

Files = Mapping[str, bytes]


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def grey(level: int, size: tuple[int, int] = (8, 8)) -> Image.Image:
    """A plain picture; `size` is (width, height), as Pillow has it."""
    return Image.new("L", size, level)


def png(level: int = 128, size: tuple[int, int] = (8, 8)) -> bytes:
    return encoded(grey(level, size))


def photograph(seed: int, size: tuple[int, int] = (64, 64)) -> Image.Image:
    """Soft colours, as photographs have them."""
    random = np.random.RandomState(seed)
    few = Image.fromarray(random.randint(40, 215, (4, 4, 3)).astype(np.uint8))
    return few.resize(size, Image.Resampling.BICUBIC)


def line_drawing(seed: int, side: int = 105) -> Image.Image:
    """One black stroke on white, one bit a pixel."""
    levels = np.full((side, side), 255, np.uint8)
    column = 20 + seed % (side - 40)
    levels[10:-10, column : column + 3] = 0
    return Image.fromarray(levels).convert("1")


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(files: Files) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def npz(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def npy(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def laid_out(folder: Path, files: Files) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def imported(source: Source, folder: Path, **choice: object) -> Dataset:
    about = import_images(source, folder=folder, **choice).about  # type: ignore[arg-type]
    return load_dataset(about.name, folder)


def pictures(count: int, folder: str = "") -> dict[str, bytes]:
    """`0.png`, `1.png` and so on in a folder, which ends in a slash."""
    return {f"{folder}{k}.png": png(5 * k + len(folder)) for k in range(count)}


def kinds_by_file(data: Dataset) -> dict[str, str]:
    """The class of each image under the name of its file."""
    assert data.labels is not None
    called = [data.class_names[k] for k in data.labels.tolist()]
    return dict(zip(data.image_names, called, strict=True))
