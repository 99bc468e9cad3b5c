"""Who trains when: one run at a time, the oldest queued one next, with no server to keep order.

A process that trains holds ``.training.lock`` of the runs folder. Whoever ends, or puts a run into
the queue, or opens the app, calls ``ensure_worker``; it starts a worker if nobody trains.
Releasing the lock *before* looking at the queue, and queueing *before* looking at the lock, makes
sure that no run is left waiting: one of the two sees the other.
"""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from vae_core.errors import AtlasError
from vae_core.runs.commands import Command, leave_command, waiting_commands
from vae_core.runs.config import RunConfig
from vae_core.runs.flat import changed
from vae_core.runs.lock import FileLock, is_locked
from vae_core.runs.metrics import ChangeEvent, RefusalEvent, answered
from vae_core.runs.owner import owner_elsewhere, refuse_owned
from vae_core.runs.processes import start_holding
from vae_core.runs.run import Run
from vae_core.runs.status import RESUMABLE, RunStatus
from vae_core.runs.store import create_run, list_runs

LET_GO_SECONDS = 10.0  # a process that gives way to all others may take that long to end

# Workers that this process started, so that it can take note of their end (else they stay zombies).
_workers: list[subprocess.Popen[bytes]] = []


def training_lock_path(runs_dir: Path) -> Path:
    """The lock that lets one run of a folder train at a time."""
    return runs_dir / ".training.lock"


def submit(config: RunConfig, runs_dir: Path) -> Run:
    """Make a run that trains when its turn comes. Raises AtlasError as ``create_run``."""
    run = create_run(config, runs_dir)
    ensure_worker(runs_dir)
    return run


def next_queued(runs_dir: Path) -> Run | None:
    """The run that has waited longest and that no other process has taken for itself."""
    waiting = [
        (run.stored_status().queued, run)
        for run in list_runs(runs_dir)
        if run.stored_status().state == "queued"
        and not is_locked(run.lock_path)
        and owner_elsewhere(run.path) is None
    ]
    return min(waiting, key=lambda pair: pair[0])[1] if waiting else None


def ensure_worker(runs_dir: Path) -> None:
    """Start a worker for the next queued run if there is one and nobody is training.

    The worker inherits the lock that is taken here, so two callers cannot start two.
    """
    _workers[:] = [worker for worker in _workers if worker.poll() is None]
    if next_queued(runs_dir) is None:
        return
    lock = FileLock(training_lock_path(runs_dir))
    if not lock.acquire(patience=0):
        return
    try:
        run = next_queued(runs_dir)
        if run is not None:
            _start_worker(run, lock)
    finally:
        lock.release()


def _start_worker(run: Run, lock: FileLock) -> None:
    log = run.path / "worker.log"
    _workers.append(start_holding(lock, "vae_core.runs.worker", run.path, log))


def request_pause(run: Run) -> None:
    """Ask for a checkpoint and a rest; a queued run rests at once. Raises AtlasError otherwise."""
    _request(run, "pause", "paused")


def request_stop(run: Run) -> None:
    """Ask for a checkpoint and the end; a queued or paused run ends at once."""
    _request(run, "stop", "stopped")


def request_change(run: Run, **values: float | None) -> str:
    """Ask for another learning rate, beta or free bits from the next step on.

    Of a run at rest, that is the first step after it goes on.

    Args:
        run: the run.
        values: by the names of the settings; None leaves one as it is.

    Returns:
        The id of the command, by which ``answer`` finds what became of it.

    Raises:
        AtlasError: the run has ended, its algorithm has no use for it, or the value cannot be.
    """
    status = run.status()
    if status.state == "finished":
        raise AtlasError(
            f"{run.title} is finished: its settings can be changed only before that. "
            "A clone of it goes on with others."
        )
    given = {name: value for name, value in values.items() if value is not None}
    changed(run.config, given)
    command = Command.model_validate({"command": "change", **given})
    try:
        return leave_command(run.commands_path, command)
    except OSError as error:
        raise AtlasError(
            f"{run.path} cannot be written ({error.strerror or error}): "
            "free some space and try again."
        ) from error


def answer(run: Run, command: str) -> ChangeEvent | RefusalEvent | None:
    """What became of a change, by its id; None while it waits."""
    return answered(run.events()).get(command)


def request_resume(run: Run) -> None:
    """Put a paused, stopped, failed or interrupted run back into this machine's queue.

    Raises:
        AtlasError: it is in another state.
    """
    requeue(run)
    ensure_worker(run.path.parent)


def requeue(run: Run) -> None:
    """The same without starting a worker. Raises AtlasError as ``request_resume``."""

    def check(status: RunStatus) -> None:
        if status.state not in RESUMABLE:
            raise AtlasError(f"{run.title} is {status.state}: there is nothing to resume.")

    def requeued(status: RunStatus) -> RunStatus:
        check(status)
        _drop_rests(run)  # a Pause that came twice would pause it again
        update = {"state": "queued", "reason": None, "diverged": None, "queued": time.time()}
        return status.model_copy(update=update)

    check(run.status())
    # Who has just written that the run rests may still be putting its lock away.
    if not _edit_status(run, requeued, patience=LET_GO_SECONDS):
        raise _held(run)


def _request(run: Run, command: str, state: str) -> None:
    def check(found: RunStatus) -> RunStatus:
        if found.state not in ("running", "queued", "paused", "interrupted"):
            raise AtlasError(f"{run.title} is {found.state}: there is nothing to {command}.")
        return found

    def at_rest(found: RunStatus) -> RunStatus:
        update = {"state": state, "reason": None, "updated": time.time()}
        return check(found).model_copy(update=update)

    deadline = time.monotonic() + LET_GO_SECONDS
    while True:
        now = check(run.status()).state
        if now != "running" and _edit_status(run, at_rest):
            return
        if now in ("running", "queued"):
            # A queued run that somebody holds is about to train: a worker obeys once it does.
            leave_command(run.commands_path, Command.model_validate({"command": command}))
            return
        if time.monotonic() > deadline:
            raise _held(run)


def _drop_rests(run: Run) -> None:
    """Take away the pauses and stops that wait; changes stay."""
    for waiting in waiting_commands(run.commands_path):
        if waiting.command is not None and waiting.command.command != "change":
            waiting.remove()


def _held(run: Run) -> AtlasError:
    return AtlasError(f"{run.title} is just coming to rest: try again in a moment.")


def _edit_status(run: Run, edit: Callable[[RunStatus], RunStatus], patience: float = 0.2) -> bool:
    """Rewrite the status of a run that nobody trains, under its lock; False if that is held."""
    refuse_owned(run.path)
    lock = FileLock(run.lock_path)
    if not lock.acquire(patience):
        return False
    try:
        run.write_status(edit(run.status_when_idle()))
    except OSError as error:
        raise AtlasError(
            f"{run.path} cannot be written ({error.strerror or error}): "
            "free some space and try again."
        ) from error
    finally:
        lock.release()
    return True
