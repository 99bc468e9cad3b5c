"""Processes that outlive who started them."""

import os
import subprocess
import sys
from pathlib import Path

from vae_core.runs.lock import FileLock, is_locked
from vae_core.runs.processes import NICENESS, start_holding


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


def test_a_worker_that_was_started_by_a_worker_gives_way_no_further() -> None:
    asked = (
        "import os; from vae_core.runs.processes import give_way; "
        "give_way(); give_way(); print(os.nice(0))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert int(done.stdout) == max(NICENESS, os.nice(0))
