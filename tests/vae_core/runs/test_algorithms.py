"""Every learning algorithm as a run: paused, resumed, and the same to the last bit."""

from pathlib import Path
from typing import Any

import pytest
import torch

from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import evaluate
from vae_core.inference import PerImageInference
from vae_core.models import load_model
from vae_core.runs import Run, RunStatus, create_run, make_config, pace, request_change, session
from vae_core.runs.commands import Command, leave_command, take_commands
from vae_core.runs.faults import train_run
from vae_core.runs.lock import FileLock

WAYS: dict[str, dict[str, Any]] = {
    "stl": {"estimator": "stl"},
    "iwae": {"algorithm": "iwae", "importance_samples": 3, "importance_gradient": "dreg"},
    "factor-vae": {"algorithm": "factor-vae", "discriminator_layers": 1, "discriminator_width": 8},
    "wake-sleep": {"algorithm": "wake-sleep", "optimizer": "adagrad", "batch_size": 20},
    "svi": {"algorithm": "svi", "local_steps": 2},
    "mcem": {"algorithm": "mcem", "leapfrog_steps": 3, "updates": 2, "batch_size": 40},
    "full-vb": {"algorithm": "full-vb", "optimizer": "adagrad", "batch_size": 20},
    "nvil": {"algorithm": "score-function", "baseline": "nvil"},
    "bbvi": {"algorithm": "score-function", "baseline": "bbvi", "samples_per_image": 2},
}


def _run(folder: Path, fields: dict[str, Any]) -> Run:
    given = {"dataset": "digits", "hidden": (16,), "epochs": 2, "threads": 1} | fields
    return create_run(make_config(**given), folder)


def _weights(run: Run) -> dict[str, torch.Tensor]:
    path = run.model_path()
    assert path is not None
    return load_model(path).vae.state_dict()


@pytest.mark.parametrize("way", WAYS)
def test_a_paused_and_resumed_run_ends_bit_for_bit_the_same(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed, run = _run(tmp_path, WAYS[way]), _run(tmp_path, WAYS[way])
    finished = train_run(undisturbed)
    monkeypatch.setattr(pace, "LISTEN_EVERY", 0.0)
    monkeypatch.setattr(pace, "MEASURE_EVERY", 0.0)

    asked: list[int] = []

    def pause(status: RunStatus) -> None:
        if status.step >= 7 and not asked:
            asked.append(status.step)
            leave_command(run.commands_path, Command(command="pause"))

    assert train_run(run, pause).state == "paused"
    again = train_run(run)
    assert again.state == "finished"
    assert again.test == finished.test
    assert again.samples == finished.samples >= 2 * 1497
    for name, value in _weights(undisturbed).items():
        assert torch.equal(value, _weights(run)[name]), name


@pytest.mark.parametrize("way", WAYS)
def test_the_model_says_how_it_was_trained(way: str, tmp_path: Path) -> None:
    run = _run(tmp_path, WAYS[way] | {"epochs": None, "samples": 40})
    train_run(run)
    path = run.model_path()
    assert path is not None
    record = load_model(path).training
    assert record.algorithm == WAYS[way].get("algorithm", "aevb")
    for field, value in WAYS[way].items():
        assert f"--{field.replace('_', '-')} {value}" in (record.command or "")
    assert make_config(**run.config.given()) == run.config


def test_test_bounds_without_an_encoder_are_by_per_image_inference_with_the_model_left_behind(
    tmp_path: Path,
) -> None:
    run = _run(tmp_path, WAYS["svi"])
    status, path = train_run(run), run.model_path()
    assert path is not None
    vae, images = load_model(path).vae, load_dataset("digits").split("test").images
    assert status.test is not None
    assert evaluate(PerImageInference(vae), images).as_dict() == status.test
    assert evaluate(vae, images).elbo < status.test["elbo"]


@pytest.mark.parametrize("algorithm", ["aevb", "svi"])
def test_per_image_inference_sees_whole_splits_at_the_end_only(
    algorithm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "PROBE", 100)
    run = _run(tmp_path, {"algorithm": algorithm, "epochs": 3})
    status = train_run(run)
    whole = [event for event in run.metrics() if event.full_test]
    assert len(whole) == (1 if algorithm == "svi" else 3)
    assert run.metrics()[-1].full_test
    assert whole[-1].test == status.test


def test_a_dear_point_makes_the_next_one_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(pace.time, "monotonic", lambda: now)
    clock = pace.Pace(0)
    assert clock.measurement_due(1)
    for cost, wait in ((0.0, 0.7), (0.5, 2.0), (3.0, 4.9)):
        clock.measured(10**6, cost)
        now += wait - 0.01
        assert not clock.measurement_due(10**6)
        now += 0.02
        assert clock.measurement_due(10**6)
    clock.measured(1000)
    assert clock.measurement_due(10**6)  # a milestone


def test_no_rate_is_weighed_anew_where_none_is_weighed(tmp_path: Path) -> None:
    run = _run(tmp_path, WAYS["wake-sleep"])
    run.write_status(run.stored_status().model_copy(update={"state": "running"}))
    lock = FileLock(run.lock_path)
    assert lock.acquire()
    with pytest.raises(AtlasError, match=r"beta belongs to aevb, .*; wake-sleep, by which"):
        request_change(run, beta=2.0)
    request_change(run, learning_rate=0.1)
    [command] = take_commands(run.commands_path)
    assert command.learning_rate == 0.1
    lock.release()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"algorithm": "sleep-wake"}, "Algorithm cannot be “sleep-wake”: choose aevb, "),
        ({"algorithm": "iwae", "importance_samples": 0}, "Importance samples cannot be 0"),
        (
            {"algorithm": "score-function", "estimator": "stl"},
            "Estimator cannot be “stl”: choose b or a",
        ),
        (
            {"algorithm": "iwae", "estimator": "a"},
            "Estimator = a belongs to the algorithms aevb and score-function, and iwae has no use",
        ),
        (
            {"leapfrog_steps": 9},
            "Leapfrog steps = 9 belongs to the algorithm mcem, and aevb has no",
        ),
        ({"baseline": "nvil"}, "Baseline = nvil belongs to the algorithm score-function, and aevb"),
        (
            {"algorithm": "wake-sleep", "beta": 2.0},
            "Beta = 2.0 belongs to .*, and wake-sleep has no",
        ),
        (
            {"scale": 0.3},
            "Pixel standard deviation = 0.3 belongs to gaussian-fixed or gaussian-linear, and a",
        ),
        (
            {"channels": (8,)},
            "Channels = 8 belongs to conv or pixelcnn, and a model of mlp and bernoulli has",
        ),
        (
            {"algorithm": "score-function", "baseline": "leave-one-out"},
            "at least 2 samples per image",
        ),
        ({"algorithm": "score-function", "baseline": "bbvi"}, "at least 2 samples per image"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(AtlasError, match=sentence):
        make_config(dataset="digits", **fields)
