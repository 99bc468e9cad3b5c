"""What every engine does, and what it shares with the others."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol, TypeAlias

from vae_core.errors import AtlasError
from vae_core.runs.run import Run
from vae_core.runs.status import RunStatus

# Told a few times a second how all the runs are, in their order; None for one that was removed.
Told: TypeAlias = Callable[[Sequence[RunStatus | None]], None]

WATCH_EVERY = 0.3  # seconds
MOST_LOSSES = 2  # of the process of one run: then it stays interrupted, for it may be the cause


class Engine(Protocol):
    """Trains runs of one folder."""

    def __call__(self, runs: Sequence[Run], told: Told, ending: Callable[[], bool]) -> None:
        """Train what ``is_left`` of them, and return when there is nothing left to do.

        Where ``ending`` says so, those that train rest at a checkpoint, the others stay untrained,
        and all of them are ``paused``. Whatever kills this process, finished runs stay finished and
        nothing is lost but the steps since the last checkpoint.

        Raises:
            AtlasError: it cannot work here.
        """
        ...


def statuses(runs: Sequence[Run]) -> list[RunStatus | None]:
    """How they are; None for one that is not there any more or is damaged."""
    found: list[RunStatus | None] = []
    for run in runs:
        found.append(None)
        with suppress(AtlasError):
            found[-1] = run.status()
    return found


def is_left(status: RunStatus | None) -> bool:
    """Whether a run that rests is to go on when all of them are asked to.

    Not one that somebody stopped, nor one that diverged: it would do so again.
    """
    if status is None or (status.state == "failed" and status.diverged):
        return False
    return status.state in ("paused", "interrupted", "failed")
