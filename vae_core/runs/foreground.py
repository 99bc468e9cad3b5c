"""Training in the calling process, in turn with the workers of the same runs folder."""

import time
from collections.abc import Callable

from vae_core.errors import AtlasError
from vae_core.runs.faults import train_run
from vae_core.runs.lock import FileLock
from vae_core.runs.owner import refuse_owned
from vae_core.runs.queue import ensure_worker, training_lock_path
from vae_core.runs.run import Run
from vae_core.runs.session import Listener
from vae_core.runs.status import RESUMABLE, RunStatus


def train_here(
    run: Run,
    listener: Listener,
    ending: Callable[[], bool],
    waiting: Callable[[str], None],
    threads: int | None = None,
) -> RunStatus:
    """Train a queued or resumable run here, as soon as no other run of the folder is training.

    Args:
        run: what to train.
        listener, ending: as for ``Session``.
        waiting: told once, if another run has to end first.
        threads: another number of threads than the run began with.

    Raises:
        AtlasError: the run is being trained already, or has nothing left to train.
    """
    refuse_owned(run.path)
    own = FileLock(run.lock_path)
    if not own.acquire(patience=0.5):
        raise AtlasError(f"{run.id} is being trained already: pause or stop it first.")
    turn = FileLock(training_lock_path(run.path.parent))
    try:
        status = run.status_when_idle()
        if status.state != "queued" and status.state not in RESUMABLE:
            raise AtlasError(f"{run.id} is {status.state}: there is nothing to resume.")
        status = status.model_copy(update={"state": "queued", "reason": None, "diverged": None})
        run.write_status(status)
        if not turn.acquire(patience=0):
            waiting("the run before it")
            while not turn.acquire(patience=0):
                if ending():
                    return status
                time.sleep(0.2)
        return train_run(run, listener, ending, threads)
    finally:
        own.release()
        turn.release()
        ensure_worker(run.path.parent)
