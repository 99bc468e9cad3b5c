"""Processes of the project's own that outlive who started them."""

import os
import subprocess
import sys
from pathlib import Path

from vae_core.runs.lock import FileLock

_ROOT = Path(__file__).parents[2]
NICENESS = 10  # the pointer on the latent plane comes first


def give_way() -> None:
    """Take this process to ``NICENESS``, and no further if whoever started it is there already."""
    os.nice(max(0, NICENESS - os.nice(0)))


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
