"""An operating-system lock on a file: held by a living process, or free. It cannot go stale."""

import fcntl
import os
import time
from pathlib import Path


class FileLock:
    """An exclusive lock that the kernel releases when its holder ends, however it ends.

    Example:
        >>> lock = FileLock(run.path / "lock")
        >>> if lock.acquire():
        ...     train()
        ...     lock.release()
    """

    def __init__(self, path: Path, descriptor: int | None = None) -> None:
        """On ``path``; with ``descriptor``, one that was inherited already held."""
        self._path = path
        self._descriptor = descriptor

    @property
    def descriptor(self) -> int:
        """The file descriptor that holds it, for a child. Raises ValueError if it is not held."""
        if self._descriptor is None:
            raise ValueError(f"the lock {self._path} is not held")
        return self._descriptor

    def acquire(self, patience: float = 0.2) -> bool:
        """Try for ``patience`` seconds (somebody may be looking at it); is it ours now?"""
        # Not inheritable (Python's default): a worker that we start does not keep it.
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(0.02)
            else:
                self._descriptor = descriptor
                return True

    def release(self) -> None:
        """Give it up; does nothing if it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_locked(path: Path) -> bool:
    """Whether a living process holds the lock."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        # Shared, so that two who look at once do not see each other.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
