"""This machine's queue: one run at a time, in worker processes that outlive whoever asked."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

from vae_core.engines.base import MOST_LOSSES, WATCH_EVERY, Told, is_left, statuses
from vae_core.errors import AtlasError
from vae_core.runs.queue import ensure_worker, request_pause, request_resume
from vae_core.runs.run import Run


def train_queued(runs: Sequence[Run], told: Told, ending: Callable[[], bool]) -> None:
    """Put what is left of the runs into the queue, and watch until it is done (``Engine``)."""
    for run, status in zip(runs, statuses(runs), strict=True):
        if is_left(status):
            request_resume(run)
    losses: Counter[str] = Counter()
    while True:
        found = statuses(runs)
        told(found)
        if ending():
            _rest(runs, told)
            return
        for run, status in zip(runs, found, strict=True):
            if status and status.state == "interrupted" and losses[run.id] < MOST_LOSSES:
                losses[run.id] += 1
                with suppress(AtlasError):  # somebody else was quicker
                    request_resume(run)
        if not any(status and status.active for status in statuses(runs)):
            return
        if not any(status and status.state == "running" for status in found):
            ensure_worker(runs[0].path.parent)  # whoever would start the next may have been killed
        time.sleep(WATCH_EVERY)


def _rest(runs: Sequence[Run], told: Told) -> None:
    """Pause all that is not done: the last in the queue first, so that none begins meanwhile."""
    for run, status in reversed(list(zip(runs, statuses(runs), strict=True))):
        if status and status.active:
            with suppress(AtlasError):  # it has just ended
                request_pause(run)
    while any(status and status.active for status in statuses(runs)):
        told(statuses(runs))
        time.sleep(WATCH_EVERY)
