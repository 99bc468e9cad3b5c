"""One stretch of training: what it leaves behind, how it rests, and how it fails."""

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from vae_core.evaluation import evaluate
from vae_core.models import load_model
from vae_core.runs import (
    Run,
    RunStatus,
    create_run,
    list_snapshots,
    make_config,
    pace,
    snapshot_record,
)
from vae_core.runs.checkpoints import steps
from vae_core.runs.commands import Command, leave_command
from vae_core.runs.faults import train_run
from vae_core.runs.keeping import USUAL, spread_steps
from vae_core.runs.metrics import ChangeEvent, MetricsLog, ResumeEvent
from vae_core.training import TrainingLoop

SILENT = lambda status: None  # noqa: E731


def _run(folder: Path, **fields: object) -> Run:
    given = {"dataset": "digits", "hidden": (16,), "epochs": 2, "threads": 1} | fields
    return create_run(make_config(**given), folder)


def _weights(run: Run) -> dict[str, torch.Tensor]:
    path = run.model_path()
    assert path is not None
    return load_model(path).vae.state_dict()


def _same(one: Run, other: Run) -> bool:
    a, b = _weights(one), _weights(other)
    return all(torch.equal(a[name], b[name]) for name in a)


def test_a_finished_run_has_curves_checkpoints_a_model_and_its_test_bound(tmp_path: Path) -> None:
    run = _run(tmp_path)
    status = train_run(run)
    assert status == run.stored_status()
    assert (status.state, status.step, status.samples, status.epoch) == ("finished", 30, 2994, 2.0)
    points = run.metrics()
    assert points[0].step == 1  # the curve begins at once
    assert points[-1].step == 30
    assert points[-1].full_test
    assert points[-1].vectors.keys() == {"rate_per_dim"}
    assert len(points[-1].vectors["rate_per_dim"]) == 2
    assert steps(run.checkpoints_path) == [15, 30]
    path = run.model_path()
    assert path is not None
    saved = load_model(path)
    assert saved.training.test == status.test == points[-1].test
    assert saved.training.command == "latent-atlas train digits --hidden 16 --epochs 2"
    kept = [snapshot_record(each.path) for each in list_snapshots(run.snapshots_path)]
    assert [each.step for each in kept if each] == list(spread_steps(30, USUAL + 1))[:-1]


def test_the_logged_test_bound_is_that_of_the_model_left_behind(tmp_path: Path) -> None:
    from vae_core.data import load_dataset

    run = _run(tmp_path)
    status = train_run(run)
    path = run.model_path()
    assert path is not None
    bound = evaluate(load_model(path).vae, load_dataset("digits").split("test").images)
    assert status.test is not None
    assert bound.as_dict() == status.test


def test_the_same_request_twice_gives_the_same_numbers_to_the_last_bit(tmp_path: Path) -> None:
    one, other = _run(tmp_path, binarize="dynamic"), _run(tmp_path, binarize="dynamic")
    assert train_run(one).test == train_run(other).test
    assert _same(one, other)
    third = _run(tmp_path, binarize="dynamic", seed=1)
    train_run(third)
    assert not _same(one, third)


def _listener_that(act: Callable[[], object], at_step: int) -> Callable[[RunStatus], None]:
    done = False

    def listener(status: RunStatus) -> None:
        nonlocal done
        if status.step >= at_step and not done:
            done = True
            act()

    return listener


@pytest.fixture
def _attentive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LISTEN_EVERY", 0.0)
    monkeypatch.setattr(pace, "MEASURE_EVERY", 0.0)


@pytest.mark.usefixtures("_attentive")
@pytest.mark.parametrize(("word", "state"), [("pause", "paused"), ("stop", "stopped")])
def test_a_rest_keeps_everything_and_the_resumed_run_ends_bit_for_bit_the_same(
    word: str, state: str, tmp_path: Path
) -> None:
    undisturbed, run = _run(tmp_path), _run(tmp_path)
    train_run(undisturbed)
    command = Command.model_validate({"command": word})
    rest = train_run(run, _listener_that(lambda: leave_command(run.commands_path, command), 7))
    assert rest.state == state
    assert 7 <= rest.step < 15
    assert steps(run.checkpoints_path) == [rest.step]
    assert list(run.commands_path.iterdir()) == []
    assert train_run(run).state == "finished"
    assert _same(run, undisturbed)
    assert ResumeEvent(step=rest.step) in run.events()


