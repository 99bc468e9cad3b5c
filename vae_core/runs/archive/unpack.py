"""Taking the files of runs out of a ZIP that anybody may have made, within bounds.

Where a file goes follows from what it is, and never from a path in the archive.
"""

import io
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from vae_core.data.own.archive import (
    DAMAGE,
    DRIVE,
    ENCRYPTED,
    METHODS,
    count_entries,
    member_name,
)
from vae_core.data.own.limits import megabytes
from vae_core.errors import AtlasError
from vae_core.runs.archive.members import CONFIG, LOG, largest_size
from vae_core.sentences import counted, plain, why

MOST_FILES = 50_000  # entries of a ZIP, whatever they are
MOST_RUNS = 500
MOST_BYTES = 8 << 30  # of all files, unpacked
RATIO, RATIO_FLOOR = 500, 64 << 20  # unpacked for a packed byte, once so much is unpacked
LONGEST_LINE = 8 << 20  # bytes of a line of the log
_PIECE = 1 << 20


@dataclass(frozen=True)
class Packed:
    """A run in a ZIP: the name of its folder there, and its files by their names in a run.

    ``twice`` names a file that is there more than once, if one is.
    """

    name: str
    files: dict[str, zipfile.ZipInfo]
    twice: str | None


class TooLarge(AtlasError):
    """All of an archive is larger than it may be: no more of it is to be read."""


class Archive:
    """A ZIP of runs that is open for reading.

    Args:
        stream: of the ZIP.
        called: how sentences call it.

    Raises:
        AtlasError: it is damaged, too large, holds no run, or what nobody packs who means well.
    """

    def __init__(self, stream: BinaryIO, called: str) -> None:
        self._called, self._unpacked = called, 0
        try:
            # Counted first: `zipfile` makes an object of each before anybody can look.
            if count_entries(stream, MOST_FILES) > MOST_FILES:
                raise AtlasError(
                    f"{called} holds more than {counted(MOST_FILES, 'file')}: "
                    "pack fewer runs into one ZIP."
                )
            self._packed_bytes = stream.seek(0, io.SEEK_END)
            stream.seek(0)
            self._zip = zipfile.ZipFile(stream)
        except DAMAGE as error:
            raise AtlasError(
                f"{called} is no ZIP, or a damaged one: "
                "choose one that Latent Atlas has exported, or copy it again."
            ) from error
        self.runs = self._found()

    def unpack(self, packed: Packed, folder: Path) -> None:
        """Write the files of a run into ``folder``, which is not there yet.

        Raises:
            AtlasError: one is damaged or too large; some may be written already.
            TooLarge: so is all of the archive.
            OSError: they cannot be written.
        """
        if packed.twice is not None:
            raise AtlasError(f"{packed.twice} is in the ZIP twice.")
        folder.mkdir(parents=True)
        for name, member in packed.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as sink:
                for piece in self._pieces(member, name):
                    sink.write(piece)

    def _found(self) -> list[Packed]:
        """The runs: wherever a ``config.json`` lies, and what a run has lies beside and below."""
        named: dict[str, zipfile.ZipInfo] = {}
        twice: set[str] = set()
        for member in self._zip.infolist():
            name = member_name(member)
            _check_path(name, member, self._called)
            if not name.endswith("/"):
                twice |= {name} & named.keys()
                named[name] = member
        roots = [name.removesuffix(CONFIG) for name in named if _last(name) == CONFIG]
        if not roots:
            raise AtlasError(
                f"{self._called} holds no run: choose a ZIP that Latent Atlas has exported, "
                f"or pack the folders of runs, each with its {CONFIG}."
            )
        if len(roots) > MOST_RUNS:
            raise AtlasError(
                f"{self._called} holds {counted(len(roots), 'run')}: "
                f"pack {MOST_RUNS} at most into one ZIP."
            )
        files: dict[str, dict[str, zipfile.ZipInfo]] = {root: {} for root in roots}
        doubled: dict[str, str] = {}
        for name, member in named.items():
            for root in _above(name):
                inside = name[len(root) :]
                if root in files and largest_size(inside) is not None:
                    files[root][inside] = member
                    if name in twice:
                        doubled[root] = inside
        return [Packed(PurePosixPath(root).name, files[root], doubled.get(root)) for root in roots]

    def _pieces(self, member: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
        """What is in a member, as it comes; counted, for what is said of its size may be untrue."""
        if member.flag_bits & ENCRYPTED:
            raise AtlasError(f"{name} is encrypted: pack the run without a password.")
        if member.compress_type not in METHODS:
            raise AtlasError(
                f"{name} is packed by method {member.compress_type}, which is not read here: "
                "pack the run as an ordinary ZIP (deflate)."
            )
        largest = largest_size(name) or 0
        size, line = 0, 0
        try:
            with self._zip.open(member) as stream:
                while piece := stream.read(_PIECE):
                    size += len(piece)
                    self._count(len(piece))
                    if size > largest:
                        raise AtlasError(
                            f"{name} has more than {megabytes(largest)}, which no run needs."
                        )
                    if name == LOG:
                        line = _line(piece, line)
                    yield piece
        except DAMAGE as error:
            raise AtlasError(f"{name} is damaged ({why(error)}): copy or pack it again.") from error

    def _count(self, more: int) -> None:
        self._unpacked += more
        most = min(MOST_BYTES, max(RATIO_FLOOR, RATIO * self._packed_bytes))
        if self._unpacked > most:
            raise TooLarge(
                f"{self._called} unpacks to more than {megabytes(most)}, which is too much for its "
                "size: pack fewer runs into one ZIP."
            )


def _line(piece: bytes, before: int) -> int:
    """How long the last line of the log is by now. Raises AtlasError where one is too long."""
    first, last = piece.find(b"\n"), piece.rfind(b"\n")  # those between are within the piece
    if before + (len(piece) if first < 0 else first) > LONGEST_LINE:
        raise AtlasError(f"{LOG} has a line of more than {megabytes(LONGEST_LINE)}.")
    return before + len(piece) if last < 0 else len(piece) - last - 1


def _check_path(name: str, member: zipfile.ZipInfo, called: str) -> None:
    """Raises AtlasError at what nobody packs who means well."""
    if name.startswith("/") or DRIVE.match(name) or ".." in name.split("/") or "\0" in name:
        raise AtlasError(
            f"{called} holds “{plain(name)}”, a path that leads out of it: nothing was imported."
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise AtlasError(
            f"{called} holds the link “{plain(name)}”: pack the file itself instead of a link."
        )


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _above(name: str) -> list[str]:
    """The folders that could be the run of this file: the one that it is in, and the two above."""
    parts = name.split("/")
    return ["".join(f"{part}/" for part in parts[:-up]) for up in (1, 2, 3) if up <= len(parts)]
