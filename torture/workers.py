"""Training workers that are started as the app starts them, but by a fork, and that may be killed.

Everything is the program's own way from `submit` and `request_resume` to the worker's `main`; only
the new Python, which would spend two seconds on importing torch, is a fork of this process.
"""

import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from unittest.mock import patch

from torture.deaths import MOMENT, Death, arm
from vae_core.runs import pace, queue, worker
from vae_core.runs.lock import FileLock


@dataclass
class Fork:
    """A worker, with as much of `subprocess.Popen` as the queue asks for."""

    pid: int
    status: int | None = field(default=None)

    def poll(self) -> int | None:
        """How it ended, as an exit code or a negative signal; None while it lives."""
        return self._reap(os.WNOHANG)

    def wait(self) -> int:
        """How it ended, once it has."""
        return cast(int, self._reap(0))

    def killed_after(self, seconds: float) -> int:
        """Kill it then, if it still lives; how it ended."""
        until = time.monotonic() + seconds
        while (ended := self.poll()) is None:
            left = until - time.monotonic()
            if left <= 0:
                os.kill(self.pid, signal.SIGKILL)
                return self.wait()
            time.sleep(min(left, 0.02))
        return ended

    def _reap(self, options: int) -> int | None:
        if self.status is None:
            found, ending = os.waitpid(self.pid, options)
            if found:
                self.status = os.waitstatus_to_exitcode(ending)
        return self.status


def ended(start: Callable[[], object], prepare: Callable[[], None], death: Death | None) -> int:
    """How the worker ended that `start` had the queue start: an exit code or a negative signal.

    Args:
        start: asks for training, as the app does.
        prepare: is called in the worker before it begins, where there is one.
        death: how it is to be killed.
    """

    def before() -> None:
        # Checkpoints and measurements in the midst of epochs of a few hundredths of a second, too.
        pace.CHECKPOINT_EVERY, pace.MEASURE_EVERY = 0.02, 0.05
        prepare()
        if death is not None:
            arm(death)

    with _forked_workers(before) as started:
        start()
    [fork] = started
    if death is not None and death.at == MOMENT:
        return fork.killed_after(death.count)
    return fork.wait()


@contextmanager
def _forked_workers(before: Callable[[], None]) -> Iterator[list[Fork]]:
    """While it lasts, the queue starts its workers by forks, which call `before` first."""
    started: list[Fork] = []

    def start_holding(lock: FileLock, module: str, folder: Path, log: Path) -> Fork:
        pid = os.fork()
        if pid == 0:
            _be_worker(lock, folder, log, before)
        started.append(Fork(pid))
        return started[-1]

    with patch.object(queue, "start_holding", start_holding):
        yield started


def _be_worker(lock: FileLock, folder: Path, log: Path, before: Callable[[], None]) -> None:
    """What `start_holding` has a new Python do. Never returns."""
    code = 1
    try:
        os.setsid()
        with log.open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        before()
        worker.main(folder, lock.descriptor)
        code = 0
    except BaseException:  # noqa: BLE001  a fork must not go on with its parent's work
        traceback.print_exc()
    finally:
        os._exit(code)
