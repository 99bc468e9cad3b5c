"""A run of a diffusion model: its file makes images, and it goes on from a rest bit for bit."""

from pathlib import Path

import pytest
import torch

from vae_core.models import load_model
from vae_core.runs import Run, RunStatus, create_run, make_config, pace
from vae_core.runs.commands import Command, leave_command
from vae_core.runs.faults import train_run


def _run(folder: Path) -> Run:
    given = {"dataset": "digits", "algorithm": "ddpm", "base_channels": 8, "sampling_steps": 3}
    rest = {"samples": 400, "batch_size": 50, "threads": 1}
    return create_run(make_config(**given | rest), folder / "runs")


def test_a_paused_run_resumes_bit_for_bit_and_its_file_makes_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "LISTEN_EVERY", 0.0)
    undisturbed, run = _run(tmp_path), _run(tmp_path)
    assert train_run(undisturbed).state == "finished"

    def pause(status: RunStatus) -> None:
        if status.step >= 3 and status.state == "running":
            leave_command(run.commands_path, Command.model_validate({"command": "pause"}))

    monkeypatch.setattr(pace, "MEASURE_EVERY", 0.0)
    paused = train_run(run, pause)
    assert paused.state == "paused"
    assert paused.step < 8
    assert train_run(run).state == "finished"
    assert {tuple(point.train) for point in run.metrics()} == {("noise_error",)}
    paths = [each.model_path() for each in (run, undisturbed)]
    one, other = (load_model(path) for path in paths if path is not None)
    for name, value in one.model.state_dict().items():
        assert torch.equal(value, other.model.state_dict()[name]), name
    assert one.sample(4).shape == (4, 1, 8, 8)
    assert one.training.algorithm == "ddpm"
