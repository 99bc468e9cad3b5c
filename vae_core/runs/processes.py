"""Processes of the project's own that outlive who started them."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from vae_core.runs.lock import FileLock

NICENESS = 10  # the pointer on the latent plane comes first
_ROOT = Path(__file__).parents[2]


def start_holding(
    lock: FileLock, module: str, folder: Path, log: Path
) -> "subprocess.Popen[bytes]":
    """Start ``python -m module FOLDER DESCRIPTOR``, which takes over the held ``lock``.

    It has a session of its own, so that it outlives the app and the terminal, and what it says
    is added to ``log``. Raises OSError where no process can be made.
    """
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", module, str(folder.resolve()), str(lock.descriptor)],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
            pass_fds=(lock.descriptor,),
            cwd=_ROOT,
        )


def give_way() -> None:
    """Have this process, and those that it starts, let others go first."""
    os.nice(NICENESS)
    # Where Linux shares the cores out by session (as on many a desk), niceness counts only among
    # the processes of one, and a worker has a session to itself: so the session gives way, too.
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(f"{NICENESS}", encoding="ascii")
