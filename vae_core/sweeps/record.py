"""A sweep on disk: ``sweeps/NAME.json`` of a runs folder. Its trials are runs like any others.

The record names the runs of all trials before the first of them is made, so that whoever goes on
after a kill finds each as it is, and makes only what was not made.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)

from vae_core.errors import AtlasError
from vae_core.quantities import Moment
from vae_core.runs.files import sync_folder, write_atomically
from vae_core.runs.flat import make_config
from vae_core.runs.lock import FileLock
from vae_core.runs.run import Run
from vae_core.runs.store import RUN_ID, create_run, new_id
from vae_core.sentences import did_you_mean
from vae_core.sweeps.plan import MOST_TRIALS, SweepPlan
from vae_core.sweeps.varying import setting_options, told_apart

FOLDER = "sweeps"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_LONGEST = 4_000_000  # bytes of a record
_LONGEST_NAME = 80  # characters of a run's

Settings = dict[Annotated[str, Field(min_length=1, max_length=64)], JsonValue]


class TrialRecord(BaseModel):
    """One trial: the id of its run, and its values of what varies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: Annotated[str, Field(pattern=f"^{RUN_ID.pattern}$")]
    values: Settings


class SweepDocument(BaseModel):
    """The content of a sweep's record.

    Attributes:
        given: the settings that all trials share, as ``make_config`` takes them.
        made: whether the runs of all trials were made. One that is missing then was removed by
            somebody, and is not made again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    created: Moment
    given: Settings
    trials: Annotated[tuple[TrialRecord, ...], Field(min_length=1, max_length=MOST_TRIALS)]
    made: bool = False

    @model_validator(mode="after")
    def _one_set_of_settings(self) -> Self:
        """All trials have values of the same settings, which exist, and each has its own run."""
        varies = self.trials[0].values.keys()
        if any(trial.values.keys() != varies for trial in self.trials):
            raise ValueError("the trials have values of different settings")
        if strange := {*varies, *self.given} - setting_options().keys():
            raise ValueError(f"there is no setting {min(strange)}")
        if len({trial.run for trial in self.trials}) < len(self.trials):
            raise ValueError("two trials have one run")
        return self

    @property
    def varies(self) -> dict[str, list[JsonValue]]:
        """The values of each setting that has several, in the order of the trials."""
        return {
            name: list(
                {repr(each.values[name]): each.values[name] for each in self.trials}.values()
            )
            for name in self.trials[0].values
        }


@dataclass(frozen=True)
class Sweep:
    """A sweep's record, read afresh wherever it is asked for."""

    path: Path

    @property
    def name(self) -> str:
        """What it is called."""
        return self.path.stem

    @property
    def runs_dir(self) -> Path:
        """The folder that its runs are in."""
        return self.path.parent.parent

    @property
    def document(self) -> SweepDocument:
        """The record. Raises AtlasError when it is missing or damaged."""
        try:
            if self.path.stat().st_size > _LONGEST:
                raise AtlasError(f"{self.path} is too long for the record of a sweep.")
            return SweepDocument.model_validate_json(self.path.read_bytes())
        except (OSError, ValidationError) as error:
            raise AtlasError(
                f"The record {self.path} of the sweep {self.name} cannot be read: restore it from "
                "a copy, or remove it; its runs are not touched by that."
            ) from error

    def runs(self) -> list[Run]:
        """The runs of its trials that are there, in the order of the trials."""
        folders = (self.runs_dir / trial.run for trial in self.document.trials)
        return [Run(folder) for folder in folders if _is_made(folder)]


