"""Stopping in time what has trained, or filled the disk, for as long as its owner may."""

import threading
import time
from contextlib import suppress
from pathlib import Path

from latent_atlas.ui.limits import is_active, is_beyond, limits
from latent_atlas.ui.owners import owners_of
from vae_core.errors import AtlasError
from vae_core.runs import Run, list_runs, request_stop

_LOOK = 2.0  # seconds between looks


class _Watch:
    """The runs that are looked at, by a thread that ends when there are none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}
        self._thread: threading.Thread | None = None

    def add(self, run: Run) -> None:
        with self._lock:
            self._runs[run.id] = run
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="limits", daemon=True)
                self._thread.start()

    def _look(self) -> None:
        while True:
            with self._lock:
                runs = list(self._runs.values())
                if not runs:
                    self._thread = None
                    return
            for run in runs:
                if not is_active(run) or _stopped(run):
                    with self._lock:
                        self._runs.pop(run.id, None)
            time.sleep(_LOOK)


_watch = _Watch()


def stop_in_time(run: Run) -> None:
    """Have a run that was started or resumed stopped once it goes beyond its owner's limits."""
    if _are_limited():
        _watch.add(run)


def stop_those_before_in_time(runs_dir: Path) -> None:
    """The same for all that were started before the server was."""
    for run in list_runs(runs_dir) if _are_limited() else []:
        if is_active(run) and owners_of(run.path):
            _watch.add(run)


def _are_limited() -> bool:
    now = limits()
    return now.seconds is not None or now.megabytes is not None


def _stopped(run: Run) -> bool:
    """Whether a run was asked to stop because it is beyond its owner's limits."""
    with suppress(AtlasError, OSError):
        if run.status().state == "running" and is_beyond(run):
            request_stop(run)
            return True
    return False
