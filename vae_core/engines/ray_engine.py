"""A Ray cluster: one remote task a run, on a folder of runs that all machines share.

Ray decides which machine trains which run, and tries anew where a machine is lost; what was
trained until then is in the run's folder. RAY_ADDRESS names the cluster; without it Ray starts one
on this machine. This program has to be installed on every machine, and the folder of runs and the
data have to be at the same place.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from vae_core.engines.base import MOST_LOSSES, WATCH_EVERY, Told, is_left, statuses
from vae_core.errors import AtlasError
from vae_core.runs.faults import train_run
from vae_core.runs.lock import FileLock
from vae_core.runs.owner import STALE_AFTER, Disowned, owner_elsewhere, owning
from vae_core.runs.queue import request_pause, requeue
from vae_core.runs.run import Run
from vae_core.sentences import counted, why


def train_on_ray(runs: Sequence[Run], told: Told, ending: Callable[[], bool]) -> None:
    """Train what is left of the runs on a Ray cluster (``Engine``).

    Raises:
        AtlasError: the cluster cannot be reached or started, or cannot do what a task does.
    """
    ray = _connected()
    for run, status in zip(runs, statuses(runs), strict=True):
        if is_left(status):
            requeue(run)
    tasks = [
        ray.remote(train_alone)
        .options(num_cpus=run.config.threads or 1, max_retries=MOST_LOSSES)
        .remote(str(run.path.resolve()))
        for run, status in zip(runs, statuses(runs), strict=True)
        if status is not None and status.active
    ]
    resting, fault = False, None
    while tasks:
        told(statuses(runs))
        if ending() and not resting:
            resting = True
            _rest(runs)
        ended, tasks = ray.wait(tasks, num_returns=len(tasks), timeout=WATCH_EVERY)
        for task in ended:
            try:
                ray.get(task)
            except ray.exceptions.RayError as error:  # most leave a run that says so of itself
                fault = error
    found = statuses(runs)
    told(found)
    untouched = sum(status is not None and status.state == "queued" for status in found)
    if fault is not None and untouched:
        raise AtlasError(
            f"The Ray cluster could not begin {counted(untouched, 'trial')} ({_last_line(fault)}): "
            "check that Latent Atlas is installed on each of its machines, and that the folder of "
            "runs is at the same place there."
        ) from fault


def train_alone(folder: str) -> str:
    """What a task does: train one run that waits, or that a lost machine left; returns its state.

    A run that is trained elsewhere is waited for, until its owner has ended or has given no sign of
    life for long enough. The lock is waited for as well: what a lost machine held of it, its last
    process or the server of a share lets go only after a while.
    """
    run = Run(Path(folder))
    lock = FileLock(run.lock_path)
    deadline = time.monotonic() + 2 * STALE_AFTER
    while owner_elsewhere(run.path) is not None or not lock.acquire(patience=0):
        if time.monotonic() > deadline:
            return str(run.status().state)
        time.sleep(1.0)
    try:
        status = run.status_when_idle()
        # Paused or removed meanwhile, or done by somebody else.
        if status.state not in ("queued", "interrupted"):
            return str(status.state)
        with owning(run.path) as ownership:
            run.write_status(status.model_copy(update={"state": "queued", "reason": None}))
            return str(train_run(run, ending=ownership.check).state)
    except Disowned:  # Ray would take it for the loss of this process, and try anew
        return str(run.stored_status().state)
    finally:
        lock.release()


def _rest(runs: Sequence[Run]) -> None:
    """Pause all that is not done; a task that finds its run paused does nothing."""
    for run, status in reversed(list(zip(runs, statuses(runs), strict=True))):
        if status and status.active:
            with suppress(AtlasError):  # it has just ended
                request_pause(run)


def _connected() -> Any:  # noqa: ANN401  Ray's module, which need not be installed
    import ray

    if not ray.is_initialized():
        try:
            ray.init(log_to_driver=False, include_dashboard=False)
        except Exception as error:  # Ray raises a bare one where its start takes too long
            raise AtlasError(
                f"The Ray cluster cannot be reached or started ({_last_line(error)}): check "
                "RAY_ADDRESS, or unset it to use this machine alone."
            ) from error
    return ray


def _last_line(error: Exception) -> str:
    """What it says, without the traceback of another machine before it."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return why(lines[-1].strip().rstrip("."))
