"""How much each may train and keep, where people are told apart (`owners.py`)."""

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.owners import Owner, are_told_apart, owners_of
from vae_core.data.own.limits import MEGABYTE, megabytes
from vae_core.data.own.store import datasets_folder, own_datasets
from vae_core.errors import AtlasError
from vae_core.numerals import duration
from vae_core.runs import Run, RunConfig, delete_removed, list_runs, removed_runs
from vae_core.runs.config import EPOCHS
from vae_core.sentences import counted, listed, plain

_PREFIX = "LATENT_ATLAS_OWNER_"


@dataclass(frozen=True)
class Limits:
    """What each owner may. Each can be set as `LATENT_ATLAS_OWNER_<NAME>`; None is no limit.

    Attributes:
        runs: that are here.
        queue: runs that train or wait.
        epochs: of one run.
        seconds: of training of one run, which is stopped then.
        megabytes: of runs and own images together.
    """

    runs: int | None = None
    queue: int | None = None
    epochs: int | None = None
    seconds: int | None = None
    megabytes: int | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Limits":
        """Those of a classroom, or none, as the environment changes them.

        Raises AtlasError if it holds no number.
        """
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
        return cls(**((_CLASSROOM if in_classroom(environment) else {}) | given))


_CLASSROOM = {"runs": 10, "queue": 1, "epochs": 200, "seconds": 600, "megabytes": 2000}


def limits() -> Limits:
    """Those that hold here: none where nobody is told apart."""
    return Limits.from_environment(os.environ) if are_told_apart() else Limits()


def limits_in_words() -> str:
    """What people should know before they train, in a sentence; empty where there are no limits."""
    now = limits()
    length = [
        *([f"{counted(now.epochs, 'epoch')}"] if now.epochs else []),
        *([duration(now.seconds)] if now.seconds else []),
    ]
    many = "one model" if now.queue == 1 else counted(now.queue or 0, "model")
    parts = [
        *([f"train {many} at a time"] if now.queue else []),
        *([f"train a model for at most {listed(length)}"] if length else []),
        *([f"have up to {counted(now.runs, 'run')}"] if now.runs else []),
        *([f"keep up to {megabytes(now.megabytes * MEGABYTE)}"] if now.megabytes else []),
    ]
    return f"Here you can {listed(parts)}." if parts else ""


def why_no_sweep() -> str:
    """Why no sweep can be started here, in a sentence; empty where one can."""
    now = limits()
    if all(most is None or most > 1 for most in (now.queue, now.runs)):
        return ""
    return (
        "A sweep is several models that wait for one another, and here everybody may have one that "
        "trains or waits: train them one after the other on Train, and compare them on Runs."
    )


def check_start(configs: Sequence[RunConfig], runs_dir: Path, who: Owner) -> None:
    """Raises AtlasError where `who` may not train all of these now."""
    now, mine = limits(), runs_of(who, runs_dir)
    for config in configs:
        _check_length(config, now)
    _check_count(mine, now, len(configs))
    _check_queue(mine, now, len(configs))
    check_room(who, runs_dir)


def check_resume(run: Run, who: Owner) -> None:
    """Raises AtlasError where `who` may not train a run further now."""
    now = limits()
    if said := why_ended(run):
        raise AtlasError(said)
    _check_queue(runs_of(who, run.path.parent), now)
    check_room(who, run.path.parent)


def check_arrival(run: Run, runs_dir: Path, who: Owner) -> None:
    """Raises AtlasError where `who` may not have one more run: brought from elsewhere, or put back.

    It is not among the others yet.
    """
    now, mine = limits(), runs_of(who, runs_dir)
    status = run.status()
    if status.state != "finished":
        _check_length(run.config, now)
    _check_count(mine, now)
    if status.active:
        _check_queue(mine, now)
    check_room(who, runs_dir, _bytes(run.path.rglob("*")))


