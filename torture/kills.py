"""Training workers are killed at random instants; their runs go on and end as if nothing had been.

python -m torture --only kills --kills 200
"""

import json
import math
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torture.deaths import INSTANTS, MOMENT, Death, count_instants
from torture.lanes import LANES, Died, in_lanes
from torture.outcome import Outcome
from torture.trained import Trained, trained
from torture.workers import ended
from vae_core.algorithms import ALGORITHMS
from vae_core.checkpoint import read_checkpoint
from vae_core.errors import AtlasError
from vae_core.models import LIKELIHOODS, load_model
from vae_core.runs import Run, create_run, make_config, request_resume, store
from vae_core.runs.checkpoints import MODEL, STATE, steps
from vae_core.runs.metrics import EVENT, MetricEvent, ResumeEvent
from vae_core.runs.queue import ensure_worker
from vae_core.training import TrainingLoop

PROMISE = (
    "A training that is killed at any instant can be read and resumed. It loses no finished epoch, "
    "and ends with the same bits as one that was left alone."
)
EPOCHS = 4
PATIENCE = 900.0  # seconds for all kills of one kind of run, on a machine that has more to do
# What is dear by its usual settings.
_QUICK: dict[str, dict[str, Any]] = {
    "iwae": {"importance_samples": 3},
    "svi": {"local_steps": 2},
    "mcem": {"leapfrog_steps": 3, "updates": 2},
}


@dataclass(frozen=True)
class Undisturbed:
    """A run that was not killed.

    Attributes:
        steps: in all.
        epoch_ends: the steps that completed an epoch.
        instants: how many there were of each kind at which it could have been killed.
        seconds: from its worker's start to its end.
    """

    trained: Trained
    steps: int
    epoch_ends: list[int]
    instants: dict[str, int]
    seconds: float


@dataclass(frozen=True)
class Survival:
    """What became of a run that was to be killed: how often it was, and what it lost by that."""

    kills: int
    lost: list[str]


@dataclass(frozen=True)
class Series:
    """Kills of one kind of run, one after the other, at instants that chance chooses."""

    name: str
    fields: Mapping[str, Any]
    kills: int
    seed: int


@dataclass
class _Watched:
    """A run with what was seen of it at each of its deaths.

    `resumed_at` are the steps from which it has to have gone on.
    """

    run: Run
    kills: int = 0
    resumed_at: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def kinds() -> dict[str, dict[str, Any]]:
    """The settings of a small run by every algorithm, with every likelihood where it has one."""
    found = {}
    for algorithm, settings in ALGORITHMS.items():
        fields = {"algorithm": algorithm, **_QUICK.get(algorithm, {})}
        if "likelihood" not in settings.trains.document.model_fields:
            found[algorithm] = fields
            continue
        for likelihood in LIKELIHOODS:
            found[f"{algorithm}, {likelihood}"] = {**fields, "likelihood": likelihood}
    return found


def undisturbed(fields: Mapping[str, Any]) -> Undisturbed:
    """Train a run of this kind and note what kills can be aimed at."""
    with tempfile.TemporaryDirectory() as place:
        run, notes = _new_run(fields, Path(place, "runs")), Path(place, "notes.json")
        began = time.monotonic()
        code = ended(lambda: ensure_worker(run.path.parent), lambda: _take_notes(notes), None)
        seconds = time.monotonic() - began
        if code or run.status().state != "finished":
            raise RuntimeError(f"{fields}: {run.status().reason} {run.log_tail()}")
        noted = json.loads(notes.read_text("utf-8"))
        return Undisturbed(
            trained(run), run.status().step, noted["epoch_ends"], noted["instants"], seconds
        )


def survival(fields: Mapping[str, Any], deaths: list[Death], whole: Undisturbed) -> Survival:
    """A run that is killed so many times, looked at after each, and then trained to its end."""
    with tempfile.TemporaryDirectory() as place:
        watched = _Watched(_new_run(fields, Path(place)))
        for death in deaths:
            if _is_done(watched):
                break
            code = ended(lambda: _go_on(watched.run), _nothing, death)
            if code == -signal.SIGKILL:
                watched.kills += 1
                watched.lost += [f"after the kill {each}" for each in _seen_dead(watched, whole)]
            elif code:
                watched.lost.append(f"its worker ended with {code}")
        if not _is_done(watched) and (code := ended(lambda: _go_on(watched.run), _nothing, None)):
            watched.lost.append(f"resumed, its worker ended with {code}")
        if not watched.lost:
            watched.lost.extend(_seen_finished(watched, whole))
        return Survival(watched.kills, watched.lost)


def survivals(series: Series) -> Survival:
    """A series: as many kills as it says, of as many runs as that takes."""
    chance, whole = random.Random(f"{series.seed} {series.name}"), undisturbed(series.fields)
    kills, lost = 0, list[str]()
    while kills < series.kills:
        again = chance.choice((1, 1, 1, 2, 3))
        deaths = [_death(chance, whole) for _ in range(min(again, series.kills - kills))]
        found = survival(series.fields, deaths, whole)
        kills += found.kills
        if found.lost:
            killed = ", then ".join(map(str, deaths))
            told = "; ".join(found.lost)
            lost.append(f"{series.name}, seed {series.seed}, killed {killed}: {told}")
    return Survival(kills, lost)


