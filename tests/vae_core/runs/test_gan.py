"""A run of a GAN: it resumes bit for bit, and is not told what belongs to a VAE."""

from pathlib import Path

import pytest
import torch

from vae_core.errors import AtlasError
from vae_core.models import Generates, load_model
from vae_core.runs import Run, RunStatus, create_run, make_config, pace
from vae_core.runs.commands import Command, leave_command
from vae_core.runs.faults import train_run
from vae_core.runs.flat import run_options

FIELDS = {"dataset": "digits", "algorithm": "gan", "noise_dim": 4, "first_channels": 4}


def _run(folder: Path) -> Run:
    told = {"samples": 2_000, "batch_size": 100, "threads": 1}
    return create_run(make_config(**FIELDS, **told), folder / "runs")


def _tensors(run: Run) -> dict[str, torch.Tensor]:
    path = run.model_path()
    assert path is not None
    return load_model(path).model.state_dict()


def test_a_paused_run_resumes_bit_for_bit_and_its_file_makes_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "LISTEN_EVERY", 0.0)
    undisturbed, run = _run(tmp_path), _run(tmp_path)
    train_run(undisturbed)

    def pause(status: RunStatus) -> None:
        if status.step >= 7 and status.state == "running":
            leave_command(run.commands_path, Command.model_validate({"command": "pause"}))

    monkeypatch.setattr(pace, "MEASURE_EVERY", 0.0)
    assert train_run(run, pause).state == "paused"
    assert train_run(run).state == "finished"
    one, other = _tensors(run), _tensors(undisturbed)
    assert all(torch.equal(one[name], other[name]) for name in other)

    last = run.metrics()[-1]
    assert set(last.train) == {quantity.name for quantity in run.config.algorithm.reports}
    assert last.test is None
    path = run.model_path()
    assert path is not None
    assert isinstance(load_model(path).model, Generates)
    assert load_model(path).sample(3).shape == (3, 1, 8, 8)


def test_what_belongs_to_a_vae_is_neither_offered_nor_taken() -> None:
    offered = run_options(FIELDS)
    assert {"noise_dim", "first_channels", "penalty", "batch_size", "binarize"} <= offered.keys()
    of_vaes = {"latent_dim": 3, "hidden": (4,), "likelihood": "gaussian", "network": "conv"}
    assert not of_vaes.keys() & offered.keys()
    for name, value in of_vaes.items():
        with pytest.raises(AtlasError, match="belongs to a variational autoencoder, and gan"):
            make_config(**FIELDS, **{name: value})


def test_it_cannot_stop_early_by_what_is_not_measured() -> None:
    with pytest.raises(AtlasError, match="Early stopping"):
        make_config(**FIELDS, early_stopping=3)
