"""Picture files, wherever they come from: a folder, a ZIP or an upload."""

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from PIL import Image

from vae_core.data.own.array_labels import UNLABELLED
from vae_core.data.own.file_labels import FileLabels, labels_of_files
from vae_core.data.own.folder_classes import outside_of_parts, places
from vae_core.data.own.label_columns import (
    LONGEST_COLUMN,
    NAMELESS,
    Column,
    others_of,
    told_of_others,
)
from vae_core.data.own.limits import PREFIX, Budget, megabytes
from vae_core.data.own.masks import masks
from vae_core.data.own.masks import told as told_of_masks
from vae_core.data.own.naming import (
    KINDS,
    begins_as_picture,
    is_litter,
    is_picture,
    natural,
    same_everywhere,
)
from vae_core.data.own.parts import Part, own_parts
from vae_core.data.own.pictures import LIGHT_INK, Ground, decode, looked_into, shown_size
from vae_core.data.own.scales import Scale, reading, together
from vae_core.data.own.table_rows import is_surely_a_table, is_table
from vae_core.errors import AtlasError
from vae_core.sentences import counted, plain

LONGEST_PATH = 4096
MOST_TEXTS = 20  # tables, and texts that may be some; where there are more, each is of a picture
NONBLOCKING = getattr(os, "O_NONBLOCK", 0)  # which Windows does not have


@dataclass(frozen=True)
class Entry:
    """A file: its path inside the source, and how to get at its bytes. `read` raises AtlasError.

    `class_name` and `part` are what a table says that holds the picture: `label_name` is what the
    column of the class is called, and `labels` what others say. `begin` reads how the file begins,
    where that takes less than reading it.
    """

    name: str
    read: Callable[[], bytes]
    class_name: str | None = None
    part: Part | None = None
    label_name: str = ""
    labels: Mapping[str, str | None] = field(default_factory=dict)
    begin: Callable[[], bytes] | None = None

    def head(self) -> bytes:
        """The first 16 bytes, or as many as there are. Raises AtlasError as `read`."""
        return (self.begin or self.read)()[:16]


