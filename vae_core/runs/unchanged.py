"""What was read of files and folders that have stayed as they were since.

A page asks for all runs at every turn, and there may be thousands.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from vae_core.errors import AtlasError

T = TypeVar("T")

MOST = 1 << 15
# Two changes in one tick of the clock look like one: what changed just now is read again.
SETTLED = 2_000_000_000  # nanoseconds


class Unchanged(Generic[T]):
    """Reads a path when it has changed since it was read last; a refusal is remembered as well."""

    def __init__(self, read: Callable[[Path], T]) -> None:
        """`read` may raise AtlasError, and has to do without what else could change."""
        self._read = read
        self._known: dict[str, tuple[tuple[int, int, int], T | AtlasError]] = {}

    def __call__(self, path: str) -> T:
        """What `read` makes of `path`, which is a word: to make a Path of it takes as long again.

        Raises AtlasError as `read` does.
        """
        try:
            stat = os.stat(path)  # noqa: PTH116
        except OSError:
            self._known.pop(path, None)
            return self._read(Path(path))
        stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        known = self._known.get(path)
        if known is not None and known[0] == stamp:
            found = known[1]
        else:
            try:
                found = self._read(Path(path))
            except AtlasError as problem:
                found = problem
            if time.time_ns() - stat.st_mtime_ns > SETTLED:
                self._keep(path, stamp, found)
        if isinstance(found, AtlasError):
            raise AtlasError(str(found))
        return found

    def _keep(self, path: str, stamp: tuple[int, int, int], found: T | AtlasError) -> None:
        # What came first goes first: of more than that many, read in order, none would be left.
        while len(self._known) >= MOST:
            self._known.pop(next(iter(self._known)), None)
        self._known[path] = (stamp, found)
