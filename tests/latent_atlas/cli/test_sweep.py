"""``sweep`` as people type it: told before it starts, killed half-way, resumed."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from vae_core.runs import list_runs
from vae_core.runs.faults import train_run
from vae_core.runs.lock import is_locked
from vae_core.runs.metrics import ResumeEvent
from vae_core.runs.processes import own_command, own_environment
from vae_core.runs.queue import training_lock_path
from vae_core.sweeps import create_sweep, make_runs, open_sweep, plan_sweep

WORDS = ["sweep", "digits", "--hidden", "8", "--threads", "1"]


def _wait(until: Callable[[], bool], seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _states(folder: Path, name: str) -> list[str]:
    return [run.status().state for run in open_sweep(folder, name).runs()]


def _trainer(folder: Path) -> int:
    """The process that trains in this folder: its children are told by their command line."""
    for each in Path("/proc").iterdir():
        try:
            words = (each / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"vae_core.runs.worker" in words and any(
            word.startswith(str(folder).encode()) for word in words
        ):
            return int(each.name)
    return 0


def test_a_dry_run_lists_the_trials_and_trains_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [*WORDS, "--latent-dim", "2,10", "--seeds", "0-2", "--runs-dir", str(tmp_path)]
    assert main([*asked, "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "   6  latent-dim 10 · seed 2" in told
    assert "6 trials over latent-dim and seed, about" in told
    assert main([*asked, "--dry-run", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert len(plan["trials"]) == 6
    assert plan["expected_seconds"] >= 0
    assert list_runs(tmp_path) == []


def test_a_sweep_killed_half_way_is_resumed_and_trains_nothing_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [*WORDS, "--seeds", "0-2", "--epochs", "60", "--name", "mine"]
    command = own_command("latent_atlas", *asked, "--runs-dir", str(tmp_path))
    process = subprocess.Popen(command, env=own_environment(), start_new_session=True)
    try:
        # One is done and the next has begun; then both the command and the worker are killed.
        _wait(lambda: _kept(tmp_path) and _states(tmp_path, "mine")[:2] == ["finished", "running"])
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    os.kill(_trainer(tmp_path), signal.SIGKILL)
    _wait(lambda: not is_locked(training_lock_path(tmp_path)))
    done = open_sweep(tmp_path, "mine").runs()[0]
    before = done.metrics_path.read_bytes(), done.stored_status()

    assert main(["sweep", "--resume", "mine", "--runs-dir", str(tmp_path), "--json"]) == 0
    assert _states(tmp_path, "mine") == ["finished"] * 3
    assert len(list_runs(tmp_path)) == 3
    assert (done.metrics_path.read_bytes(), done.stored_status()) == before
    [table] = json.loads(capsys.readouterr().out)["tables"]
    assert [trial["values"] for trial in table["trials"]] == [{"seed": n} for n in range(3)]
    assert table["groups"][0]["finished"] == 3
    for run in list_runs(tmp_path):
        steps = [event.step for event in run.metrics()]
        assert steps == sorted(set(steps))
        resumed = [event for event in run.events() if isinstance(event, ResumeEvent)]
        assert len(resumed) <= 1


def _kept(folder: Path) -> bool:
    return (folder / "sweeps" / "mine.json").exists() and len(list_runs(folder)) == 3


def test_ctrl_c_pauses_what_is_not_done_and_says_how_to_go_on(tmp_path: Path) -> None:
    asked = [*WORDS, "--seeds", "0-1", "--epochs", "100000", "--name", "mine"]
    command = own_command("latent_atlas", *asked, "--runs-dir", str(tmp_path))
    process = subprocess.Popen(
        command, env=own_environment(), stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        _wait(lambda: any(run.status().state == "running" for run in list_runs(tmp_path)))
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert _states(tmp_path, "mine") == ["paused", "paused"]
    assert f"sweep --resume mine --runs-dir {tmp_path}" in told.decode()


def test_what_belongs_to_a_new_sweep_is_refused_when_one_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["sweep", "--resume", "mine", "--beta", "1,2"]) == 2
    assert "--beta belongs to a sweep that begins" in capsys.readouterr().err
    assert main(["sweep"]) == 2
    assert "Name what to sweep" in capsys.readouterr().err
    assert main(["sweep", "--resume", "mine"]) == 2
    assert "There is no sweep “mine”" in capsys.readouterr().err


def test_only_one_document_goes_to_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_runs(create_sweep(plan_sweep({"dataset": ["digits"]}), tmp_path, "mine"))
    asked = ["sweep", "--show", "mine", "--runs-dir", str(tmp_path)]
    assert main([*asked, "--json", "--csv", "-"]) == 2
    assert capsys.readouterr().out == ""


def test_the_charts_are_written_as_a_page_that_needs_no_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = plan_sweep({"dataset": ["digits"], "hidden": [(8,)], "epochs": [1], "beta": [1.0, 4.0]})
    for run in make_runs(create_sweep(plan, tmp_path, "mine")):
        train_run(run)
    page = tmp_path / "mine.html"
    asked = ["sweep", "--show", "mine", "--runs-dir", str(tmp_path), "--html", str(page)]
    assert main(asked) == 0
    text = page.read_text()
    assert text.count("<section>") == 2
    assert not re.search(r'<(script|link)[^>]+(src|href)="', text)
    assert "digits (grey), 2 trials" in capsys.readouterr().out
