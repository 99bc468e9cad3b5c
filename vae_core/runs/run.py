"""A training run, seen from outside: a folder that can be read at any time by anybody."""

from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from vae_core.data.own import is_own
from vae_core.errors import AtlasError
from vae_core.models.architecture import unknown_name
from vae_core.options import options_of, refusal
from vae_core.quantities import Quantity
from vae_core.runs import checkpoints
from vae_core.runs.annotations import Annotations, annotations_of
from vae_core.runs.commands import waiting_commands
from vae_core.runs.config import STORED, RunConfig
from vae_core.runs.files import write_atomically
from vae_core.runs.flat import algorithm_options
from vae_core.runs.lock import is_locked
from vae_core.runs.log_reader import read_events
from vae_core.runs.metrics import (
    ChangeEvent,
    Event,
    MetricEvent,
    answered,
    changes,
    measurements,
)
from vae_core.runs.owner import owner_elsewhere
from vae_core.runs.run_document import RunDocument
from vae_core.runs.status import RunStatus
from vae_core.runs.unchanged import Unchanged
from vae_core.sentences import plain

Document = TypeVar("Document", RunDocument, RunStatus)

_CHECKPOINTS = "checkpoints"
INTERRUPTED = (
    "The training process ended without a word (it was killed, or the machine stopped). "
    "Resume goes on from the last checkpoint."
)


@dataclass(frozen=True)
class Run:
    """A run directory, read afresh wherever it has changed."""

    path: Path

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def title(self) -> str:
        """What people call it, in one line: its title, its name, or data set and what learns it."""
        named = plain(self.annotations.title or self.config.name or "")
        return named or f"{self.config.dataset} · {self.config.size}"

    @property
    def annotations(self) -> Annotations:
        """Title, note, tags and star as they are now (``annotate`` changes them)."""
        return annotations_of(f"{self.path}")

    @cached_property
    def document(self) -> RunDocument:
        """``config.json``. Raises AtlasError when it is missing or damaged."""
        return _document(f"{self.path}/config.json")

    @property
    def config(self) -> RunConfig:
        """What was asked for."""
        return self.document.config

    @property
    def data_dir(self) -> Path | None:
        """Where its data are looked for first: the folder that it was told.

        Own images that are not there any more are beside the run: a folder of runs that was moved
        has taken them with it.
        """
        told = Path(self.config.data_dir) if self.config.data_dir else None
        if is_own(self.config.dataset) and (told is None or not told.is_dir()):
            return self.path.parent / "datasets"
        return told

    @property
    def lock_path(self) -> Path:
        """Held by the process that trains this run, for as long as it lives."""
        return self.path / "lock"

    @property
    def commands_path(self) -> Path:
        """Where commands to the worker are left."""
        return self.path / "commands"

    @property
    def checkpoints_path(self) -> Path:
        """Where checkpoints are."""
        return self.path / _CHECKPOINTS

    @property
    def snapshots_path(self) -> Path:
        """Where the decoder is kept as it was after some of the epochs (``list_snapshots``)."""
        return self.path / "snapshots"

    @property
    def samples_path(self) -> Path:
        """Where sheets of samples are kept of a model without a plane (``sheets_of``)."""
        return self.path / "samples"

    @property
    def metrics_path(self) -> Path:
        """The log of events."""
        return self.path / "metrics.jsonl"

    def stored_status(self) -> RunStatus:
        """``status.json`` as it stands. Raises AtlasError when it is missing or damaged."""
        return _status(f"{self.path}/status.json")

    def write_status(self, status: RunStatus) -> None:
        """Replace ``status.json``; only for the holder of the lock."""
        write_atomically(self.path / "status.json", status.model_dump_json(indent=1))

    def status(self) -> RunStatus:
        """The status, with ``interrupted`` where it claims to run and nobody holds the lock."""
        status = self.stored_status()
        if (
            status.state == "running"
            and not is_locked(self.lock_path)
            and owner_elsewhere(self.path) is None
        ):
            return self.status_when_idle()  # read again: it may have ended properly in between
        return status

    def status_when_idle(self) -> RunStatus:
        """The status as seen by whoever knows that nobody trains it."""
        status = self.stored_status()
        if status.state == "running":
            return status.model_copy(update={"state": "interrupted", "reason": INTERRUPTED})
        return status

    def events(self) -> list[Event]:
        """The whole log."""
        return read_events(self.metrics_path)

    def metrics(self) -> list[MetricEvent]:
        """The measurements that hold, in the order of steps."""
        return measurements(self.events())

    def changes(self) -> list[ChangeEvent]:
        """What was changed by hand while it trained, by step; ``config`` is what it began with."""
        return changes(self.events())

    def pending(self) -> dict[str, float]:
        """What was asked to be changed and is not yet, by the names of the settings."""
        done = answered(self.events())
        found: dict[str, float] = {}
        for waiting in waiting_commands(self.commands_path):
            if waiting.command is not None and waiting.id not in done:
                found |= waiting.command.values()
        return found

    @property
    def start_path(self) -> Path:
        """The model that a clone begins with; others have none."""
        return self.path / "start.safetensors"

    def model_path(self) -> Path | None:
        """The newest checkpoint's model file, or None before the first checkpoint."""
        present = _steps(f"{self.path}/{_CHECKPOINTS}")
        return self._model_at(present[-1]) if present else None

    def best_model_path(self) -> Path | None:
        """The checkpoint that is best on the validation split, if there is such a split."""
        first = self.config.algorithm.reports[0]
        step = best_step(self.metrics(), checkpoints.steps(self.checkpoints_path), first)
        return None if step is None else self._model_at(step)

    def log_tail(self, lines: int = 20) -> str:
        """The last lines of what the worker printed."""
        try:
            text = (self.path / "worker.log").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def _model_at(self, step: int) -> Path:
        return Path(f"{self.path}/{_CHECKPOINTS}/step-{step}/{checkpoints.MODEL}")


