"""Training that ends in a state, whatever happens: faults become sentences in ``status.json``."""

import errno
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from vae_core.errors import AtlasError
from vae_core.runs.divergence import remedy
from vae_core.runs.run import Run
from vae_core.runs.session import Listener, Session
from vae_core.runs.status import RunStatus
from vae_core.sentences import why
from vae_core.shortages import shortage
from vae_core.training import Diverged


def _silent(status: RunStatus) -> None:
    """Tell nobody."""


def train_run(
    run: Run,
    listener: Listener = _silent,
    ending: Callable[[], bool] = bool,
    threads: int | None = None,
) -> RunStatus:
    """Train a run whose lock this process holds (arguments as for ``Session``).

    Returns:
        The last status. A fault is a status too: ``failed``, with the reason in a sentence. The
        checkpoints from before it stay.
    """
    return _in_a_state(run, listener, lambda: Session(run, listener, ending, threads).train())


def take_batch(run: Run) -> RunStatus:
    """Train a paused run, whose lock this process holds, on one batch (``Session.take_batch``).

    Returns:
        The last status, as ``train_run``.
    """
    return _in_a_state(run, _silent, lambda: Session(run, _silent, bool).take_batch())


def _in_a_state(run: Run, listener: Listener, work: Callable[[], RunStatus]) -> RunStatus:
    diverged = None
    try:
        return work()
    except Diverged as error:
        reason = diverged = (
            f"{error.what}: training has diverged. Start anew with {remedy(run.config)}; "
            "the last checkpoint is kept."
        )
    except AtlasError as error:
        reason = str(error)
    except OSError as error:
        reason = _disk_sentence(error, run.path)
    except Exception as error:  # noqa: BLE001  a run must end in a state, whatever it was
        told = shortage(error)
        if told is None:
            traceback.print_exc()  # into worker.log, for whoever mends it
        reason = told or (
            f"Training stopped on an unexpected fault ({type(error).__name__}: {why(error)}). "
            "Details are in worker.log of the run; Resume tries again from the last checkpoint."
        )
    failed = run.stored_status().model_copy(
        update={
            "state": "failed",
            "reason": reason,
            "diverged": diverged,
            "updated": time.time(),
        }
    )
    with suppress(OSError):  # a full disk: the run counts as interrupted, and may be resumed
        run.write_status(failed)
    listener(failed)
    return failed


def _disk_sentence(error: OSError, path: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The disk is full ({path}): free some space, then Resume goes on from the last "
            "checkpoint."
        )
    return (
        f"{error.filename or path} cannot be used ({error.strerror or error}): put that right, "
        "then Resume goes on from the last checkpoint."
    )
