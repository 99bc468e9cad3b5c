"""Processes that outlive who started them, and let others go first."""

import subprocess
import sys
from pathlib import Path

from vae_core.runs.lock import FileLock, is_locked
from vae_core.runs.processes import NICENESS, start_holding

PROGRAM = """import os, sys
from pathlib import Path
from vae_core.runs.processes import give_way
before = os.nice(0)
give_way()
group = Path("/proc/self/autogroup")
print(os.nice(0) - before, group.read_text().split()[-1] if group.exists() else "none")"""


def test_who_gives_way_does_so_as_a_process_and_as_a_session() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,  # or it would be pytest's own
    )
    process, session = done.stdout.split()
    assert int(process) == NICENESS
    assert session in ("none", "0", f"{NICENESS}")  # 0 where the system does not allow it


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
