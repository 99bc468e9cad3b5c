"""Runs that were removed and can be put back for some time: ``.removed`` in the folder of runs.

A run goes in and out by one rename, and what is to be known of it is in its name there,
``SECONDS-TOKEN.ID``: whatever is killed in between, there is the run or the removed run, whole.
What goes for good is first renamed to a name that is no run's, so none is found half gone.
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vae_core.errors import AtlasError
from vae_core.runs.gone import check_here
from vae_core.runs.lock import FileLock
from vae_core.runs.owner import refuse_owned
from vae_core.runs.run import Run

FOLDER = ".removed"
MOST_DAYS = 7
MOST_BYTES = 2_000_000_000
MOST_RUNS = 500
UNDO_SECONDS = 3_600  # for so long a removal can be undone, however large it is

_NAME = re.compile(r"([0-9]{1,12})-[0-9a-f]{8}\.([A-Za-z0-9][A-Za-z0-9._-]{0,119})")
_GONE = ".gone-"


@dataclass(frozen=True)
class RemovedRun:
    """A run in the bin; ``removed`` is when that was, in seconds since 1970."""

    path: Path
    id: str
    removed: float


def remove_to_bin(runs: Iterable[Run]) -> tuple[list[RemovedRun], list[tuple[Run, str]]]:
    """Remove runs so that they can be put back, and empty the bin of what is too old or too much.

    Returns:
        Those removed, and those that were not, each with a sentence: one that trains, or whose
        folder cannot be moved. One that is refused keeps no other from being removed.
    """
    removed, refused = [], []
    for run in runs:
        try:
            removed.append(_remove(run))
        except AtlasError as problem:
            refused.append((run, str(problem)))
    for folder in {each.path.parent.parent for each in removed}:
        empty_bin(folder)
    return removed, refused


def removed_runs(runs_dir: Path) -> list[RemovedRun]:
    """What is in the bin, what was removed last first."""
    try:
        names = [(path, _NAME.fullmatch(path.name)) for path in (runs_dir / FOLDER).iterdir()]
    except OSError:
        return []
    found = [RemovedRun(path, name[2], float(name[1])) for path, name in names if name]
    return sorted(found, key=lambda each: (each.removed, each.path.name), reverse=True)


def put_back(removed: RemovedRun) -> Run:
    """Put a run back where it was; under a name with a number where its own is taken by now.

    Raises:
        AtlasError: it is in the bin no more, or its folder cannot be moved.
    """
    runs_dir = removed.path.parent.parent
    for number in range(1, 1000):
        target = runs_dir / (removed.id if number == 1 else f"{removed.id[:112]}-{number}")
        if target.exists():
            continue
        try:
            removed.path.rename(target)
        except FileNotFoundError as error:
            raise AtlasError(
                f"{removed.id} is among the removed runs no more: list those that are."
            ) from error
        except OSError as error:
            raise AtlasError(
                f"{removed.id} cannot be put back ({error.strerror}): "
                f"check the permissions of {runs_dir}."
            ) from error
        return Run(target)
    raise AtlasError(f"{removed.id} cannot be put back: a thousand runs bear its name.")


def empty_bin(runs_dir: Path, now: float | None = None) -> int:
    """Delete for good what is too old, or beyond the bin's size; returns how many runs that were.

    What was removed within the last hour stays.
    """
    now = time.time() if now is None else now
    _sweep(runs_dir / FOLDER)
    doomed, count, size = [], 0, 0
    for each in removed_runs(runs_dir):
        count, size = count + 1, size + _size(each.path)
        age = now - each.removed
        too_many = count > MOST_RUNS or size > MOST_BYTES
        if age > UNDO_SECONDS and (too_many or age > 86_400 * MOST_DAYS):
            doomed.append(each)
    return delete_removed(doomed)


def delete_removed(doomed: Sequence[RemovedRun]) -> int:
    """Delete these for good; returns how many that were, without those that are put back by now."""
    deleted = 0
    for each in doomed:
        gone = each.path.with_name(f"{_GONE}{each.path.name}")
        with suppress(OSError):  # somebody has just put it back, or it is not ours to delete
            each.path.rename(gone)
            deleted += 1
            shutil.rmtree(gone)
    return deleted


def _sweep(folder: Path) -> None:
    """Delete what a deletion that was cut off has left."""
    for path in folder.glob(f"{_GONE}*"):
        shutil.rmtree(path, ignore_errors=True)


def _remove(run: Run) -> RemovedRun:
    check_here(run.path)
    refuse_owned(run.path)
    lock = FileLock(run.lock_path)
    try:
        # Whoever looks at a run holds its lock for a moment: a longer one on a busy machine.
        if not lock.acquire(patience=2.0):
            raise AtlasError(f"{run.title} is training: stop it before you remove it.")
        folder = run.path.parent / FOLDER
        folder.mkdir(exist_ok=True)
        now = int(time.time())
        target = folder / f"{now}-{secrets.token_hex(4)}.{run.id}"
        run.path.rename(target)
    except OSError as error:
        raise AtlasError(
            f"{run.path} cannot be removed ({error.strerror}): check its permissions."
        ) from error
    finally:
        lock.release()
    return RemovedRun(target, run.id, float(now))


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(f"{place}/{name}").st_size
    return total
