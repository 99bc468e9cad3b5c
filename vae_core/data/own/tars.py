"""The files of a tar archive, packed or not. Nothing is unpacked to the disk."""

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from vae_core.data.own.entries import Entry, check_file_size, check_files
from vae_core.data.own.limits import Budget
from vae_core.data.own.naming import is_litter
from vae_core.errors import AtlasError
from vae_core.sentences import plain, why

Stream = io.BufferedIOBase | io.BytesIO

_OPENERS: dict[bytes, Callable[[Stream], object]] = {
    b"\x1f\x8b": lambda stream: gzip.GzipFile(fileobj=stream),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lambda stream: lzma.LZMAFile(cast(BinaryIO, stream)),  # noqa: SIM115
}
_DAMAGE = (
    tarfile.TarError,
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    ValueError,
    OverflowError,
)
_MAGIC, _AT = b"ustar", 257  # where a tar of this century says what it is


def is_tar(stream: Stream) -> bool:
    """Whether a stream is a tar archive, packed or not; it is left at its beginning."""
    try:
        with _unpacked(stream, 1 << 20) as plain_stream:
            return plain_stream.read(512)[_AT : _AT + len(_MAGIC)] == _MAGIC
    except _DAMAGE:
        return False
    finally:
        stream.seek(0)


def tar_entries(stream: Stream, budget: Budget) -> list[Entry]:
    """The files in a tar archive, litter left out, in memory: a packed one cannot be entered twice.

    Raises AtlasError at paths that lead out and at damage; links are passed over.
    """
    entries: list[Entry] = []
    longest = budget.limits.file_bytes + 1
    try:
        with (
            _unpacked(stream, longest) as unpacked,
            tarfile.open(fileobj=unpacked, mode="r:") as archive,
        ):
            for count, member in enumerate(archive):
                check_files(count + 1, budget)
                name = member.name.removeprefix("./")
                if name.startswith("/") or ".." in PurePosixPath(name).parts:
                    raise AtlasError(
                        f"{budget.source} holds “{plain(name)}”, a path that leads out of it: "
                        "pack the pictures again, with plain names."
                    )
                if not member.isreg() or is_litter(name):
                    continue
                check_file_size(member.size, budget.within(plain(name)), budget)
                opened = archive.extractfile(member)
                data = b"" if opened is None else opened.read(longest)
                budget.unpack(len(data))
                entries.append(Entry(name, _content(data)))
    except _DAMAGE as error:
        raise AtlasError(
            f"{budget.source} is damaged ({why(error)}): copy or pack it again."
        ) from error
    return entries


@contextmanager
def _unpacked(stream: Stream, longest: int) -> Iterator[BinaryIO]:
    """A stream of what a packed one holds, of which nobody reads more than `longest` at once."""
    head = stream.read(6)
    stream.seek(0)
    opener = next((make for magic, make in _OPENERS.items() if head.startswith(magic)), None)
    yield cast(BinaryIO, _Bounded(stream if opener is None else opener(stream), longest))


class _Bounded:
    """A stream that refuses to read much at once: what a header announces is not believed."""

    def __init__(self, stream: object, longest: int) -> None:
        self._stream, self._longest = cast(BinaryIO, stream), longest

    def read(self, size: int = -1) -> bytes:
        """As of any stream. Raises ValueError at more than is allowed."""
        if not 0 <= size <= self._longest:
            raise ValueError(f"a header that announces {size:,} bytes")
        return self._stream.read(size)

    def seek(self, place: int, whence: int = 0) -> int:
        """As of any stream."""
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        """As of any stream."""
        return self._stream.tell()


def _content(data: bytes) -> Callable[[], bytes]:
    return lambda: data