class PictureFiles:
    """The pictures among some files, sorted by name; the others are counted and left out.

    Attributes:
        title: what to call the data set.
        names: the path of each picture inside the source.
        parts: the part that the source has each picture in, or None where it has none.
        labels: the columns of labels, that which counts first; none where there are no classes.
        scale: of pictures of more than 8 bits, None as long as none was seen.
        ground: what lies below transparency, None as long as none was seen.
        notes: sentences about what was left out.
    """

    def __init__(self, title: str, entries: Sequence[Entry], budget: Budget) -> None:
        """Raises AtlasError when there are fewer than two pictures, or too many."""
        wanted = [entry for entry in entries if not is_litter(entry.name)]
        kept = [entry for entry in wanted if _is_picture(entry)]
        there = {id(entry) for entry in kept}
        beside = masks([entry.name for entry in kept])
        outside = outside_of_parts([e.name for e in kept if e.name not in beside])
        left = beside | frozenset(outside)
        pictures = [entry for entry in kept if entry.name not in left]
        self._entries = sorted(pictures, key=lambda entry: natural(same_everywhere(entry.name)))
        self.budget, self.title = budget, title
        paths = [plain(same_everywhere(entry.name), LONGEST_PATH) for entry in self._entries]
        self.names = [plain(path) for path in paths]
        self.scale: Scale | None = None
        self.ground: Ground | None = None
        others = [entry for entry in wanted if id(entry) not in there]
        self.parts, labels = _labelled(self._entries, paths, others)
        self.labels = [*([labels.main] if labels.main else []), *labels.others]
        notes = list(labels.notes)
        if skipped := [entry for entry in others if entry.name not in labels.used]:
            notes.append(_skipped(len(skipped), plain(skipped[0].name)))
        if beside:
            notes.append(told_of_masks(beside))
        if outside:
            notes.append(
                f"{counted(len(outside), 'picture')} left out, beside the parts of the others "
                f"(such as {plain(outside[0])})."
            )
        self._notes = tuple(notes)
        self._cut: set[int] = set()
        _check_count(len(self.names), len(others), budget)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to tell; of values that were cut off, once the pictures were read."""
        if not self._cut:
            return self._notes
        count, first = len(self._cut), self.names[min(self._cut)]
        return (
            *self._notes,
            f"{counted(count, 'picture has', 'pictures have')} values beyond the scale "
            f"{self.scale}, which were cut off (such as {first}). Choose a wider one to keep them.",
        )

    def size(self, i: int) -> tuple[int, int]:
        """(H, W) of picture `i`, upright."""
        return shown_size(self._entries[i].read(), self._label(i), self.budget.limits)

    def choose_reading(self, indices: Sequence[int]) -> None:
        """Choose scale and ground by some pictures: the closest scale, and what contrasts.

        Raises AtlasError where deep pictures hold values of no scale.
        """
        found = [
            looked_into(self._entries[i].read(), self._label(i), self.budget.limits)
            for i in indices
        ]
        if deep := [each.values for each in found if each.values is not None]:
            chosen = reading(together(deep), self.budget)
            self.scale = chosen.scale
            self._notes = tuple(each for each in (*self._notes, chosen.note) if each)
        if inks := [each.ink for each in found if each.ink is not None]:
            self.ground = "black" if sum(inks) / len(inks) > LIGHT_INK else "white"
            self._notes = (*self._notes, f"Transparent parts lie on {self.ground}.")
        several = [i for i, each in zip(indices, found, strict=True) if each.frames > 1]
        if several:
            note = f"Of pictures with several frames or pages (such as {self.names[several[0]]}) "
            self._notes = (*self._notes, f"{note}the first is used.")

    def read_as(self, scale: Scale | None, ground: Ground | None) -> None:
        """Have `picture` read deep and transparent pictures so."""
        self.scale, self.ground = scale, ground

    def picture(self, i: int, at_least: int | None = None) -> Image.Image:
        """Picture `i`, mode L or RGB (see `pictures.decode`)."""
        self.budget.check()
        return decode(
            self._entries[i].read(),
            self._label(i),
            self.budget.limits,
            at_least,
            scale=self.scale or "16-bit",
            ground=self.ground or "white",
            cut=lambda: self._cut.add(i),
        )

    def _label(self, i: int) -> str:
        return f"{self.names[i]} in {self.budget.source}"


def _labelled(
    entries: Sequence[Entry], paths: Sequence[str], others: Sequence[Entry]
) -> tuple[list[Part] | None, FileLabels]:
    """The parts and the labels: what the table says that holds the pictures, else what is beside.

    Without such a table folders tell, tables among the `others`, and file names.
    """
    if any(entry.part or entry.class_name or entry.labels for entry in entries):
        return _told(entries)
    found = places(paths)
    if len(paths) < 2:
        return found.parts, FileLabels(None)
    tables = {entry.name: entry.read for entry in _tables(others)}
    return found.parts, labels_of_files(paths, found.parts, found.classes, tables)


def _tables(others: Sequence[Entry]) -> list[Entry]:
    """The files that may be tables of labels: those that surely are, then others, if few."""
    sure = [entry for entry in others if is_surely_a_table(entry.name)]
    texts = [e for e in others if is_table(e.name) and not is_surely_a_table(e.name)]
    return [each for group in (sure, texts) if len(group) <= MOST_TEXTS for each in group]


def _told(entries: Sequence[Entry]) -> tuple[list[Part] | None, FileLabels]:
    """The parts and labels that a table says of the pictures that it holds."""
    parts = [entry.part for entry in entries]
    own = [part for part in parts if part is not None] if own_parts(parts) else None
    kinds = [entry.class_name for entry in entries]
    names = list(dict.fromkeys(name for entry in entries for name in entry.labels))
    main = None
    if set(kinds) != {None}:
        first = next((entry.label_name for entry in entries if entry.label_name), "")
        main = Column(
            plain(first, LONGEST_COLUMN) or NAMELESS, [kind or UNLABELLED for kind in kinds]
        )
    columns = {name: [entry.labels.get(name) for entry in entries] for name in names}
    others, left = others_of(columns, main)
    if main is None and others:
        main, others = others[0], others[1:]
    return own, FileLabels(main, others, notes=told_of_others(left))


def _is_picture(entry: Entry) -> bool:
    """By its suffix, or where it has none by how it begins."""
    if PurePosixPath(entry.name).suffix:
        return is_picture(entry.name)
    return begins_as_picture(entry.head())


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
                        begin=partial(_content, file, 16),
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
