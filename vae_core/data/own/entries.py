"""Files wherever they lie: in a folder, or in memory as a browser sent them."""

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from vae_core.data.own.limits import PREFIX, Budget, megabytes
from vae_core.data.own.naming import HEAD, is_litter, is_picture
from vae_core.data.own.parts import Part
from vae_core.errors import AtlasError
from vae_core.sentences import plain

NONBLOCKING = getattr(os, "O_NONBLOCK", 0)  # which Windows does not have


@dataclass(frozen=True)
class Entry:
    """A file: its path inside the source, and how to get at its bytes. `read` raises AtlasError.

    `class_name` and `part` are what a table says that holds the picture, as `in_table` tells:
    `label_name` is what the column of the class is called, and `labels` what others say. `begin`
    reads how the file begins, where that takes less than reading it.
    """

    name: str
    read: Callable[[], bytes]
    class_name: str | None = None
    part: Part | None = None
    label_name: str = ""
    labels: Mapping[str, str | None] = field(default_factory=dict)
    in_table: bool = False
    begin: Callable[[], bytes] | None = None

    def head(self) -> bytes:
        """The first `HEAD` bytes, or as many as there are. Raises AtlasError as `read`."""
        return (self.begin or self.read)()[:HEAD]


def folder_entries(folder: Path, budget: Budget) -> list[Entry]:
    """Every file under `folder`; links that stay inside count as files, linked folders do not.

    Raises AtlasError at links that lead out, at what cannot be read, and at too many files.
    """
    root = folder.resolve()
    entries: list[Entry] = []

    def stop(error: OSError) -> None:
        where = plain(str(error.filename or folder))
        raise AtlasError(
            f"{where} cannot be read ({error.strerror}): check its permissions."
        ) from error

    for path, folders, names in os.walk(root, onerror=stop):
        here = Path(path)
        # Sorted in place, which is how os.walk is told; hidden folders are not looked into.
        folders[:] = sorted(each for each in folders if not is_litter(each))
        for name in [*folders, *sorted(names)]:
            file = here / name
            if is_litter(name):  # editors leave links that lead nowhere
                continue
            if file.is_symlink() and not _inside(root, file):
                raise AtlasError(
                    f"{plain(str(file))} is a link that leads out of the folder: "
                    "put the file itself there, or take the link out."
                )
        for name in sorted(names):
            if (here / name).is_file():  # no pipes, sockets or devices
                inner = (here / name).relative_to(root).as_posix()
                file = here / name
                entries.append(
                    Entry(
                        inner,
                        file_reader(file, budget),
                        begin=partial(_content, file, HEAD),
                    )
                )
        check_files(len(entries), budget)
        budget.check()
    return entries


def upload_entries(files: Sequence[tuple[str, bytes]], budget: Budget) -> list[Entry]:
    """Files that are in memory already, under the names that the browser gave them."""
    check_files(len(files), budget)
    return [Entry(name.lstrip("/"), _bytes_reader(name, data, budget)) for name, data in files]


def file_reader(file: Path, budget: Budget) -> Callable[[], bytes]:
    """A function that reads a file of a folder, or raises AtlasError: too large, or gone."""
    picture = is_picture(file.name)
    most = budget.limits.file_bytes if picture else budget.limits.source_bytes

    def read() -> bytes:
        data = _content(file, most + 1)
        if picture:
            check_file_size(len(data), plain(str(file)), budget)
        budget.unpack(len(data))
        return data

    return read


def _content(file: Path, most: int) -> bytes:
    """What a file begins with, `most` bytes of it. Raises AtlasError: it cannot be read."""
    try:
        # Not blocking: what was a file a moment ago may be a pipe by now.
        with os.fdopen(os.open(file, os.O_RDONLY | NONBLOCKING), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise AtlasError(f"{plain(str(file))} is not a file any more: try again.")
            return stream.read(most)
    except OSError as error:
        raise AtlasError(
            f"{plain(str(file))} cannot be read ({error.strerror}): check its permissions."
        ) from error


def check_file_size(count: int, label: str, budget: Budget) -> None:
    """Raises AtlasError when a file of `count` bytes is too large."""
    if count > budget.limits.file_bytes:
        raise AtlasError(
            f"{label} is larger than the {megabytes(budget.limits.file_bytes)} allowed for one "
            f"picture: make it smaller, or raise {PREFIX}FILE_BYTES."
        )


def check_files(count: int, budget: Budget) -> None:
    """Raises AtlasError when there are more files than anybody should have to look through."""
    if count > budget.limits.files:
        raise AtlasError(
            f"{budget.source} holds more than {budget.limits.files:,} files: "
            f"bring a part of them, or raise {PREFIX}FILES."
        )


def _bytes_reader(name: str, data: bytes, budget: Budget) -> Callable[[], bytes]:
    def read() -> bytes:
        check_file_size(len(data), plain(name), budget)
        budget.unpack(len(data))
        return data

    return read


def _inside(root: Path, link: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):  # it leads nowhere, or in a circle
        return False
