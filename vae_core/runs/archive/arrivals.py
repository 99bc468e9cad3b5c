"""Bringing runs in: unpacked aside, checked there, and put among the others by one rename each.

Whatever is wrong or is killed in between, no run here is touched, and none is half there.
"""

import secrets
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from vae_core.errors import AtlasError
from vae_core.runs.archive.checks import settle
from vae_core.runs.archive.unpack import Archive, Packed, TooLarge
from vae_core.runs.files import sync_folder
from vae_core.runs.lock import FileLock
from vae_core.runs.run import Run
from vae_core.runs.store import RUN_ID, new_id
from vae_core.sentences import plain

_ASIDE = ".import-"
_LOCK = ".import.lock"
_OTHERS = ("datasets", "sweeps", "tensorboard")  # what else lies in a folder of runs
_PATIENCE = 10.0  # seconds that another import is waited for

Admit = Callable[[Run], None]


@dataclass(frozen=True)
class ImportedRuns:
    """What came of an import.

    Attributes:
        runs: those that are here now.
        problems: a sentence on each that is not, and on what was left out of others.
        renamed: the new name of each run whose own was taken, or was none for a run.
    """

    runs: list[Run] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)


def _anybody(run: Run) -> None:
    """Admit every run."""


def import_runs(
    source: BinaryIO | Path, runs_dir: Path, *, admit: Admit = _anybody
) -> ImportedRuns:
    """Put the runs of a ZIP into a folder of runs. Nothing starts; what trained is paused.

    Args:
        source: the ZIP, or its path. Anybody may have made it.
        runs_dir: the folder of runs; made where there is none.
        admit: called with each sound run before it is put among the others; it may write into its
            folder, and raises AtlasError to keep it out.

    Raises:
        AtlasError: the ZIP as a whole cannot be read, or nothing can be written there.
    """
    if isinstance(source, Path) and not source.is_file():
        raise AtlasError(f"There is no file {source}: check the path of the ZIP.")
    called = plain(source.name) if isinstance(source, Path) else "This file"
    lock = FileLock(runs_dir / _LOCK)
    try:
        with _opened(source) as stream:
            archive = Archive(stream, called)
            runs_dir.mkdir(parents=True, exist_ok=True)
            if not lock.acquire(_PATIENCE):
                raise AtlasError("Another import is going on: try again when it is done.")
            _sweep(runs_dir)
            return _import(archive, runs_dir, admit)
    except OSError as error:
        raise AtlasError(
            f"{called} cannot be imported into {runs_dir} ({error.strerror or error}): check that "
            "it is there, and that there is room and leave to write."
        ) from error
    finally:
        lock.release()


def _import(archive: Archive, runs_dir: Path, admit: Admit) -> ImportedRuns:
    aside = runs_dir / f"{_ASIDE}{secrets.token_hex(4)}"
    result = ImportedRuns()
    try:
        arrived = [
            (packed, run)
            for number, packed in enumerate(archive.runs)
            if (run := _arrived(archive, packed, aside / f"{number}", result)) is not None
        ]
        for packed, run in arrived:
            try:
                admit(run)
                _place(run, packed, runs_dir, result)
            except AtlasError as problem:
                result.problems.append(_refused(packed, problem))
        sync_folder(runs_dir)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return result


def _arrived(archive: Archive, packed: Packed, place: Path, result: ImportedRuns) -> Run | None:
    """A run that was unpacked to ``place`` and is sound; None where it is not, and said so."""
    # Under a name that sentences may have, for they name the folder.
    run = Run(place / _name(packed))
    try:
        archive.unpack(packed, run.path)
        left_out = settle(run)
    except TooLarge:
        raise
    except AtlasError as problem:
        result.problems.append(_refused(packed, problem))
        shutil.rmtree(place, ignore_errors=True)
        return None
    result.problems.extend(left_out)
    return run


def _place(run: Run, packed: Packed, runs_dir: Path, result: ImportedRuns) -> None:
    target = runs_dir / run.id
    if run.id != packed.name or run.id in _OTHERS or target.exists():
        while target.exists() or target.name in (packed.name, run.id):
            target = runs_dir / new_id(run.config, run.stored_status().created)
        result.renamed[plain(packed.name) or "a run without a name"] = target.name
    run.path.rename(target)
    result.runs.append(Run(target))


def _name(packed: Packed) -> str:
    """What the run is called: as in the ZIP, if a run may be called so."""
    return packed.name if RUN_ID.fullmatch(packed.name) else "run"


def _refused(packed: Packed, problem: AtlasError) -> str:
    return f"{plain(packed.name) or 'A run'} was not imported: {problem}"


def _opened(source: BinaryIO | Path) -> "nullcontext[BinaryIO] | BinaryIO":
    return source.open("rb") if isinstance(source, Path) else nullcontext(source)


def _sweep(runs_dir: Path) -> None:
    """Delete what an import that was killed has left. Only for who holds the lock of imports."""
    for leftover in runs_dir.glob(f"{_ASIDE}*"):
        shutil.rmtree(leftover, ignore_errors=True)
