"""The files of a ZIP, read where they lie: nothing is ever unpacked to the disk."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath

from vae_core.data.own.files import Entry, check_file_size
from vae_core.data.own.limits import Budget, plain
from vae_core.data.own.naming import is_archive, is_litter
from vae_core.errors import AtlasError

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
    """The archive in `stream`. Raises AtlasError if it is damaged."""
    try:
        return zipfile.ZipFile(stream)
    except DAMAGE as error:
        raise _damaged(budget.source, error) from error


def zip_entries(archive: zipfile.ZipFile, budget: Budget) -> list[Entry]:
    """The files in a ZIP, litter left out.

    Raises AtlasError at paths that lead out, links, encrypted files, archives inside, methods other
    than stored and deflated.
    """
    entries: list[Entry] = []
    for member in archive.infolist():
        name = member_name(member)
        _check_path(name, budget)
        if name.endswith("/") or is_litter(name):
            continue
        _check_member(member, name, budget)
        entries.append(Entry(name, member_reader(archive, member, budget)))
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
    label = f"{plain(member_name(member))} in {budget.source}"

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


def _check_path(name: str, budget: Budget) -> None:
    if name.startswith("/") or DRIVE.match(name) or ".." in PurePosixPath(name).parts:
        raise AtlasError(
            f"{budget.source} holds “{plain(name)}”, a path that leads out of it: "
            "pack the pictures again, with plain names."
        )


def _check_member(member: zipfile.ZipInfo, name: str, budget: Budget) -> None:
    shown = plain(name)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise AtlasError(
            f"{budget.source} holds the link “{shown}”: pack the file itself instead of a link."
        )
    if member.flag_bits & ENCRYPTED:
        raise AtlasError(
            f"{budget.source} is encrypted (“{shown}”): pack the pictures without a password."
        )
    if is_archive(name):
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
    return AtlasError(f"{label} is damaged ({error}): copy or pack it again.")
