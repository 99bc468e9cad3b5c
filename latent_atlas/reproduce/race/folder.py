"""A race on disk: started, watched, and cancelled by anybody, run by a process of its own.

The folder holds ``race.jsonl`` (see ``record``), ``lock``, which the process holds for life, so
that a killed one is noticed, and ``cancel`` once somebody asked for the end.
"""

import subprocess
import traceback
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from latent_atlas.reproduce.race.course import run
from latent_atlas.reproduce.race.entries import entries
from latent_atlas.reproduce.race.record import Begun, Course, Ended, Entry, Out, Point, append, read
from vae_core.errors import AtlasError
from vae_core.runs import runs_folder
from vae_core.runs.lock import FileLock, is_locked
from vae_core.runs.processes import start_holding
from vae_core.sentences import why

State = Literal["never", "running", "finished", "cancelled", "failed", "interrupted"]

# Processes that this one started, so that it can take note of their end (else they stay zombies).
_started: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Race:
    """The last race, as far as it has come.

    Attributes:
        state: ``never`` if there was none; ``interrupted`` if its process died.
        entries: who takes part.
        points: of each racer by key, ascending in samples.
        out: why a racer gave up, by key.
        reason: a sentence, if it failed.
    """

    state: State
    course: Course = field(default_factory=Course)
    entries: tuple[Entry, ...] = ()
    points: dict[str, list[Point]] = field(default_factory=dict)
    out: dict[str, str] = field(default_factory=dict)
    reason: str = ""


def race_folder() -> Path:
    """Where the race is kept: beside the runs, under a hidden name, which no run has."""
    return runs_folder() / ".race"


def start_race(folder: Path, course: Course | None = None) -> None:
    """Start a race in a process of its own, in place of the last one.

    Raises:
        AtlasError: one is on, or the folder cannot be written.
    """
    _started[:] = [process for process in _started if process.poll() is None]
    lock = FileLock(_lock(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not lock.acquire(patience=1.0):
            raise AtlasError("A race is on already: watch it, or cancel it first.")
        _cancel(folder).unlink(missing_ok=True)
        _record(folder).unlink(missing_ok=True)
        append(_record(folder), Begun(course=course or Course(), entries=entries()))
        _start_process(folder, lock)
    except OSError as error:
        raise AtlasError(
            f"The race cannot be kept in {folder} ({error.strerror or error}): "
            "free some space and try again."
        ) from error
    finally:
        lock.release()


def cancel_race(folder: Path) -> None:
    """Ask a running race to end; it does so within a moment. Raises AtlasError if it cannot."""
    if not is_locked(_lock(folder)):
        return
    try:
        _cancel(folder).touch()
    except OSError as error:
        raise AtlasError(
            f"{folder} cannot be written ({error.strerror or error}): "
            "free some space and try again."
        ) from error


def read_race(folder: Path) -> Race:
    """The last race and its state."""
    # The lock comes first: a race that ends in between has then written its last line.
    alive = is_locked(_lock(folder))
    begun: Begun | None = None
    ended: Ended | None = None
    points: defaultdict[str, list[Point]] = defaultdict(list)
    out: dict[str, str] = {}
    for event in read(_record(folder)):
        match event:
            case Begun():
                begun = event
            case Point():
                points[event.racer].append(event)
            case Out():
                out[event.racer] = event.reason
            case Ended():
                ended = event
    if begun is None:
        return Race("never")
    state: State = ended.state if ended else "running" if alive else "interrupted"
    reason = ended.reason if ended else ""
    return Race(state, begun.course, begun.entries, dict(points), out, reason)


def run_here(folder: Path) -> None:
    """Run the race that the record's first line describes (the process's own work).

    Whatever happens, the record's last line says how it ended.
    """
    try:
        _run(folder)
        ended = Ended(state="cancelled" if _cancel(folder).exists() else "finished")
    except AtlasError as error:
        ended = Ended(state="failed", reason=str(error))
    except Exception as error:  # noqa: BLE001  a race must end in a state, whatever it was
        traceback.print_exc()  # into race.log, for whoever mends it
        reason = f"The race stopped on an unexpected fault ({type(error).__name__}: {why(error)})."
        ended = Ended(state="failed", reason=reason)
    append(_record(folder), ended)


def _run(folder: Path) -> None:
    begun = next((event for event in read(_record(folder)) if isinstance(event, Begun)), None)
    if begun is None:
        raise AtlasError(f"{folder} holds no race.")
    for event in run(begun.course, begun.entries, _cancel(folder).exists):
        append(_record(folder), event)


def _start_process(folder: Path, lock: FileLock) -> None:
    log = folder / "race.log"
    _started.append(start_holding(lock, "latent_atlas.reproduce.race", folder, log))


def _record(folder: Path) -> Path:
    return folder / "race.jsonl"


def _cancel(folder: Path) -> Path:
    return folder / "cancel"


def _lock(folder: Path) -> Path:
    return folder / "lock"
