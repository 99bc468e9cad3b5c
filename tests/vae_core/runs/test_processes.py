"""Processes that outlive who started them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vae_core.runs import processes
from vae_core.runs.lock import FileLock, is_locked
from vae_core.runs.processes import NICENESS, own_command, own_environment, start_holding


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


def test_a_process_works_in_the_folder_of_who_started_it_and_trusts_nothing_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "random.py").write_text("raise SystemExit('this is not the random you want')")
    monkeypatch.chdir(tmp_path)
    done = subprocess.run(
        own_command("vae_core", "data"), env=own_environment(), capture_output=True, text=True
    )
    assert "latent-atlas data" in done.stderr
    asked = "import os, random, vae_core.runs.processes as p; print(os.getcwd(), p.__file__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", asked],
        env=own_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(tmp_path), str(Path(processes.__file__))]
