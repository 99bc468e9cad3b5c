"""Uploads that come in pieces, each behind the one before, into a file without a name.

Who wants to send something says how much, and is given a token that nobody can guess. It may send
that much and no more, one piece after the other; once all is here, the session of its page takes
it. What nobody goes on with is let go of after a while.

A file without a name is gone with the last who has it open, however that ends: a session, or the
whole server.
"""

import io
import os
import secrets
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from latent_atlas.places import app_cache
from latent_atlas.ui.owners import Owner
from vae_core.data.own import megabytes
from vae_core.errors import AtlasError
from vae_core.sentences import why

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MEGABYTE = 1 << 20
LARGEST_PIECE = 8 * MEGABYTE
PATIENCE = 600.0  # seconds after the last piece, or until what is whole is taken
_AT_ONCE = 16  # uploads on their way
_EACH = 4  # of them, of one owner
_LEFT_FREE = 64 * MEGABYTE  # of the disk
_LOOK = 20.0  # seconds between looks for what nobody goes on with


class UploadRefused(AtlasError):
    """What was sent is not taken; `status` is the one of HTTP that says so."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Content:
    """Bytes on the disk in a file without a name."""

    def __init__(self, folder: Path) -> None:
        """OSError where there can be no such file in that folder."""
        folder.mkdir(parents=True, exist_ok=True)
        # Unbuffered: what a full disk has not taken must not be tried once more by closing it.
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 (closed below)
        self.close = weakref.finalize(self, self._file.close)

    def write(self, at: int, data: bytes) -> None:
        """Put `data` at that place. OSError where the disk is full."""
        left = memoryview(data)
        while left:
            written = os.pwrite(self._file.fileno(), left, at)
            left, at = left[written:], at + written

    def read(self, at: int, count: int) -> bytes:
        """As many as `count` bytes from that place on; readers do not get in each other's way."""
        return os.pread(self._file.fileno(), count, at)

    @property
    def length(self) -> int:
        """In bytes."""
        return os.fstat(self._file.fileno()).st_size

    def opened(self) -> io.BufferedReader:
        """A reader of its own, at the beginning; `Content` lives as long as it."""
        return io.BufferedReader(_Reader(self), MEGABYTE // 4)


class _Reader(io.RawIOBase):
    def __init__(self, content: Content) -> None:
        self._content, self._at = content, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._content.length}[whence]
        if start + offset < 0:
            raise ValueError("a place before the beginning of a file")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        data = self._content.read(self._at, len(view))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


@dataclass(frozen=True)
class Announced:
    """What somebody wants to send: `bytes` in all; `packed` as in `vae_core.data.own.NamedFile`.

    `files` is how many were packed; 1 where none were.
    """

    name: str
    bytes: int
    packed: bool
    files: int


@dataclass
class _Arrival:
    announced: Announced
    content: Content
    touched: float
    owner: Owner | None = None
    received: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Arrivals:
    """The uploads on their way. Any thread may call; `clock` says the seconds.

    What is let go of is closed by the last who has it: a piece that is on its way would else be
    written into whatever file was opened next.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._arrivals: dict[str, _Arrival] = {}
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None

    def begin(self, announced: Announced, owner: Owner | None = None) -> str:
        """The token under which the pieces are to be sent.

        An owner who has begun as many as one may loses the one that has waited longest. Raises
        UploadRefused where too many others are on their way, or the disk has no room.
        """
        folder = app_cache() / "uploads"
        with self._lock:
            self._let_go_of_idle()
            self._make_room_for(owner)
            if len(self._arrivals) >= _AT_ONCE:
                raise UploadRefused(503, "Too many others are sending files now: try again soon.")
            try:
                content = Content(folder)
                free = shutil.disk_usage(folder).free
            except OSError as error:
                raise UploadRefused(
                    507,
                    f"Nothing can be put into the cache folder ({why(error.strerror)}): put that "
                    "right, or name another folder in LATENT_ATLAS_CACHE.",
                ) from error
            coming = sum(each.announced.bytes - each.received for each in self._arrivals.values())
            if free - coming - announced.bytes < _LEFT_FREE:
                content.close()
                raise UploadRefused(
                    507,
                    f"The disk has no room for {megabytes(announced.bytes)} more: free some space, "
                    "or name a folder of another disk in LATENT_ATLAS_CACHE.",
                )
            token = secrets.token_urlsafe(24)
            self._arrivals[token] = _Arrival(announced, content, self._clock(), owner)
            self._watch()
        return token

    def add(self, token: str, at: int, piece: bytes) -> int:
        """Put a piece where the last one ended; returns how many bytes are here now.

        One that is here already is taken for the same again: its answer was lost. Raises
        UploadRefused otherwise, and where there is no such upload, or this is more than was said.
        """
        arrival = self._found(token)
        with arrival.lock:
            end = at + len(piece)
            if end > arrival.announced.bytes:
                raise UploadRefused(413, "More was sent than was said: bring the files again.")
            if end <= arrival.received:
                return arrival.received
            if at != arrival.received:
                raise UploadRefused(409, "A piece was lost on the way: bring the files again.")
            try:
                arrival.content.write(at, piece)
            except OSError as error:
                raise UploadRefused(
                    507, f"It cannot be kept ({why(error.strerror)}): free some space."
                ) from error
            arrival.received, arrival.touched = end, self._clock()
            return end

    def take(self, token: str) -> tuple[Announced, Content] | None:
        """What was sent, once all of it is here; whoever takes it has it alone."""
        with self._lock:
            arrival = self._arrivals.get(token)
            if arrival is None or arrival.received < arrival.announced.bytes:
                return None
            del self._arrivals[token]
        return arrival.announced, arrival.content

    def cancel(self, token: str) -> None:
        """Let go of it, whole or not."""
        with self._lock:
            self._arrivals.pop(token, None)

    def on_their_way(self) -> int:
        """How many there are."""
        with self._lock:
            self._let_go_of_idle()
            return len(self._arrivals)

    def _found(self, token: str) -> _Arrival:
        with self._lock:
            arrival = self._arrivals.get(token)
        if arrival is None:
            raise _unknown()
        return arrival

    def _make_room_for(self, owner: Owner | None) -> None:
        """Let go of what an owner began and left, so that nobody takes the room of all."""
        own = [key for key, each in self._arrivals.items() if each.owner == owner]
        if owner is not None and len(own) >= _EACH:
            idle = min(own, key=lambda key: self._arrivals[key].touched)
            del self._arrivals[idle]

    def _let_go_of_idle(self) -> None:
        late = self._clock() - PATIENCE
        for token in [key for key, each in self._arrivals.items() if each.touched < late]:
            del self._arrivals[token]

    def _watch(self) -> None:
        """Look from now on for what nobody goes on with, as long as there is anything."""
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._look, name="uploads", daemon=True)
            self._watcher.start()

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK)
            with self._lock:
                self._let_go_of_idle()
                if not self._arrivals:
                    self._watcher = None
                    return


def _unknown() -> UploadRefused:
    return UploadRefused(404, "This upload was called off, or nothing came for too long.")


arrivals = Arrivals()