def create_sweep(plan: SweepPlan, runs_dir: Path, name: str | None = None) -> Sweep:
    """Write the record of a new sweep; its runs are not made yet (``make_runs``).

    Raises:
        AtlasError: the name is taken or cannot be one, or the folder cannot be written.
    """
    now = time.time()
    first = plan.configs[0]
    if name is None:
        name = new_id(first, now)
    if not _NAME.fullmatch(name):
        raise AtlasError(
            f"A sweep cannot be called “{name[:80]}”: give up to 80 letters, digits, dots, dashes "
            "and underscores."
        )
    sweep = Sweep(runs_dir / FOLDER / f"{name}.json")
    token = secrets.token_hex(2)
    trials = tuple(
        TrialRecord(run=f"{new_id(config, now)[:-4]}{token}-{number:03}", values=_json(values))
        for number, (config, values) in enumerate(
            zip(plan.configs, plan.trials, strict=True), start=1
        )
    )
    document = SweepDocument(created=now, given=_json(plan.given), trials=trials)
    try:
        sweep.path.parent.mkdir(parents=True, exist_ok=True)
        with _held(sweep):
            if sweep.path.exists():
                raise AtlasError(
                    f"There is a sweep {name} already: go on with --resume {name}, or choose "
                    "another --name."
                )
            write_atomically(sweep.path, document.model_dump_json(indent=1))
    except OSError as error:
        raise AtlasError(
            f"The sweep cannot be kept in {runs_dir} ({error.strerror or error}): free some space "
            "or choose another folder (--runs-dir, LATENT_ATLAS_RUNS)."
        ) from error
    return sweep


def make_runs(sweep: Sweep, made: Callable[[int], None] = lambda count: None) -> list[Run]:
    """Make the runs of all trials that were never made, each in state ``queued``; returns all.

    Args:
        sweep: of which a kill may have cut this off before.
        made: told how many there are, after each.

    Raises:
        AtlasError: as ``create_run``, or somebody else is just making them.
    """
    with _held(sweep):
        document, options = sweep.document, setting_options()
        if not document.made:
            for count, trial in enumerate(document.trials, start=1):
                if not _is_made(sweep.runs_dir / trial.run):
                    called = f"{sweep.name} · {told_apart(trial.values, options)}"[:_LONGEST_NAME]
                    config = make_config(**{"name": called, **document.given, **trial.values})
                    create_run(config, sweep.runs_dir, run_id=trial.run)
                made(count)
            sync_folder(sweep.runs_dir)  # before it says that they are there
            text = document.model_copy(update={"made": True}).model_dump_json(indent=1)
            write_atomically(sweep.path, text)
    return sweep.runs()


def open_sweep(runs_dir: Path, name: str) -> Sweep:
    """The sweep of this name. Raises AtlasError: there is none, or its record is damaged."""
    sweep = Sweep(runs_dir / FOLDER / f"{name}.json")
    if not _NAME.fullmatch(name) or not sweep.path.is_file():
        known = [each.name for each in list_sweeps(runs_dir)]
        there = f"; there are {', '.join(known[:5])}" if known else ""
        meant = did_you_mean(name, known) or there
        raise AtlasError(f"There is no sweep “{name[:80]}” in {runs_dir}{meant}.")
    sweep.document  # noqa: B018  a damaged one says so here
    return sweep


def list_sweeps(runs_dir: Path) -> list[Sweep]:
    """The sweeps of a runs folder by their names, the last first; damaged ones too."""
    try:
        paths = sorted((runs_dir / FOLDER).glob("*.json"), reverse=True)
    except OSError:
        return []
    return [Sweep(path) for path in paths if _NAME.fullmatch(path.stem)]


@contextmanager
def _held(sweep: Sweep) -> Iterator[None]:
    """Hold the sweep's own lock: two commands at once must not make the same runs."""
    lock = FileLock(sweep.path.with_name(f".{sweep.name}.lock"))
    if not lock.acquire(patience=5.0):
        raise AtlasError(
            f"Another command is just making the runs of {sweep.name}: try again in a moment."
        )
    try:
        yield
    finally:
        lock.release()


def _is_made(folder: Path) -> bool:
    return (folder / "status.json").is_file()


def _json(values: Mapping[str, object]) -> Settings:
    """Settings as JSON has them: a tuple is a list."""
    as_json: dict[str, Any] = dict(values)
    return {k: list(v) if isinstance(v, tuple) else v for k, v in as_json.items()}
