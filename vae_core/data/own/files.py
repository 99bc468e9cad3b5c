"""Picture files, wherever they come from: a folder, a ZIP or an upload."""

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from vae_core.data.own.limits import PREFIX, Budget, megabytes, plain
from vae_core.data.own.naming import (
    KINDS,
    classes,
    is_litter,
    is_picture,
    natural,
    same_everywhere,
)
from vae_core.data.own.pictures import decode, shown_size
from vae_core.errors import AtlasError
from vae_core.sentences import counted

LONGEST_PATH = 4096
NONBLOCKING = getattr(os, "O_NONBLOCK", 0)  # which Windows does not have


@dataclass(frozen=True)
class Entry:
    """A file: its path inside the source, and how to get at its bytes. `read` raises AtlasError."""

    name: str
    read: Callable[[], bytes]


class PictureFiles:
    """The pictures among some files, sorted by name; the others are counted and left out.

    Attributes:
        title: what to call the data set.
        names: the path of each picture inside the source.
        classes: the class of each picture, or None when there are none.
        notes: sentences about what was left out.
    """

    def __init__(self, title: str, entries: Sequence[Entry], budget: Budget) -> None:
        """Raises AtlasError when there are fewer than two pictures, or too many."""
        wanted = [entry for entry in entries if not is_litter(entry.name)]
        kept = [entry for entry in wanted if is_picture(entry.name)]
        self._entries = sorted(kept, key=lambda entry: natural(same_everywhere(entry.name)))
        self.budget = budget
        self.title = title
        paths = [plain(same_everywhere(entry.name), LONGEST_PATH) for entry in self._entries]
        self.names = [plain(path) for path in paths]
        self.classes = classes(paths)
        self.notes: tuple[str, ...] = ()
        if skipped := len(wanted) - len(kept):
            first = next(plain(entry.name) for entry in wanted if not is_picture(entry.name))
            self.notes = (_skipped(skipped, first),)
        _check_count(len(self.names), skipped, budget)

    def __len__(self) -> int:
        return len(self._entries)

    def size(self, i: int) -> tuple[int, int]:
        """(H, W) of picture `i`, upright."""
        return shown_size(self._entries[i].read(), self._label(i), self.budget.limits)

    def picture(self, i: int, at_least: int | None = None) -> Image.Image:
        """Picture `i`, mode L or RGB (see `pictures.decode`)."""
        self.budget.check()
        return decode(self._entries[i].read(), self._label(i), self.budget.limits, at_least)

    def _label(self, i: int) -> str:
        return f"{self.names[i]} in {self.budget.source}"


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
                entries.append(Entry(inner, file_reader(here / name, budget)))
        check_files(len(entries), budget)
        budget.check()
    return entries


def upload_entries(files: Sequence[tuple[str, bytes]], budget: Budget) -> list[Entry]:
    """Files that are in memory already, under the names that the browser gave them."""
    check_files(len(files), budget)
    return [Entry(name.lstrip("/"), _bytes_reader(name, data, budget)) for name, data in files]


def file_reader(file: Path, budget: Budget) -> Callable[[], bytes]:
    """A function that reads a file of a folder, or raises AtlasError: too large, or gone."""

    def read() -> bytes:
        try:
            # Not blocking: what was a file a moment ago may be a pipe by now.
            with os.fdopen(os.open(file, os.O_RDONLY | NONBLOCKING), "rb") as stream:
                if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    raise AtlasError(f"{plain(str(file))} is not a file any more: try again.")
                data = stream.read(budget.limits.file_bytes + 1)
        except OSError as error:
            raise AtlasError(
                f"{plain(str(file))} cannot be read ({error.strerror}): check its permissions."
            ) from error
        check_file_size(len(data), plain(str(file)), budget)
        budget.unpack(len(data))
        return data

    return read


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


def _skipped(count: int, first: str) -> str:
    if count == 1:
        return f"1 file skipped, because it is not a {KINDS} picture: {first}."
    return f"{counted(count, 'file')} skipped, because they are not {KINDS} pictures ({first}, …)."


def _check_count(count: int, skipped: int, budget: Budget) -> None:
    if count > budget.limits.images:
        raise AtlasError(
            f"{budget.source} holds {counted(count, 'picture')}, more than the "
            f"{budget.limits.images:,} allowed: bring a part of them, or raise {PREFIX}IMAGES."
        )
    if count >= 2:
        return
    if count == 0 and skipped == 0:
        found = "is empty"
    elif count == 0:
        found = f"holds no pictures among its {counted(skipped, 'file')}"
    else:
        found = "holds one picture only"
    raise AtlasError(f"{budget.source} {found}: bring at least two {KINDS} pictures.")