def best_step(metrics: list[MetricEvent], present: list[int], by: Quantity) -> int | None:
    """Of the steps that have a checkpoint, the one where ``by`` is best on the validation split."""
    scored = {
        m.step: by.sign * m.valid[by.name]
        for m in metrics
        if m.valid is not None and by.name in m.valid and m.step in present
    }
    return max(scored, key=lambda step: scored[step]) if scored else None


def _read(path: Path, kind: type[Document]) -> Document:
    try:
        return kind.model_validate_json(path.read_bytes(), context=STORED)
    except (OSError, ValidationError) as error:
        if isinstance(error, ValidationError) and (other := _of_another_version(error)):
            raise AtlasError(
                f"{path.name} of the run {path.parent.name} names {other}. "
                "Open it with the version that made it, or update Latent Atlas."
            ) from error
        if isinstance(error, ValidationError) and (fault := _of_a_setting(error)):
            raise AtlasError(
                f"{path.name} of the run {path.parent.name} asks for what cannot be. {fault}. "
                "Put it right there, or remove the run."
            ) from error
        found = "is missing" if isinstance(error, FileNotFoundError) else "cannot be read"
        raise AtlasError(
            f"{path.name} of the run {path.parent.name} {found}: the folder is damaged. "
            "Restore it from a copy, or remove it."
        ) from error


_document = Unchanged(partial(_read, kind=RunDocument))
_steps = Unchanged(checkpoints.steps)
_status = Unchanged(partial(_read, kind=RunStatus))


def _of_another_version(error: ValidationError) -> str | None:
    """What a sound file names that this version does not know, as a part of a sentence."""
    if any(each["loc"] == ("version",) for each in error.errors()):
        return "a format that this version does not read"
    return unknown_name(error)


def _of_a_setting(error: ValidationError) -> str | None:
    """What is wrong with a setting, where nothing else is wrong with a ``config.json``."""
    if any(each["loc"][:1] != ("config",) for each in error.errors()):
        return None
    known = {option.name: option for option, _ in algorithm_options()}
    return refusal(error, known | options_of(RunConfig))
