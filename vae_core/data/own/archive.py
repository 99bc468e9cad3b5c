"""The files of a ZIP, read where they lie: nothing is ever unpacked to the disk."""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO

from vae_core.data.own.entries import Entry, check_file_size, check_files
from vae_core.data.own.limits import Budget
from vae_core.data.own.naming import HEAD, is_archive, is_litter, is_picture
from vae_core.errors import AtlasError
from vae_core.sentences import plain, why

ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
_END, _LOCATOR, _MEMBER = b"PK\x05\x06", b"PK\x06\x07", b"PK\x01\x02"
_LONGEST_END = 22 + (1 << 16) + 20  # with the longest comment, and where 64 bits are needed
_ENTRY = 46  # bytes of an entry of the directory, without its name
_LONGEST_ENTRY = _ENTRY + 3 * 0xFFFF
ENCRYPTED, UTF8 = 0x1, 0x800  # bits of a member's flags
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DRIVE = re.compile(r"[A-Za-z]:")
# What zipfile and zlib raise at archives that are broken, or that use what they do not know.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    IndexError,
    OverflowError,
)


def open_zip(stream: io.BufferedIOBase | io.BytesIO, budget: Budget) -> zipfile.ZipFile:
    """The archive in `stream`. Raises AtlasError if it is damaged, or has too many entries.

    They are counted first: `zipfile` makes an object of each before anybody can look.
    """
    try:
        check_files(count_entries(stream, budget.limits.files), budget)
        stream.seek(0)
        return zipfile.ZipFile(stream)
    except DAMAGE as error:
        raise _damaged(budget.source, error) from error


def count_entries(stream: BinaryIO | io.BufferedIOBase, most: int) -> int:
    """How many entries the directory of a ZIP has, or one more than `most`; 0 where none is found.

    What the end of the archive says of their number is not believed: they are walked.
    """
    length = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, length - _LONGEST_END))
    tail = stream.read(_LONGEST_END)
    at = tail.rfind(_END)
    if at < 0 or at + 20 > len(tail):
        return 0
    size, start = struct.unpack_from("<II", tail, at + 12)
    locator = tail.rfind(_LOCATOR, 0, at)
    if locator >= 0 and 0xFFFFFFFF in (size, start):  # more than four gigabytes, or said so
        (end64,) = struct.unpack_from("<Q", tail, locator + 8)
        stream.seek(min(end64, length))
        record = stream.read(56)
        if len(record) == 56:
            size, start = struct.unpack_from("<QQ", record, 40)
    # Bytes before the archive shift all that it says.
    stream.seek(max(0, length - len(tail) + at - size) if locator < 0 else min(start, length))
    count, left, buffer, place = 0, min(size, length), b"", 0
    while count <= most:
        if len(buffer) - place < _LONGEST_ENTRY and left:
            piece = stream.read(min(left, 1 << 20))
            left = left - len(piece) if piece else 0
            buffer, place = buffer[place:] + piece, 0
        if len(buffer) - place < _ENTRY or buffer[place : place + 4] != _MEMBER:
            return count
        place += _ENTRY + sum(struct.unpack_from("<HHH", buffer, place + 28))
        count += 1
    return count


def zip_entries(archive: zipfile.ZipFile, budget: Budget, *, packed: bool = False) -> list[Entry]:
    """The files in a ZIP, litter left out; `packed` as in `NamedFile`.

    Raises AtlasError at paths that lead out, links, encrypted files, archives inside, methods other
    than stored and deflated.
    """
    entries: list[Entry] = []
    for member in archive.infolist():
        name = member_name(member)
        _check_path(name, budget)
        if name.endswith("/") or is_litter(name):
            continue
        _check_member(member, name, budget, packed=packed)
        whole = not is_picture(name)  # arrays may be as large as the source
        entries.append(
            Entry(
                name,
                member_reader(archive, member, budget, whole),
                begin=partial(_beginning, archive, member, budget),
            )
        )
    return entries


def member_name(member: zipfile.ZipInfo) -> str:
    """The path of a member with forward slashes, in the letters that its maker meant.

    macOS writes UTF-8 without setting the flag that says so, and zipfile then reads it as cp437.
    """
    name = member.filename
    if not member.flag_bits & UTF8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = member.filename
    return name.replace("\\", "/")


def member_reader(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget, whole: bool = False
) -> Callable[[], bytes]:
    """A function that reads one member, counting as it comes.

    `whole`: it may be as large as the source may be.
    """
    label = budget.within(plain(member_name(member)))

    def read() -> bytes:
        content = bytearray()
        try:
            with archive.open(member) as stream:
                while piece := stream.read(1 << 18):
                    content += piece
                    budget.unpack(len(piece))
                    if not whole:
                        check_file_size(len(content), label, budget)
        except DAMAGE as error:
            raise _damaged(label, error) from error
        return bytes(content)

    return read


def _beginning(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget) -> bytes:
    """The first bytes of a member. Raises AtlasError where it is damaged."""
    try:
        with archive.open(member) as stream:
            return stream.read(HEAD)
    except DAMAGE as error:
        label = budget.within(plain(member_name(member)))
        raise _damaged(label, error) from error


def _check_path(name: str, budget: Budget) -> None:
    if name.startswith("/") or DRIVE.match(name) or ".." in PurePosixPath(name).parts:
        raise AtlasError(
            f"{budget.source} holds “{plain(name)}”, a path that leads out of it: "
            "pack the pictures again, with plain names."
        )


def _check_member(member: zipfile.ZipInfo, name: str, budget: Budget, *, packed: bool) -> None:
    shown = plain(name)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise AtlasError(
            f"{budget.source} holds the link “{shown}”: pack the file itself instead of a link."
        )
    if member.flag_bits & ENCRYPTED:
        raise AtlasError(
            f"{budget.source} is encrypted (“{shown}”): pack the pictures without a password."
        )
    if is_archive(name) and not packed:
        raise AtlasError(
            f"{budget.source} holds another archive, “{shown}”: unpack that first, then pack all "
            "pictures into one ZIP."
        )
    if member.compress_type not in METHODS:
        raise AtlasError(
            f"{budget.source} packs “{shown}” with method {member.compress_type}, which "
            "is not read here: pack the pictures as an ordinary ZIP (deflate)."
        )


def _damaged(label: str, error: Exception) -> AtlasError:
    return AtlasError(f"{label} is damaged ({why(error)}): copy or pack it again.")
