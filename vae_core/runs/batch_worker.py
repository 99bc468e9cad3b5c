"""The process that takes one batch of a paused run: ``python -m vae_core.runs.batch_worker``.

It is told the run, and the number of an inherited file descriptor that holds the batch lock of the
folder of runs.
"""

import sys
from pathlib import Path

from vae_core.runs.faults import take_batch
from vae_core.runs.lock import FileLock
from vae_core.runs.processes import give_way
from vae_core.runs.run import Run


def main(run_path: Path) -> None:
    """Take the batch if the run still rests; the batch lock ends with this process."""
    give_way()
    run = Run(run_path)
    run_lock = FileLock(run.lock_path)
    if run_lock.acquire(patience=1.0):
        # It may have been resumed or removed in between.
        if run.stored_status().state == "paused":
            take_batch(run)
        run_lock.release()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
