"""From what the user points at to the pictures in it."""

import contextlib
import io
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Protocol

from PIL import Image

from vae_core.data.own.archive import ZIPPED, open_zip, zip_entries
from vae_core.data.own.array_files import arrays_in, kind_of, may_hold_arrays
from vae_core.data.own.arrays import PictureArrays, too_large
from vae_core.data.own.arrow_tables import is_arrow, table_entries
from vae_core.data.own.entries import Entry, folder_entries, upload_entries
from vae_core.data.own.files import PictureFiles
from vae_core.data.own.label_columns import Column, main_first
from vae_core.data.own.limits import UPLOAD, Budget, Cancelled, Limits
from vae_core.data.own.naming import HEAD, KINDS, is_litter, is_picture, natural, same_everywhere
from vae_core.data.own.npy import Member
from vae_core.data.own.one_each import one_each
from vae_core.data.own.parts import Part, part_of_path
from vae_core.data.own.pictures import Ground
from vae_core.data.own.scales import Scale
from vae_core.data.own.tars import is_tar, tar_entries
from vae_core.data.own.unread import unread_form
from vae_core.errors import AtlasError
from vae_core.sentences import plain


@dataclass(frozen=True)
class NamedFile:
    """A file that people call otherwise than the system does, if that has a name for it at all.

    `open` opens it anew. `packed`: it is a ZIP that was made of several files on their way here,
    and they are what is spoken of: the ZIP has no name of its own, and an archive among them is a
    file that is passed over.
    """

    name: str
    open: Callable[[], io.BufferedIOBase | io.BytesIO]
    packed: bool = False


# A folder or file, a file in memory under its name, several of those, or a file under a name.
Source = Path | tuple[str, bytes] | Sequence[tuple[str, bytes]] | NamedFile
LONGEST_TITLE = 60


