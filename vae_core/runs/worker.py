"""The process that trains a run in the background: ``python -m vae_core.runs.worker RUN LOCK``.

LOCK is the number of an inherited file descriptor that holds the training lock of the runs folder.
"""

import signal
import sys
from pathlib import Path
from types import FrameType

from vae_core.runs.faults import train_run
from vae_core.runs.lock import FileLock
from vae_core.runs.owner import owner_elsewhere
from vae_core.runs.processes import give_way
from vae_core.runs.queue import ensure_worker, training_lock_path
from vae_core.runs.run import Run


def main(run_path: Path, lock_descriptor: int) -> None:
    """Train the run if it is still wanted, then hand over to the next in the queue."""
    told_to_end = False

    def end(signal_number: int, frame: FrameType | None) -> None:
        nonlocal told_to_end
        told_to_end = True

    signal.signal(signal.SIGTERM, end)
    give_way()
    run = Run(run_path)
    runs_dir = run_path.parent
    training_lock = FileLock(training_lock_path(runs_dir), lock_descriptor)
    run_lock = FileLock(run.lock_path)
    if run_lock.acquire(patience=1.0):
        # It may have been paused or removed between being chosen and this process being up.
        if run.stored_status().state == "queued" and owner_elsewhere(run_path) is None:
            train_run(run, ending=lambda: told_to_end)
        run_lock.release()
    training_lock.release()
    if not told_to_end:
        ensure_worker(runs_dir)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
