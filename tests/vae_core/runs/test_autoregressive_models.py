"""Runs of MADE and PixelCNN: trained, measured, resumed, and told what they cannot do."""

from pathlib import Path
from typing import Any

import pytest
import torch

from vae_core.data import load_dataset
from vae_core.evaluation import measures
from vae_core.models import load_model
from vae_core.runs import Run, RunStatus, create_run, make_config, pace
from vae_core.runs.commands import Command, leave_command
from vae_core.runs.faults import train_run

KINDS: dict[str, dict[str, Any]] = {
    "made": {"masked_widths": (30,), "orders": 2},
    "pixelcnn": {"maps": 6, "masked_layers": 1},
}
every_kind = pytest.mark.parametrize("name", KINDS)


def _run(folder: Path, name: str, samples: int) -> Run:
    config = make_config(
        dataset="digits",
        algorithm=name,
        binarize="dynamic",
        learning_rate=0.02,
        samples=samples,
        threads=1,
        **KINDS[name],
    )
    return create_run(config, folder / "runs")


def _weights(run: Run) -> dict[str, torch.Tensor]:
    path = run.model_path()
    assert path is not None
    return load_model(path).model.state_dict()


@every_kind
def test_its_log_probability_climbs_and_is_known_with_its_error(tmp_path: Path, name: str) -> None:
    run = _run(tmp_path, name, 3000)
    status = train_run(run)
    assert status.state == "finished"
    points = run.metrics()
    assert {tuple(point.train) for point in points} == {("log_prob",)}
    assert points[-1].train["log_prob"] > points[0].train["log_prob"] + 8
    assert status.test is not None
    assert status.test["log_prob"] < 0
    assert run.title == f"digits · {name}"
    path = run.model_path()
    assert path is not None
    saved = load_model(path)
    found = measures(saved.model, load_dataset("digits").split("test").images, treatment="dynamic")
    assert found is not None
    assert found.means == status.test
    assert found.half_widths == status.test_half_widths
    assert found.half_widths["log_prob"] > 0
    assert saved.model.architecture == type(saved.model).describe((1, 8, 8), run.config.settings())


@every_kind
def test_a_paused_run_resumes_bit_for_bit(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "LISTEN_EVERY", 0.0)
    undisturbed, run = _run(tmp_path, name, 1200), _run(tmp_path, name, 1200)
    train_run(undisturbed)

    def pause(status: RunStatus) -> None:
        if status.step >= 5 and status.state == "running":
            leave_command(run.commands_path, Command.model_validate({"command": "pause"}))

    monkeypatch.setattr(pace, "MEASURE_EVERY", 0.0)
    assert train_run(run, pause).state == "paused"
    assert train_run(run).state == "finished"
    one, other = _weights(run), _weights(undisturbed)
    assert all(torch.equal(one[key], other[key]) for key in other)
