"""From what the user points at to the pictures in it."""

import contextlib
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from PIL import Image

from vae_core.data.own.archive import member_name, member_reader, open_zip, zip_entries
from vae_core.data.own.arrays import MAGIC, PictureArrays, is_array_archive, read_npy, too_large
from vae_core.data.own.files import PictureFiles, check_files, folder_entries, upload_entries
from vae_core.data.own.limits import Budget, Cancelled, Limits, plain
from vae_core.data.own.naming import KINDS, is_picture, same_everywhere
from vae_core.errors import AtlasError

# A folder or file, a file in memory under its name, or several of those.
Source = Path | tuple[str, bytes] | Sequence[tuple[str, bytes]]
ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
LONGEST_TITLE = 60


class Pictures(Protocol):
    """Some pictures in an order, their names, and their classes if they have any."""

    budget: Budget
    title: str
    names: list[str]
    classes: list[str] | None
    notes: tuple[str, ...]

    def __len__(self) -> int: ...

    def size(self, i: int) -> tuple[int, int]:
        """(H, W) of picture `i`, upright."""

    def picture(self, i: int, at_least: int | None = None) -> Image.Image:
        """Picture `i`, upright, mode L or RGB."""


@contextlib.contextmanager
def opened(
    source: Source, limits: Limits, cancelled: Cancelled | None = None
) -> Iterator[Pictures]:
    """The pictures in `source`, readable while the context lasts.

    Raises AtlasError, in a sentence that names the file, for whatever cannot be used.
    """
    if isinstance(source, Path):
        yield from _at(source.expanduser(), limits, cancelled)
    elif isinstance(source, tuple) and len(source) == 2 and isinstance(source[1], bytes):
        name, data = source
        budget = Budget(limits, plain(name), len(data), cancelled)
        with io.BytesIO(data) as stream:
            yield from _in(stream, name, budget)
    else:
        files: list[tuple[str, bytes]] = [(str(name), bytes(data)) for name, data in source]
        budget = Budget(limits, "This upload", 0, cancelled)
        entries = upload_entries(files, budget)
        yield PictureFiles(_title_of_upload([name for name, _ in files]), entries, budget)


def _at(path: Path, limits: Limits, cancelled: Cancelled | None) -> Iterator[Pictures]:
    shown = plain(str(path), 300)
    try:
        folder, file, there = path.is_dir(), path.is_file(), path.exists()
        stream = path.open("rb") if file else None
    except OSError as error:
        raise AtlasError(f"{shown} cannot be read ({error.strerror}).") from error
    if not there:
        raise AtlasError(f"{shown} is not there: check the path.")
    if folder:
        budget = Budget(limits, shown, 0, cancelled)
        entries = folder_entries(path, budget)
        yield PictureFiles(_title(path.resolve().name), entries, budget)
        return
    if stream is None:
        raise AtlasError(f"{shown} is neither a file nor a folder: bring one of them.")
    with stream:
        budget = Budget(limits, shown, os.fstat(stream.fileno()).st_size, cancelled)
        yield from _in(stream, path.name, budget)


def _in(stream: io.BufferedIOBase | io.BytesIO, name: str, budget: Budget) -> Iterator[Pictures]:
    """The pictures in one file. What it is, its first bytes tell, not its name."""
    if budget.packed_bytes > budget.limits.source_bytes:
        raise too_large(budget)
    title = _title(PurePosixPath(name).stem)
    head = stream.read(8)
    stream.seek(0)
    if head.startswith(MAGIC):
        data = stream.read(budget.limits.source_bytes + 1)
        budget.unpack(len(data))
        yield PictureArrays(title, {"": read_npy(data, "", budget)}, budget)
    elif head.startswith(ZIPPED):
        with open_zip(stream, budget) as archive:
            check_files(len(archive.infolist()), budget)
            if is_array_archive(archive):
                arrays = {
                    member_name(member).removesuffix(".npy"): read_npy(
                        member_reader(archive, member, budget, whole=True)(),
                        member_name(member).removesuffix(".npy"),
                        budget,
                    )
                    for member in archive.infolist()
                }
                yield PictureArrays(title, arrays, budget)
            else:
                yield PictureFiles(title, zip_entries(archive, budget), budget)
    else:
        raise AtlasError(_wrong_kind(head, name, budget))


def _wrong_kind(head: bytes, name: str, budget: Budget) -> str:
    if not head:
        return f"{budget.source} is empty: bring a folder, a ZIP, an .npz or an .npy of pictures."
    if is_picture(name):
        return f"{budget.source} is a single file: bring at least two {KINDS} pictures."
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in (".zip", ".npz", ".npy"):
        return (
            f"{budget.source} is damaged: it does not begin as a {suffix} file does; copy it again."
        )
    return (
        f"{budget.source} is neither a ZIP of pictures nor an .npz or .npy file: "
        "bring one of these, or a folder."
    )


def _title(name: str) -> str:
    return plain(same_everywhere(name).strip() or "Own images", LONGEST_TITLE)


def _title_of_upload(names: Sequence[str]) -> str:
    tops = {PurePosixPath(name).parts[0] for name in names if len(PurePosixPath(name).parts) > 1}
    return _title(tops.pop()) if len(tops) == 1 else "My pictures"