def check_room(who: Owner, runs_dir: Path, more: int = 0) -> None:
    """Raises AtlasError where `who` keeps as much as they may, with so many bytes `more`."""
    most = limits().megabytes
    if most is not None and (kept := kept_bytes(who, runs_dir) + more) >= most * MEGABYTE:
        instead = (
            "ask whoever runs the app for room"
            if in_classroom()
            else "remove runs or images of yours"
        )
        raise AtlasError(
            f"You keep {megabytes(kept)} of the {megabytes(most * MEGABYTE)} that you may: "
            f"{instead}."
        )


def bound_removed(who: Owner, runs_dir: Path) -> None:
    """Delete for good what `who` has removed and has no room beside what they keep, oldest first.

    So what can be put back is within their megabytes, and removing always makes room.
    """
    most = limits().megabytes
    if most is None:
        return
    room, doomed = most * MEGABYTE - kept_bytes(who, runs_dir), []
    for removed in removed_runs(runs_dir):
        if who in (owners_of(removed.path) or ()):
            room -= _bytes(removed.path.rglob("*"))
            doomed += [removed] if room < 0 else []
    delete_removed(doomed)


def why_ended(run: Run) -> str:
    """That a run may not be trained further, in a sentence; empty where it may."""
    most = limits().seconds
    if most is None or run.status().seconds < most:
        return ""
    return f"This run has trained for {duration(most)}, as long as one may here: walk its model."


def is_beyond(run: Run) -> bool:
    """Whether a run that trains has to be stopped, for it takes more than its owner may."""
    now = limits()
    if now.seconds is not None and run.status().seconds >= now.seconds:
        return True
    if now.megabytes is None:
        return False
    runs_dir, most = run.path.parent, now.megabytes * MEGABYTE
    return any(kept_bytes(each, runs_dir) > most for each in owners_of(run.path) or ())


def runs_of(who: Owner, runs_dir: Path) -> list[Run]:
    """The runs that somebody has started, newest first."""
    return [run for run in list_runs(runs_dir) if who in (owners_of(run.path) or ())]


def kept_bytes(who: Owner, runs_dir: Path) -> int:
    """How much the runs and images of somebody take on the disk."""
    images = [each.file for each in own_datasets(datasets_folder())]
    mine = [file for file in images if who in (owners_of(file) or ())]
    return sum(_bytes(run.path.rglob("*")) for run in runs_of(who, runs_dir)) + _bytes(mine)


def is_active(run: Run) -> bool:
    """Whether a run trains or waits; one that is gone or damaged does not."""
    try:
        return run.status().active
    except (AtlasError, OSError):
        return False


def _check_length(config: RunConfig, now: Limits) -> None:
    epochs = math.inf if config.samples is not None else config.epochs or EPOCHS
    if now.epochs is not None and epochs > now.epochs:
        raise AtlasError(f"A run here has at most {counted(now.epochs, 'epoch')}: choose fewer.")


def _check_count(mine: Sequence[Run], now: Limits, more: int = 1) -> None:
    if now.runs is None or len(mine) + more <= now.runs:
        return
    if more > 1:
        raise AtlasError(
            f"These are {counted(more, 'run')}, and beside the {counted(len(mine), 'run')} of "
            f"yours here you may have {max(0, now.runs - len(mine))}: vary less at once."
        )
    instead = "walk those" if in_classroom() else "remove one of them first"
    raise AtlasError(f"You have {counted(len(mine), 'run')} here, the most you may: {instead}.")


def _check_queue(mine: Sequence[Run], now: Limits, more: int = 1) -> None:
    active = [run for run in mine if is_active(run)]
    if now.queue is None or len(active) + more <= now.queue:
        return
    if more > now.queue:
        raise AtlasError(
            f"These are {counted(more, 'run')}, and you may have {now.queue} at a time that "
            f"{'train or wait' if now.queue > 1 else 'trains'}: vary less at once."
        )
    if now.queue == 1:
        raise AtlasError("A run of yours is still training: wait until it is done, or stop it.")
    raise AtlasError(
        f"You have {counted(len(active), 'run')} training or waiting, the most you may: wait until "
        "one is done, or stop one."
    )


def _bytes(files: Iterable[Path]) -> int:
    total = 0
    for file in files:
        try:
            total += file.lstat().st_size
        except OSError:  # gone while we looked
            continue
    return total
