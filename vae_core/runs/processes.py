"""Processes of the project's own that outlive who started them."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from vae_core.runs.lock import FileLock

NICENESS = 10  # the pointer on the latent plane comes first
_HOME = Path(__file__).resolve().parents[2]  # a checkout, or site-packages


def give_way() -> None:
    """Take this process to ``NICENESS``, and no further if whoever started it is there already."""
    os.nice(max(0, NICENESS - os.nice(0)))


def own_command(module: str, *words: str) -> list[str]:
    """What runs a module of this program: the same Python, blind to what lies in the folder.

    Without -P a `random.py` in the working directory would stand in for Python's own.
    """
    return [sys.executable, "-P", "-m", module, *words]


def own_environment(**more: str) -> dict[str, str]:
    """The environment in which such a module is found from any working directory."""
    if Path(sysconfig.get_path("purelib")).resolve() == _HOME:
        # Python looks there anyway, and last: nothing installed may come before its own modules.
        return {**os.environ, **more}
    path = os.pathsep.join(filter(None, [str(_HOME), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, **more}


def start_holding(
    lock: FileLock, module: str, folder: Path, log: Path
) -> "subprocess.Popen[bytes]":
    """Start ``python -m module FOLDER DESCRIPTOR``, which takes over the held ``lock``.

    Its working directory is ours, so that relative paths mean the same to both. It has a session
    of its own, so that it outlives the app and the terminal, and what it says is added to ``log``.
    Raises OSError where no process can be made.
    """
    with log.open("ab") as file:
        return subprocess.Popen(
            own_command(module, str(folder.resolve()), str(lock.descriptor)),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
            pass_fds=(lock.descriptor,),
            env=own_environment(),
        )
