"""One app for a class: everybody looks, draws and trains a little, and nobody takes from others.

With ``LATENT_ATLAS_MODE=classroom`` nothing is brought in or removed, and each visitor trains one
model at a time, for so many epochs and so long. Who a visitor is, a cookie says (`visitors.py`):
that keeps order in a class, it does not keep out who wants in.
"""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import streamlit as st

from latent_atlas.ui.visitors import visitor_of
from vae_core.errors import AtlasError
from vae_core.runs import Run, RunConfig, request_stop
from vae_core.runs.config import EPOCHS
from vae_core.sentences import counted, plain

MODE, CLASSROOM = "LATENT_ATLAS_MODE", "classroom"
_PREFIX = "LATENT_ATLAS_CLASSROOM_"
_MOST_VISITORS = 10_000  # that are remembered, the latest
_LOOK = 2.0  # seconds between looks at how long runs have trained


@dataclass(frozen=True)
class Bounds:
    """What a visitor may train. Each can be set as `LATENT_ATLAS_CLASSROOM_<NAME>`.

    Attributes:
        runs: in all, since the app was started; one at a time.
        epochs: of one run.
        seconds: of training of one run, which is stopped then.
    """

    runs: int = 10
    epochs: int = 200
    seconds: int = 600

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Bounds":
        """The bounds, as the environment changes them. Raises AtlasError if it holds no number."""
        given: dict[str, int] = {}
        for each in fields(cls):
            variable = _PREFIX + each.name.upper()
            text = environment.get(variable, "").strip()
            if not text:
                continue
            if not (text.isascii() and text.isdigit() and 0 < int(text[:10]) < 10**9):
                raise AtlasError(
                    f"{variable} is “{plain(text)}”: set it to a whole number above zero."
                )
            given[each.name] = int(text)
        return cls(**given)


def check_mode(environment: Mapping[str, str]) -> None:
    """Raises AtlasError where the environment asks for a mode or bounds that there are none of."""
    asked = environment.get(MODE, "").strip()
    if asked not in ("", CLASSROOM):
        raise AtlasError(
            f"{MODE} is “{plain(asked)}”: there is only {CLASSROOM}, or leave it unset."
        )
    Bounds.from_environment(environment)


def in_classroom(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the app serves a class."""
    told = os.environ if environment is None else environment
    return told.get(MODE, "").strip() == CLASSROOM


def told() -> str:
    """What visitors should know before they train, in a sentence; empty outside a classroom."""
    if not in_classroom():
        return ""
    bounds = Bounds.from_environment(os.environ)
    return (
        f"In this classroom you train one model at a time, for at most "
        f"{counted(bounds.epochs, 'epoch')} and {counted(bounds.seconds // 60, 'minute')}."
    )


def check_start(config: RunConfig, runs_dir: Path) -> None:
    """Raises AtlasError where this visitor may not train this now."""
    if not in_classroom():
        return
    bounds, mine = Bounds.from_environment(os.environ), _ours()
    if config.samples is not None or (config.epochs or EPOCHS) > bounds.epochs:
        raise AtlasError(
            f"In this classroom a run has at most {counted(bounds.epochs, 'epoch')}: choose fewer."
        )
    if len(mine) >= bounds.runs:
        raise AtlasError(
            f"You have trained {counted(len(mine), 'model')} here, as many as each may: walk those."
        )
    _check_none_trains(runs_dir, mine)


def note_start(run: Run) -> None:
    """Remember whose run this is, and stop it in time."""
    if in_classroom():
        _ledger.note(visitor_of(st.context.cookies), run)


def check_resume(run: Run) -> None:
    """Raises AtlasError where this visitor may not train a run further."""
    if not in_classroom():
        return
    if run.status().seconds >= Bounds.from_environment(os.environ).seconds:
        raise AtlasError("This model has trained for as long as each may in this classroom.")
    _check_none_trains(run.path.parent, _ours())


def note_resume(run: Run) -> None:
    """Stop a run in time that was asked to train further."""
    if in_classroom():
        _ledger.watch(run)


def may_direct(run: Run) -> bool:
    """Whether this visitor may pause, stop, resume or change a run: in a classroom, their own."""
    return not in_classroom() or run.id in _ours()


def _ours() -> list[str]:
    """The runs that this visitor has started."""
    return _ledger.runs_of(visitor_of(st.context.cookies))


def _check_none_trains(runs_dir: Path, mine: Sequence[str]) -> None:
    if any(_is_active(Run(runs_dir / each)) for each in mine):
        raise AtlasError("A model of yours is still training: wait until it is done, or stop it.")


class _Ledger:
    """Which visitor has started which runs, since the app was started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[str, list[str]] = {}
        self._watched: dict[str, Run] = {}
        self._watcher: threading.Thread | None = None

    def runs_of(self, visitor: str) -> list[str]:
        with self._lock:
            return list(self._runs.get(visitor, []))

    def note(self, visitor: str, run: Run) -> None:
        with self._lock:
            self._runs[visitor] = [*self._runs.pop(visitor, []), run.id]
            while len(self._runs) > _MOST_VISITORS:
                del self._runs[next(iter(self._runs))]
        self.watch(run)

    def watch(self, run: Run) -> None:
        with self._lock:
            self._watched[run.id] = run
            if self._watcher is None or not self._watcher.is_alive():
                self._watcher = threading.Thread(target=self._watch, name="classroom", daemon=True)
                self._watcher.start()

    def _watch(self) -> None:
        """Stop runs that have trained long enough; ends when there is nothing to watch."""
        while True:
            with self._lock:
                runs = list(self._watched.values())
                if not runs:
                    self._watcher = None
                    return
            for run in runs:
                if not _is_active(run) or _stopped_in_time(run):
                    with self._lock:
                        self._watched.pop(run.id, None)
            time.sleep(_LOOK)


def _is_active(run: Run) -> bool:
    try:
        return run.status().active
    except (AtlasError, OSError):  # gone, or damaged
        return False


def _stopped_in_time(run: Run) -> bool:
    """Whether a run was asked to stop, because it has trained for as long as it may."""
    try:
        long = run.status().seconds > Bounds.from_environment(os.environ).seconds
        if long:
            request_stop(run)
    except (AtlasError, OSError):
        return False
    return long


_ledger = _Ledger()
