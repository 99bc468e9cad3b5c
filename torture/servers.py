"""The app is killed while a run trains that was started in it; the run ends as if nothing was."""

import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.browser.server import AppServer, running_app
from torture.outcome import Outcome
from torture.trained import Trained, trained, trained_alone
from torture.visitor import Gone, visiting
from vae_core.runs import Run, RunConfig, list_runs

PATIENCE = 120.0  # seconds for a small run on a busy machine
EARLIEST, LATEST = 0.1, 4.0  # seconds after the click; the worker imports torch for two
PROMISE = (
    "A run goes on when the app that started it is killed; it ends with the same bits, and the app "
    "finds it again when it is started anew."
)


def kill_servers(kills: int, seed: int) -> Outcome:
    """The campaign: so many apps, each killed while a run trains, and started again."""
    began, chance = time.monotonic(), random.Random(seed)
    alone: dict[RunConfig, Trained] = {}
    lost, number = list[str](), 0
    for _ in range(3 * kills):
        if number == kills:
            break
        seconds = EARLIEST * (LATEST / EARLIEST) ** chance.random()
        with tempfile.TemporaryDirectory() as place:
            problems = _killed(Path(place), seconds, alone)
        if problems is None:
            continue  # there was nothing left to disturb
        number += 1
        lost += [f"app {number}, killed {seconds:.2f} s after the start: {p}" for p in problems]
    return Outcome(
        promise=PROMISE,
        done=(
            "Watch it learn pressed in an app by its own protocol, SIGKILL of its process group "
            f"{EARLIEST:g} to {LATEST:g} s later. The run's weights, measures and snapshots are "
            "compared with those of a run without an app; the app is started again in the same "
            "folders, and its pages are opened"
        ),
        number=number,
        lost=lost,
        seconds=time.monotonic() - began,
        seed=seed,
    )


def _killed(folder: Path, seconds: float, alone: dict[RunConfig, Trained]) -> list[str] | None:
    """What is wrong after an app was killed so many seconds after it started a run.

    None where the run had ended before.
    """
    with running_app(folder) as server:
        try:
            run = start_training(server)
        except Gone as problem:
            return [f"no run was started: {problem}"]
        time.sleep(seconds)
        trains = run.status().active
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        if not trains:
            return None
        problems = list(_ends_well(run, folder, alone))
        with running_app(folder, port=int(server.url.rpartition(":")[2])) as again:
            return [*problems, *found_again(again, run)]


def start_training(server: AppServer) -> Run:
    """Press the button of the Train page. Raises Gone where no run comes of it."""
    with visiting(server.url) as visitor:
        visitor.press(visitor.open("train"), "Watch it learn")
    runs = list_runs(server.runs_folder)
    if len(runs) != 1:
        raise Gone(f"there are {len(runs)} runs")
    return runs[0]


def _ends_well(run: Run, folder: Path, alone: dict[RunConfig, Trained]) -> Iterator[str]:
    until = time.monotonic() + PATIENCE
    while run.status().active and time.monotonic() < until:
        time.sleep(0.1)
    if (state := run.status().state) != "finished":
        yield f"the run is {state}: {run.status().reason} {run.log_tail(3)}"
        return
    config = run.config.model_copy(update={"name": None})
    if config not in alone:
        alone[config] = trained_alone(config, folder / "alone")
    yield from alone[config].differences(trained(run))


def found_again(server: AppServer, run: Run) -> Iterator[str]:
    """What is wrong with the pages that show a run in an app that did not start it."""
    for page, query in (("train", f"run={run.id}"), ("", f"model=run:{run.id}")):
        try:
            with visiting(server.url) as visitor:
                shown = visitor.open(page, query)
        except Gone as problem:
            yield f"/{page} afterwards: {problem}"
        else:
            yield from (f"/{page} afterwards: {each}" for each in shown.exceptions)
            if not any(run.title in str(each) for each in shown.elements):
                yield f"/{page} afterwards does not name the run"
