"""Processes of the project's own that outlive who started them."""

import subprocess
import sys
from pathlib import Path

from vae_core.runs.lock import FileLock

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
