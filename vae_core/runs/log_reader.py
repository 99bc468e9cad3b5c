"""Reading a log that grows: each line is parsed once, as soon as it is whole."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from vae_core.runs.metrics import EVENT, Event

_CHUNK = 2**20  # bytes in memory at once, so that a long log costs no more than what is made of it
_TAIL = 256  # bytes before our place by which the file is known to be still the same


class LogReader:
    """Keeps its place in ``metrics.jsonl`` and gives what came since. Not for several threads.

    A last line without its end is left for later. Lines that are not events are passed over.
    A file that is not there has no lines.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = 0
        self._tail = b""
        self._inode: int | None = None

    def news(self) -> tuple[bool, Iterator[Event]]:
        """Whether the file began anew, so that what was read holds no longer; and the new events.

        The events have to be taken to their end before the next call.
        """
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            afresh = self._place > 0
            self._forget(None)
            return afresh, iter(())
        afresh = not self._is_the_same(file)
        if afresh:
            afresh = self._place > 0
            self._forget(os.fstat(file.fileno()).st_ino)
        return afresh, self._events(file)

    def _is_the_same(self, file: BinaryIO) -> bool:
        """Whether it is the file that was read, and still holds what was read just before."""
        if os.fstat(file.fileno()).st_ino != self._inode:
            return False
        file.seek(self._place - len(self._tail))
        return file.read(len(self._tail)) == self._tail

    def _forget(self, inode: int | None) -> None:
        self._place, self._tail, self._inode = 0, b"", inode

    def _events(self, file: BinaryIO) -> Iterator[Event]:
        with file:
            file.seek(self._place)
            rest = b""
            while chunk := file.read(_CHUNK):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._place += len(line) + 1
                    self._tail = (self._tail + line + b"\n")[-_TAIL:]
                    if line and (event := _parsed(line)) is not None:
                        yield event


def read_events(path: Path) -> list[Event]:
    """All events in the order of the file, without lines that are torn or not ours."""
    _, events = LogReader(path).news()
    return list(events)


def _parsed(line: bytes) -> Event | None:
    try:
        return EVENT.validate_json(line)
    except ValidationError:
        return None
