"""Taking one batch of a run that is paused, by a short process of its own."""

import subprocess
from pathlib import Path

from vae_core.errors import AtlasError
from vae_core.runs.lock import FileLock, is_locked
from vae_core.runs.processes import start_holding
from vae_core.runs.run import Run

_PATIENCE = 3.0  # seconds: as long as a batch of another run takes

# Processes that this one has started, so that it can take note of their end.
_started: list[subprocess.Popen[bytes]] = []


def request_batch(run: Run) -> int:
    """Have the next batch of a paused run taken; its trace is left a second or two later.

    Returns the step at which the run rests: that of the trace is a later one.

    Raises:
        AtlasError: the run is in another state, its algorithm takes no steps that can be shown, or
            a batch is being taken here already.
    """
    if not run.config.traceable:
        raise AtlasError(
            f"{run.config.algorithm.name} with this posterior takes its steps in another way than "
            f"these: of {run.title} they are not shown."
        )
    if not run.config.algorithm.simply_weighed:
        raise AtlasError(
            f"What the rate costs {run.title} is not beta times what it is: "
            "its steps are not shown."
        )
    status = run.status()
    if status.state != "paused":
        raise AtlasError(f"{run.title} is {status.state}: pause it to take one batch.")
    _started[:] = [each for each in _started if each.poll() is None]
    lock = FileLock(_lock_path(run.path.parent))
    if not lock.acquire(_PATIENCE):
        raise AtlasError("A batch is being taken already: try again in a moment.")
    try:
        log = run.path / "worker.log"
        rests = run.stored_status().step  # a batch of somebody else has been taken meanwhile
        _started.append(start_holding(lock, "vae_core.runs.batch_worker", run.path, log))
        return rests
    except OSError as error:
        raise AtlasError(
            f"No process could be started ({error.strerror or error}): try again in a moment."
        ) from error
    finally:
        lock.release()


def takes_a_batch(runs_dir: Path) -> bool:
    """Whether a batch of any run of this folder is being taken now."""
    return is_locked(_lock_path(runs_dir))


def _lock_path(runs_dir: Path) -> Path:
    """One at a time: however many people ask, there is room for one more process."""
    return runs_dir / ".batch.lock"
