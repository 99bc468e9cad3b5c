"""Files below the app's cache folder that can be made again: measurements, findings.

What is torn or of another kind is thrown away by whoever reads it, the files that were not read for
longest make room, and a disk that is full costs time alone.
"""

import os
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from latent_atlas.places import app_cache

_TORN = 3600.0  # seconds after which a file that is still being written is no more


@dataclass(frozen=True)
class FileShelf:
    """One folder of such files, each named by a hexadecimal digest.

    Attributes:
        name: of the folder.
        suffix: of the files, with its dot.
        largest: bytes of one file; a larger one is not kept.
        most: bytes of all together.
    """

    name: str
    suffix: str
    largest: int
    most: int

    @property
    def folder(self) -> Path:
        """Where they are."""
        return app_cache() / self.name

    def path(self, key: str) -> Path:
        """Of the file under this key."""
        return self.folder / f"{key}{self.suffix}"

    def read(self, key: str) -> bytes | None:
        """What is kept under this key; None where nothing is, or a file that is too large was."""
        path = self.path(key)
        try:
            if path.stat().st_size > self.largest:
                path.unlink()
                return None
            content = path.read_bytes()
        except OSError:
            return None
        with suppress(OSError):
            os.utime(path)  # read just now: others make room first
        return content

    def drop(self, key: str) -> None:
        """Throw away what is not sound."""
        with suppress(OSError):
            self.path(key).unlink()

    def write(self, key: str, content: bytes) -> None:
        """Keep it whole or not at all; a disk that refuses keeps nothing."""
        if len(content) > self.largest:
            return
        # A name of its own: two servers on one cache may write the same at the same time.
        temporary = self.folder / f".{key}.{secrets.token_hex(4)}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(content)
            os.replace(temporary, self.path(key))
            self._make_room()
        except OSError:
            with suppress(OSError):
                temporary.unlink()

    def _make_room(self) -> None:
        """Delete those that were not read for longest, and what a killed server left unfinished."""
        kept = []
        for path in self.folder.glob(f"*{self.suffix}"):
            with suppress(OSError):  # another server was faster
                about = path.stat()
                kept.append((about.st_mtime, about.st_size, path))
        total = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total <= self.most:
                break
            total -= size
            with suppress(OSError):
                path.unlink()
        for path in self.folder.glob(".*.part"):
            with suppress(OSError):
                if path.stat().st_mtime < time.time() - _TORN:
                    path.unlink()
