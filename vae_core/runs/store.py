"""The folder of runs: making, finding and removing them."""

import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from vae_core.data.own import is_own
from vae_core.errors import AtlasError
from vae_core.runs.config import RunConfig, dataset_info
from vae_core.runs.environment import this_environment
from vae_core.runs.files import write_atomically
from vae_core.runs.gone import check_here
from vae_core.runs.lock import FileLock
from vae_core.runs.memory import refuse_too_large
from vae_core.runs.owner import refuse_owned
from vae_core.runs.run import Run
from vae_core.runs.run_document import Parent, RunDocument
from vae_core.runs.status import RunStatus
from vae_core.runs.validation import trained_on

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")


def create_run(
    config: RunConfig,
    runs_dir: Path,
    start: bytes | None = None,
    parent: Parent | None = None,
    run_id: str | None = None,
) -> Run:
    """Make the folder of a new run, in state ``queued``. Nothing starts yet (see ``queue``).

    Args:
        config: what is asked for.
        runs_dir: the folder of runs.
        start: a model file whose weights it begins with, instead of drawing them.
        parent: the run that it is a clone of, and where that stood.
        run_id: the run's name, where somebody has it written down already; a folder of that name
            whose making was cut off is made whole. Else ``new_id`` names it.

    Raises:
        AtlasError: the data are not there or too many for the algorithm, the model is larger than
            memory or than a checkpoint that can be read again, or the folder cannot be written.
    """
    info = dataset_info(config)
    images = trained_on(config, info)
    refuse_too_large(config, info.image_shape)
    if is_own(config.dataset):  # found again from anywhere, and called as people call it
        where, called = str(Path(info.where).resolve()), f"{info.title} · {config.size}"
        config = config.model_copy(update={"data_dir": where, "name": config.name or called})
    environment = this_environment(config.threads)
    config = config.model_copy(update={"threads": environment.threads})
    plan = config.plan(images)
    now = time.time()
    status = RunStatus(
        state="queued",
        total_steps=plan.total_steps(images),
        total_samples=plan.total_samples,
        epochs=plan.total_samples / images,
        created=now,
        queued=now,
        updated=now,
    )
    try:
        run = Run(_make_folder(config, runs_dir, now, run_id))
        if start is not None:
            run.start_path.write_bytes(start)
        # The status comes last: a folder without one is no run yet.
        document = RunDocument(config=config, environment=environment, parent=parent)
        write_atomically(run.path / "config.json", document.model_dump_json(indent=1))
        run.write_status(status)
    except OSError as error:
        raise AtlasError(
            f"The run cannot be kept in {runs_dir} ({error.strerror or error}): free some space or "
            "choose another folder (--runs-dir, LATENT_ATLAS_RUNS)."
        ) from error
    return run


def _make_folder(config: RunConfig, runs_dir: Path, now: float, run_id: str | None) -> Path:
    """Of this name, or of one that no run has: of many in a second two may draw the same."""
    runs_dir.mkdir(parents=True, exist_ok=True)
    if run_id is not None:
        path = runs_dir / run_id
        path.mkdir(exist_ok=True)
        return path
    while True:
        path = runs_dir / new_id(config, now)
        with suppress(FileExistsError):
            path.mkdir()
            return path


def list_runs(runs_dir: Path) -> list[Run]:
    """The sound runs in a folder, newest first."""
    return all_runs(runs_dir)[0]


def damaged_runs(runs_dir: Path) -> list[tuple[Path, str]]:
    """The folders that look like runs and cannot be read, each with a sentence."""
    return all_runs(runs_dir)[1]


def all_runs(runs_dir: Path) -> tuple[list[Run], list[tuple[Path, str]]]:
    """What `list_runs` and `damaged_runs` say, for one look at the folder."""
    found = _scan(runs_dir)
    sound = [run for run, problem in found if problem is None]
    return sound, [(run.path, problem) for run, problem in found if problem is not None]


def open_run(runs_dir: Path, run_id: str) -> Run:
    """The run of this name.

    Raises:
        AtlasError: there is none, or it is damaged.
    """
    if not RUN_ID.fullmatch(run_id) or not (runs_dir / run_id).is_dir():
        raise AtlasError(
            f"There is no run “{run_id}” in {runs_dir}: list the runs to see their names."
        )
    run = Run(runs_dir / run_id)
    run.document  # noqa: B018  a damaged one says so here
    run.stored_status()
    return run


def new_id(config: RunConfig, now: float) -> str:
    """A name for a run that begins now: when, on what, what; and chance, as two may at once."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    data = re.sub(r"[^A-Za-z0-9]+", "-", config.dataset).strip("-").lower()[:40] or "data"
    size = config.size.lower().replace("-", "")
    return f"{stamp}-{data}-{size}-{secrets.token_hex(2)}"


def remove_run(run: Run) -> None:
    """Delete a run that nobody trains, with its models.

    Raises:
        AtlasError: it is being trained, or its folder cannot be removed.
    """
    refuse_owned(run.path)
    check_here(run.path)
    lock = FileLock(run.lock_path)
    # Whoever looks at a run holds its lock for a moment: a longer one on a busy machine.
    if not lock.acquire(patience=2.0):
        raise AtlasError(f"{run.title} is training: stop it before you remove it.")
    try:
        # Under a hidden name at once, so that nobody lists a run that is half gone.
        doomed = run.path.with_name(f".{run.id}.removed")
        run.path.rename(doomed)
        shutil.rmtree(doomed)
    except OSError as error:
        raise AtlasError(
            f"{run.path} cannot be removed ({error.strerror}): check its permissions."
        ) from error
    finally:
        lock.release()


def _scan(runs_dir: Path) -> list[tuple[Run, str | None]]:
    try:
        there = os.listdir(runs_dir)  # noqa: PTH208  as below
    except OSError:
        return []
    found: list[tuple[Run, str | None]] = []
    for name in sorted(filter(RUN_ID.fullmatch, there), reverse=True):
        # Thousands of times at every turn of a page, so without a Path for each.
        if not os.path.exists(f"{runs_dir}/{name}/status.json"):  # noqa: PTH110
            continue  # not a run, or one whose making was cut off before anything happened
        run = Run(runs_dir / name)
        try:
            run.document  # noqa: B018
            run.stored_status()
        except AtlasError as problem:
            found.append((run, str(problem)))
        else:
            found.append((run, None))
    return found