def kill_workers(kills: int, seed: int, lanes: int = LANES) -> Outcome:
    """The campaign: so many kills, spread over all kinds of runs."""
    began, chosen = time.monotonic(), list(kinds().items())
    share = [kills // len(chosen) + (k < kills % len(chosen)) for k in range(len(chosen))]
    pieces = [
        Series(name, fields, count, seed)
        for (name, fields), count in zip(chosen, share, strict=True)
        if count
    ]
    number, lost = 0, list[str]()
    for series, found in in_lanes(survivals, pieces, PATIENCE, lanes):
        if isinstance(found, Died):
            lost.append(f"{series.name}, seed {seed}: {found.how}")
        else:
            number += found.kills
            lost.extend(found.lost)
    return Outcome(
        promise=PROMISE,
        done=(
            f"SIGKILL of training workers, {len(pieces)} kinds of runs (every algorithm with every "
            "likelihood) in turn: at moments spread over the run in proportion to the logarithm of "
            "time, between steps, and around each fsync, rename and line that it writes; one to "
            "three kills a run. After each the folder is read; the finished run's weights, test "
            "measures and snapshots are compared with those of a run that was not killed"
        ),
        number=number,
        lost=lost,
        seconds=time.monotonic() - began,
        seed=seed,
    )


def _new_run(fields: Mapping[str, Any], folder: Path) -> Run:
    usual = {"dataset": "digits", "hidden": (24,), "epochs": EPOCHS, "threads": 1}
    return create_run(make_config(**{**usual, **fields}), folder)


def _go_on(run: Run) -> None:
    """What the app does when it starts, and what Resume does."""
    if run.status().state == "queued":
        ensure_worker(run.path.parent)
    else:
        request_resume(run)


def _is_done(watched: _Watched) -> bool:
    """Whether there is nothing more to be had from it."""
    return bool(watched.lost) or watched.run.status().state == "finished"


def _nothing() -> None:
    """There is nothing to prepare."""


def _death(chance: random.Random, whole: Undisturbed) -> Death:
    """One at an instant that lies as likely in each tenth, hundredth … of the run."""
    if chance.random() < 0.4:
        return Death(MOMENT, 0.005 * (whole.seconds / 0.005) ** chance.random())
    at = chance.choice([at for at in INSTANTS if whole.instants[at]])
    return Death(at, math.floor((whole.instants[at] + 1) ** chance.random()))


def _take_notes(file: Path) -> None:
    """In a worker: have what it did written down after its last step."""
    instants, ends = count_instants(), list[int]()
    real: Callable[[TrainingLoop], bool] = TrainingLoop.step

    def step(self: TrainingLoop) -> bool:
        ended_one = real(self)
        if ended_one:
            ends.append(self.step_count)
        file.write_text(json.dumps({"epoch_ends": ends, "instants": instants()}), "utf-8")
        return ended_one

    TrainingLoop.step = step  # type: ignore[method-assign]


def _seen_dead(watched: _Watched, whole: Undisturbed) -> Iterator[str]:
    """What is wrong with the folder of a run that was just killed."""
    run = watched.run
    if problems := store.damaged_runs(run.path.parent):
        yield f"the folder counts as damaged: {problems[0][1]}"
        return
    status = run.status()
    if status.state not in ("queued", "interrupted", "finished"):
        yield f"it is {status.state}"
    present = steps(run.checkpoints_path)
    try:
        for step in present:
            load_model(run.checkpoints_path / f"step-{step}" / MODEL)
            read_checkpoint(run.checkpoints_path / f"step-{step}" / STATE)
    except AtlasError as problem:
        yield f"a checkpoint cannot be read: {problem}"
    kept, events = present[-1] if present else 0, run.events()
    reached = max((e.step for e in events if isinstance(e, MetricEvent)), default=0)
    finished = max((end for end in whole.epoch_ends if end < reached), default=0)
    if kept < finished:
        yield f"step {reached} was logged, and the newest checkpoint is of step {kept}"
    yield from _torn(run, watched.kills)
    # A worker that died before it could say that it resumed has not done so.
    del watched.resumed_at[len(_resumes(run)) :]
    if status.state != "finished" and (events or present):
        watched.resumed_at.append(kept)


def _resumes(run: Run) -> list[int]:
    """The steps from which it says that it went on."""
    return [event.step for event in run.events() if isinstance(event, ResumeEvent)]


def _torn(run: Run, kills: int) -> Iterator[str]:
    """Lines of the log that are no events, but for those that its kills may have cut off."""
    if not run.metrics_path.exists():
        return
    lines = run.metrics_path.read_bytes().split(b"\n")[:-1]
    broken = [line for line in lines if not _is_event(line)]
    if len(broken) > kills:
        yield f"{len(broken)} lines of its log cannot be read, the first is {broken[0][:80]!r}"


def _is_event(line: bytes) -> bool:
    try:
        EVENT.validate_json(line)
    except ValueError:
        return False
    return True


def _seen_finished(watched: _Watched, whole: Undisturbed) -> Iterator[str]:
    """What is wrong with a run that was killed and then trained to its end."""
    run = watched.run
    if (state := run.status().state) != "finished":
        yield f"it is {state} at last: {run.status().reason} {run.log_tail(3)}"
        return
    yield from whole.trained.differences(trained(run))
    yield from _torn(run, watched.kills)
    if (resumed := _resumes(run)) != watched.resumed_at:
        yield f"it resumed from the steps {resumed}, not {watched.resumed_at}"
    measured = [event.step for event in run.metrics()]
    if measured != sorted(set(measured)) or measured[-1] != whole.steps:
        yield "its measurements are not in the order of steps, or end before the last"
    if run.config.algorithm.amortised and not set(whole.epoch_ends) <= set(measured):
        yield "an epoch was not measured"
    if left := [path.name for path in run.path.rglob("*") if path.suffix in (".tmp", ".old")]:
        yield f"it left {left} behind"