class Pictures(Protocol):
    """Some pictures in an order, their names, and their parts and labels if they have any.

    `labels` has the columns of labels, that of the classes first. `outside` counts the pictures
    beside the parts of the others, which are left out as long as these parts stay. `scale` is
    that of numbers and deep pictures, `ground` what lies below transparency; None without any.
    """

    budget: Budget
    title: str
    names: list[str]
    parts: list[Part] | None
    labels: list[Column]
    outside: int
    scale: Scale | None
    ground: Ground | None

    def __len__(self) -> int: ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to tell of them, in sentences."""

    def size(self, i: int) -> tuple[int, int]:
        """(H, W) of picture `i`, upright."""

    def choose_reading(self, indices: Sequence[int]) -> None:
        """Choose scale and ground by some pictures."""

    def read_as(self, scale: Scale | None, ground: Ground | None) -> None:
        """Have `picture` read them so."""

    def picture(self, i: int, at_least: int | None = None) -> Image.Image:
        """Picture `i`, upright, mode L or RGB."""


@dataclass(frozen=True)
class Asked:
    """What somebody said: the size of flat images, the scale of numbers, whether parts stay."""

    size: tuple[int, int] | None = None
    scale: Scale | None = None
    own_parts: bool = True


@contextlib.contextmanager
def opened(
    source: Source,
    limits: Limits,
    cancelled: Cancelled | None = None,
    *,
    size: tuple[int, int] | None = None,
    scale: Scale | None = None,
    own_parts: bool = True,
    label: str | None = None,
) -> Iterator[Pictures]:
    """The pictures in `source`, readable while the context lasts, as `Asked`.

    `label` is the column of labels that is to count. Raises AtlasError, in a sentence that names
    the file, for whatever cannot be used.
    """
    for pictures in _pictures_in(source, Asked(size, scale, own_parts), limits, cancelled):
        if label is not None:
            pictures.labels = main_first(pictures.labels, label, pictures.budget.source)
        yield pictures


def _pictures_in(
    source: Source, asked: Asked, limits: Limits, cancelled: Cancelled | None
) -> Iterator[Pictures]:
    if isinstance(source, Path):
        yield from _at(source.expanduser(), asked, limits, cancelled)
    elif isinstance(source, NamedFile):
        with source.open() as stream:
            length = stream.seek(0, io.SEEK_END)
            stream.seek(0)
            called = UPLOAD if source.packed else plain(source.name)
            budget = Budget(limits, called, length, cancelled)
            yield from _in(stream, source.name, asked, budget, packed=source.packed)
    elif isinstance(source, tuple) and len(source) == 2 and isinstance(source[1], bytes):
        name, data = source
        budget = Budget(limits, plain(name), len(data), cancelled)
        with io.BytesIO(data) as stream:
            yield from _in(stream, name, asked, budget)
    else:
        files: list[tuple[str, bytes]] = [(str(name), bytes(data)) for name, data in source]
        budget = Budget(limits, UPLOAD, 0, cancelled)
        entries = upload_entries(files, budget)
        yield _of_files(_title_of_upload([name for name, _ in files]), entries, asked, budget)


def _at(
    path: Path, asked: Asked, limits: Limits, cancelled: Cancelled | None
) -> Iterator[Pictures]:
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
        yield _of_files(_title(path.resolve().name), entries, asked, budget)
        return
    if stream is None:
        raise AtlasError(f"{shown} is neither a file nor a folder: bring one of them.")
    with stream:
        budget = Budget(limits, shown, os.fstat(stream.fileno()).st_size, cancelled)
        yield from _in(stream, path.name, asked, budget)


def _in(
    stream: io.BufferedIOBase | io.BytesIO,
    name: str,
    asked: Asked,
    budget: Budget,
    *,
    packed: bool = False,
) -> Iterator[Pictures]:
    """The pictures in one file. What it is, its first bytes tell, not its name."""
    if budget.packed_bytes > budget.limits.source_bytes:
        raise too_large(budget)
    title = _title(PurePosixPath(name).stem)
    head = stream.read(HEAD)
    stream.seek(0)
    if head.startswith(ZIPPED):
        with open_zip(stream, budget) as archive:
            if not packed and "xl/workbook.xml" in archive.namelist():
                raise AtlasError(f"{budget.source} is a workbook: save its table as CSV.")
            if not packed and any(each.endswith("/data.pkl") for each in archive.namelist()):
                raise AtlasError(
                    f"{budget.source} is a file of PyTorch's, a pickle that could run code when it "
                    'is read: save its tensors with np.savez("images.npz", images=x.numpy(), '
                    "labels=y.numpy()), where it was made."
                )
            saved = not packed and PurePosixPath(name).suffix.lower() == ".npz"
            entries = zip_entries(archive, budget, packed=packed)
            if packed:
                title = _title_of_upload([entry.name for entry in entries])
            yield _of_files(title, entries, asked, budget, saved=saved)
    elif is_tar(stream):
        yield _of_files(title.removesuffix(".tar"), tar_entries(stream, budget), asked, budget)
    elif is_arrow(head, name) or kind_of(head, name) is not None:
        data = stream.read(budget.limits.source_bytes + 1)
        budget.unpack(len(data))
        yield _of_files(title, [Entry(name, lambda: data)], asked, budget)
    else:
        raise AtlasError(_wrong_kind(head, name, budget))


def _of_files(
    title: str, entries: Sequence[Entry], asked: Asked, budget: Budget, *, saved: bool = False
) -> PictureFiles | PictureArrays:
    """Pictures where there are any among some files; else the arrays, or tables of pictures.

    Files come in the order of their names, but arrays that were `saved` in one as they are there.
    """
    wanted = [entry for entry in entries if not is_litter(entry.name)]
    if not saved:
        wanted.sort(key=lambda entry: natural(same_everywhere(entry.name)))
    if any(is_picture(entry.name) for entry in wanted):
        return PictureFiles(title, entries, budget, own_parts=asked.own_parts)
    contents = {e.name: e.read() for e in wanted if may_hold_arrays(e.name)}
    tables = {name: data for name, data in contents.items() if is_arrow(data[:HEAD], name)}
    if tables:
        inner = [e for name, data in tables.items() for e in table_entries(data, name, budget)]
        return PictureFiles(title, inner, budget, own_parts=asked.own_parts)
    arrays = {n: data for n, data in contents.items() if kind_of(data[:HEAD], n) is not None}
    if not arrays:
        return PictureFiles(title, entries, budget)  # which tells what is wrong, if anything is
    found = [
        (name, each) for name, data in arrays.items() for each in arrays_in(data, name, budget)
    ]
    arrays_as = partial(
        PictureArrays, title, budget=budget, scale=asked.scale, size=asked.size,
        own_parts=asked.own_parts,
    )  # fmt: skip
    if (single := one_each(found, asked.size, asked.own_parts)) is not None:
        return arrays_as([single.member], files=single.files)
    members = _told_apart(found)
    if len(members) == 1 and len(arrays) == 1:
        members = [replace(members[0], name="")]  # the file is its only array
    return arrays_as(members)


def _told_apart(members: Sequence[tuple[str, Member]]) -> list[Member]:
    """The arrays, called after their files too where these tell more: train/X and test/X.

    They do where arrays of several files share a name, and where they alone name a part.
    """
    counts = Counter(member.name for _, member in members)
    sharing = {file for file, member in members if counts[member.name] > 1}
    several = len({file for file, _ in members}) > 1
    found = []
    for file, member in members:
        path = PurePosixPath(file)
        stem = path.name.removesuffix(".gz").rsplit(".", 1)[0]
        inside = member.name != stem  # of several in one file
        where = "/".join([*path.parts[:-1], *([stem] if inside else [])])
        parted = several and part_of_path(where) is not None and part_of_path(member.name) is None
        further = where and (file in sharing or parted)
        found.append(replace(member, name=f"{where}/{member.name}" if further else member.name))
    return found


def _wrong_kind(head: bytes, name: str, budget: Budget) -> str:
    if not head:
        return f"{budget.source} is empty: bring a folder, a ZIP, an .npz or an .npy of pictures."
    if is_picture(name):
        return f"{budget.source} is a single file: bring at least two {KINDS} pictures."
    suffix = PurePosixPath(name).suffix.lower()
    if (form := unread_form(name, head)) is not None and suffix not in (".zip", ".tar"):
        return f"{budget.source} is {form.what}, and is not read here: {form.remedy}."
    if suffix in (".zip", ".npz", ".npy"):
        return (
            f"{budget.source} is damaged: it does not begin as a {suffix} file does; copy it again."
        )
    return (
        f"{budget.source} is neither a ZIP of pictures nor an .npz or .npy file, nor of another "
        "form that is read: bring one of these, or a folder."
    )


def _title(name: str) -> str:
    return plain(same_everywhere(name).strip() or "Own images", LONGEST_TITLE)


def _title_of_upload(names: Sequence[str]) -> str:
    tops = {PurePosixPath(name).parts[0] for name in names if len(PurePosixPath(name).parts) > 1}
    return _title(tops.pop()) if len(tops) == 1 else "My pictures"
