"""A process that trains runs in children which die where they are told to. Run by test_kill.py.

Torch is imported once, here; each experiment is a fork. A line of standard input is an experiment,
``{"run": path, "die": null | {"at": what, "count": k}}``; a line of standard output is its outcome.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vae_core.runs import Run, pace
from vae_core.runs.foreground import train_here
from vae_core.runs.metrics import MetricsLog
from vae_core.training import TrainingLoop


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(owner: Any, name: str, count: int, *, after: bool = False) -> None:
    """Die at the count-th call of owner.name, before or after it does its work."""
    real: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def armed(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count and not after:
            _die()
        result = real(*args, **kwargs)
        if calls == count:
            _die()
        return result

    setattr(owner, name, armed)


def _arm_torn_line(count: int) -> None:
    """Die with half of the count-th log line written."""
    real = MetricsLog.append
    calls = 0

    def armed(self: MetricsLog, event: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == count:
            self._file.write(b'{"event": "metrics", "step": 1')
            self._file.flush()
            _die()
        real(self, event)

    MetricsLog.append = armed  # type: ignore[method-assign]


ARMS: dict[str, Callable[[int], None]] = {
    "step": lambda k: _arm(TrainingLoop, "step", k, after=True),
    "before fsync": lambda k: _arm(os, "fsync", k),
    "after fsync": lambda k: _arm(os, "fsync", k, after=True),
    "before rename": lambda k: _arm(Path, "rename", k),
    "after rename": lambda k: _arm(Path, "rename", k, after=True),
    "before replace": lambda k: _arm(os, "replace", k),
    "torn line": _arm_torn_line,
}


def _experiment(run: Path, die: dict[str, Any] | None) -> str:
    child = os.fork()
    if child == 0:
        pace.CHECKPOINT_EVERY = 0.02  # also in the middle of these short epochs
        pace.MEASURE_EVERY = 0.05
        if die:
            ARMS[die["at"]](die["count"])
        status = train_here(Run(run), lambda s: None, lambda: False, lambda name: None)
        os._exit(0 if status.state == "finished" else 1)
    _, ending = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(ending) else f"exit {os.waitstatus_to_exitcode(ending)}"


if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        print(_experiment(Path(request["run"]), request["die"]), flush=True)
