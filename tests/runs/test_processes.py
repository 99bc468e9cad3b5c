"""Processes that outlive who started them."""

from pathlib import Path

from vae_core.runs.lock import FileLock, is_locked
from vae_core.runs.processes import start_holding


def test_the_lock_is_held_by_who_was_started(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert lock.acquire()
    # `timeit FOLDER DESCRIPTOR` refuses these arguments, says so in the log, and ends.
    process = start_holding(lock, "timeit", tmp_path, tmp_path / "log")
    assert process.wait(timeout=30) != 0
    assert (tmp_path / "log").stat().st_size > 0
    assert is_locked(tmp_path / "lock")
    lock.release()
    assert not is_locked(tmp_path / "lock")
