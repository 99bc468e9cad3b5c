"""Instants of a training at which it can be killed, each a call of something that it does.

To be used in a process that trains one run and ends: what it arms it does not disarm.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vae_core.runs import snapshots
from vae_core.runs.metrics import MetricsLog
from vae_core.training import TrainingLoop


@dataclass(frozen=True)
class Death:
    """When a worker is killed.

    Attributes:
        at: a name of `INSTANTS`; or `MOMENT`, at which it is killed from outside.
        count: at the how-manieth of them; of a moment, seconds after the worker's start.
    """

    at: str
    count: float

    def __str__(self) -> str:
        if self.at == MOMENT:
            return f"{self.count:.3f} s after its start"
        return f"{self.at} number {self.count:g}"


@dataclass(frozen=True)
class _Call:
    owner: object
    name: str
    after: bool = False


MOMENT = "moment"
TORN_LINE = "torn line"
# Within the writing of checkpoints, snapshots, log and status, and between steps.
INSTANTS = {
    "after step": _Call(TrainingLoop, "step", after=True),
    "before fsync": _Call(os, "fsync"),
    "after fsync": _Call(os, "fsync", after=True),
    "before rename": _Call(Path, "rename"),
    "after rename": _Call(Path, "rename", after=True),
    "before replace": _Call(os, "replace"),
    "after replace": _Call(os, "replace", after=True),
    "before snapshot": _Call(snapshots, "write_snapshot"),
    "after snapshot": _Call(snapshots, "write_snapshot", after=True),
    TORN_LINE: _Call(MetricsLog, "append"),
}


def arm(death: Death) -> None:
    """Make this process kill itself there; of a `MOMENT` somebody else has to take care."""
    if death.at == MOMENT:
        return
    call, calls = INSTANTS[death.at], 0
    real: Callable[..., object] = getattr(call.owner, call.name)

    def armed(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls != death.count:
            return real(*args, **kwargs)
        if death.at == TORN_LINE and isinstance(args[0], MetricsLog):
            _tear(args[0])
        if call.after:
            real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("this process should be dead")

    setattr(call.owner, call.name, armed)


def count_instants() -> Callable[[], dict[str, int]]:
    """From now on all calls are counted; asked later, how many there were of each kind."""
    found: Counter[tuple[int, str]] = Counter()
    for owner, name in {
        (id(c.owner), c.name): (c.owner, c.name) for c in INSTANTS.values()
    }.values():
        _count(owner, name, found)
    return lambda: {at: found[id(call.owner), call.name] for at, call in INSTANTS.items()}


def _count(owner: object, name: str, found: "Counter[tuple[int, str]]") -> None:
    real: Callable[..., object] = getattr(owner, name)

    def counting(*args: object, **kwargs: object) -> object:
        found[id(owner), name] += 1
        return real(*args, **kwargs)

    setattr(owner, name, counting)


def _tear(log: MetricsLog) -> None:
    """Half a line reaches the file, as where a write was cut off."""
    log._file.write(b'{"event": "metrics", "step": 1')
    log._file.flush()
