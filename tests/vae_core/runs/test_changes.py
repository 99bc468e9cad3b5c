"""Settings changed by hand: made exactly once, told in the log, and made again by a resume."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.vae_core.runs.kept_bits import allowed
from vae_core.algorithms import AEVBSettings
from vae_core.errors import AtlasError
from vae_core.models import load_model
from vae_core.options import options_of
from vae_core.runs import Run, RunStatus, create_run, make_config, open_run, pace, request_change
from vae_core.runs.commands import Command, leave_command, waiting_commands
from vae_core.runs.faults import train_run
from vae_core.runs.flat import algorithm_options
from vae_core.runs.metrics import CHANGEABLE, RefusalEvent
from vae_core.runs.queue import answer

V2 = Path(__file__).parents[2] / "fixtures" / "runs-v2"


class Killed(BaseException):
    """Stands for a kill: nobody catches it."""


def _run(folder: Path, **fields: object) -> Run:
    given = {"dataset": "digits", "hidden": (8,), "epochs": 2, "threads": 1} | fields
    return create_run(make_config(**given), folder)


def _at(step: int, act: Callable[[], object]) -> Callable[[RunStatus], None]:
    done = False

    def listener(status: RunStatus) -> None:
        nonlocal done
        if status.step >= step and not done:
            done = True
            act()

    return listener


def _weights(run: Run) -> dict[str, torch.Tensor]:
    path = run.model_path()
    assert path is not None
    return load_model(path).vae.state_dict()


def _same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(value, other[name]) for name, value in one.items())


@pytest.fixture(autouse=True)
def _attentive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LISTEN_EVERY", 0.0)
    monkeypatch.setattr(pace, "MEASURE_EVERY", 0.0)


def _changed_at_20(run: Run, then: Callable[[], object] = lambda: None) -> RunStatus:
    """Trained with a change after step 20, five after the first checkpoint."""
    change = Command(command="change", learning_rate=0.01, beta=0.5, free_bits=0.3)
    left = False

    def listener(status: RunStatus) -> None:
        nonlocal left
        if status.step >= 20 and not left:
            left = True
            leave_command(run.commands_path, change)
        if status.step >= 25:
            then()

    return train_run(run, listener)


def test_a_run_killed_after_a_change_ends_the_same_from_a_checkpoint_before_it(
    tmp_path: Path,
) -> None:
    undisturbed, run, plain = (_run(tmp_path, beta_schedule="linear") for _ in range(3))
    _changed_at_20(undisturbed)

    def kill() -> None:
        raise Killed

    with pytest.raises(Killed):
        _changed_at_20(run, kill)
    assert [path.name for path in run.checkpoints_path.iterdir()] == ["step-15"]
    [change] = run.changes()
    assert change.step > 15
    assert train_run(run).state == "finished"
    assert run.changes() == [change]
    assert change.values() == undisturbed.changes()[0].values()
    assert change.step == undisturbed.changes()[0].step
    assert _same(_weights(run), _weights(undisturbed))
    train_run(plain)
    assert not _same(_weights(run), _weights(plain))


def test_the_log_tells_what_was_changed_when_and_from_what_and_the_config_does_not(
    tmp_path: Path,
) -> None:
    run = _run(tmp_path)
    _changed_at_20(run)
    [change] = run.changes()
    assert change.samples == 1497 + 100 * (change.step - 15)  # an epoch of 15 batches, and more
    assert change.before == {"learning_rate": 1e-3, "beta": 1.0, "free_bits": 0.0}
    assert change.values() == {"learning_rate": 0.01, "beta": 0.5, "free_bits": 0.3}
    of_aevb = {option.name for option in options_of(AEVBSettings).values() if option.changeable}
    assert set(change.values()) == of_aevb
    assert run.config.beta == 1.0
    path = run.model_path()
    assert path is not None
    record = load_model(path).training
    assert record.changes == ({"step": change.step, **change.values()},)
    last = run.metrics()[-1].in_force
    assert last is not None
    assert last["free_bits"] == 0.3


def test_a_setting_changed_by_hand_leaves_its_schedule_and_the_others_stay_on_theirs(
    tmp_path: Path,
) -> None:
    run = _run(tmp_path, beta_schedule="linear", learning_rate_schedule="cosine")
    train_run(run, _at(5, lambda: request_change(run, beta=0.25)))
    [change] = run.changes()
    later = [m for m in run.metrics() if m.step > change.step and m.in_force is not None]
    assert {m.in_force["beta"] for m in later if m.in_force} == {0.25}
    assert len({m.learning_rate for m in later}) == len(later)


def test_what_is_asked_of_a_run_at_rest_is_made_at_its_next_batch_and_once(tmp_path: Path) -> None:
    run = _run(tmp_path)
    pause = Command(command="pause")
    rest = train_run(run, _at(7, lambda: leave_command(run.commands_path, pause)))
    told = request_change(run, beta=3.0)
    assert run.pending() == {"beta": 3.0}
    assert answer(run, told) is None
    kept = next(each.path for each in waiting_commands(run.commands_path)).read_bytes()
    train_run(run, _at(12, lambda: leave_command(run.commands_path, pause)))
    [change] = run.changes()
    assert (change.step, change.command) == (rest.step, told)
    assert answer(run, told) == change
    # A kill after the log had it, and before the file was taken away.
    (run.commands_path / f"{told}.json").write_bytes(kept)
    assert run.pending() == {}
    train_run(run)
    assert run.changes() == [change]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"command": "change", "beta": -1}', "Beta cannot be −1: give a number"),
        ('{"command": "change", "colour": 1}', "There is no setting “colour”"),
        ("{", "What was left holds no command: it cannot be read."),
        ('{"command": "change"}', "Nothing is to be changed: give --lr, --beta or --free-bits"),
    ],
)
def test_a_command_that_cannot_be_is_answered_in_a_sentence(
    content: str, reason: str, tmp_path: Path
) -> None:
    run = _run(tmp_path, epochs=1)
    run.commands_path.mkdir()
    (run.commands_path / "000.json").write_text(content, encoding="utf-8")
    train_run(run)
    [refusal] = [event for event in run.events() if isinstance(event, RefusalEvent)]
    assert refusal.command == "000"
    assert reason in refusal.reason
    assert refusal.reason.endswith(".")
    assert list(run.commands_path.iterdir()) == []
    assert run.changes() == []


def test_only_what_its_algorithm_can_change_is_asked_of_a_run(tmp_path: Path) -> None:
    run = _run(tmp_path, algorithm="iwae", importance_samples=2, epochs=1)
    with pytest.raises(AtlasError, match="free bits belongs to aevb"):
        request_change(run, free_bits=1.0)
    with pytest.raises(AtlasError, match="can only be chosen before a run begins"):
        request_change(run, importance_samples=3)
    with pytest.raises(AtlasError, match="Nothing is to be changed"):
        request_change(run)
    train_run(run)
    with pytest.raises(AtlasError, match="is finished"):
        request_change(run, beta=1.0)


def test_the_log_has_a_place_for_every_setting_that_is_declared_changeable() -> None:
    declared = {option.name for option, _ in algorithm_options() if option.changeable}
    assert declared == set(CHANGEABLE) == set(Command.model_fields) - {"command"}


def test_a_run_of_version_2_with_a_change_is_read_and_ends_as_it_would_have(tmp_path: Path) -> None:
    shutil.copytree(V2 / "old-changed", tmp_path / "old-changed")
    run = open_run(tmp_path, "old-changed")
    assert json.loads((run.path / "config.json").read_text())["version"] == 2
    assert run.document.version == 3
    assert run.document.parent is None
    assert run.config == make_config(
        dataset="digits", hidden=(4,), epochs=2, threads=1, name="Old changed", beta=2.0
    )
    assert [(c.step, c.values()) for c in run.changes()] == [
        (5, {"learning_rate": 0.01, "beta": 0.5})
    ]
    assert train_run(run).state == "finished"
    wanted = load_model(run.path / "uninterrupted.safetensors").vae.state_dict()
    rtol, atol = allowed(V2 / "old-changed", tmp_path / "again")
    for name, value in _weights(run).items():
        torch.testing.assert_close(value, wanted[name], rtol=rtol, atol=atol, msg=name)