@pytest.mark.usefixtures("_attentive")
def test_a_change_of_learning_rate_is_logged_and_replayed_after_a_loss(tmp_path: Path) -> None:
    run, again = _run(tmp_path), _run(tmp_path)
    change = Command(command="change", learning_rate=0.01, beta=0.5)
    train_run(run, _listener_that(lambda: leave_command(run.commands_path, change), 5))
    [logged] = [e for e in run.events() if isinstance(e, ChangeEvent)]
    assert (logged.learning_rate, logged.beta) == (0.01, 0.5)
    assert run.metrics()[0].learning_rate == 1e-3
    assert run.metrics()[-1].learning_rate == 0.01

    # A run that lost its checkpoints but not its log makes the change at the same step.
    log = MetricsLog(again.metrics_path)
    log.append(logged)
    log.close()
    train_run(again)
    assert _same(run, again)


def test_divergence_fails_the_run_in_a_sentence_and_keeps_the_checkpoints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _run(tmp_path)
    step = TrainingLoop.step

    def poisoned(loop: TrainingLoop) -> bool:
        if loop.step_count == 20:
            algorithm = loop.algorithm
            with torch.no_grad():
                for parameter in algorithm._vae.parameters():  # type: ignore[attr-defined]
                    parameter.fill_(float("nan"))
        return step(loop)

    monkeypatch.setattr(TrainingLoop, "step", poisoned)
    status = train_run(run)
    assert status.state == "failed"
    assert status.reason is not None
    assert "diverged" in status.reason
    assert "learning rate" in status.reason
    assert steps(run.checkpoints_path) == [15]
    monkeypatch.setattr(TrainingLoop, "step", step)
    assert train_run(run).state == "finished"  # from the last good checkpoint


def test_a_full_disk_fails_the_run_in_a_sentence_and_keeps_the_checkpoints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _run(tmp_path)
    fsync = os.fsync

    def full(descriptor: int) -> None:
        if steps(run.checkpoints_path) == [15] and next(run.checkpoints_path.glob(".step-*"), None):
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    status = train_run(run)
    assert status.state == "failed"
    assert status.reason is not None
    assert "disk is full" in status.reason
    assert steps(run.checkpoints_path) == [15]
    assert not list(run.checkpoints_path.glob(".*"))
    monkeypatch.setattr(os, "fsync", fsync)
    assert train_run(run).state == "finished"


def test_a_fault_nobody_foresaw_still_ends_in_a_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(loop: TrainingLoop) -> bool:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(TrainingLoop, "step", broken)
    status = train_run(_run(tmp_path))
    assert status.state == "failed"
    assert status.reason is not None
    assert "ZeroDivisionError" in status.reason
    assert "Traceback" in capsys.readouterr().err


def test_a_resume_with_other_threads_says_it_is_not_bit_exact_and_goes_on(tmp_path: Path) -> None:
    run = _run(tmp_path)
    told = False

    def ending() -> bool:
        return told

    def listener(status: RunStatus) -> None:
        nonlocal told
        told = status.step >= 1

    assert train_run(run, listener, lambda: True).state in ("interrupted", "finished")
    status = run.stored_status().model_copy(update={"state": "interrupted"})
    run.write_status(status)
    try:
        status = train_run(run, threads=2)
    finally:
        torch.set_num_threads(1)
    assert status.state == "finished"
    assert status.note is not None
    assert "threads 1 → 2" in status.note
    assert "not bit-exact" in status.note


def test_the_best_checkpoint_by_validation_is_kept(
    mnist_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a dataset with a validation split, a bad end does not lose the good middle."""
    from vae_core.runs import workbench

    run = _run(tmp_path, dataset="mnist", hidden=(8,), epochs=5, batch_size=5000)
    bounds = iter([-9.0, -1.0, -5.0, -6.0, -7.0])
    measured = workbench.Workbench.measured

    def scored(self: workbench.Workbench, images: torch.Tensor) -> object:
        record = measured(self, images[:10])
        if images is self.valid and record is not None:
            record = replace(record, means=record.means | {"elbo": next(bounds)})
        return record

    monkeypatch.setattr(workbench.Workbench, "measured", scored)
    assert train_run(run).state == "finished"
    assert steps(run.checkpoints_path) == [20, 40, 50]
    best = run.best_model_path()
    assert best is not None
    assert best.parent.name == "step-20"


def test_a_training_split_is_tested_on_its_own_test_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vae_core.data import load_dataset
    from vae_core.runs import workbench

    digits = load_dataset("digits")
    blocks = replace(
        digits,
        splits={**digits.splits, "test-block": torch.arange(7)},
        test_splits={"train": "test-block"},
    )
    monkeypatch.setattr(workbench, "load_dataset", lambda name, data_dir: blocks)
    bench = workbench.Workbench(_run(tmp_path))
    assert len(bench.test) == 7
