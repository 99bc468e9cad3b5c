"""Runs with one σ for all pixels: they learn it, and those from before go on as they were."""

from pathlib import Path
from typing import Any

import pytest
import torch

from vae_core.data import available_datasets
from vae_core.models import load_model
from vae_core.models.likelihoods.gaussian_shared import GaussianShared
from vae_core.runs import Run, RunStatus, create_run, make_config, pace
from vae_core.runs.faults import train_run

SHARED: dict[str, Any] = {"likelihood": "gaussian-shared", "threads": 1}


def _run(folder: Path, **fields: Any) -> Run:
    return create_run(make_config(**(SHARED | fields)), folder)


def _test(run: Run) -> dict[str, float]:
    means = train_run(run).test
    assert means is not None
    return dict(means)


def _weights(run: Run) -> dict[str, torch.Tensor]:
    path = run.model_path()
    assert path is not None
    return load_model(path).vae.state_dict()


def _needs(dataset: str) -> None:
    if not any(info.name == dataset and info.present for info in available_datasets()):
        pytest.skip(f"{dataset} is not here: LATENT_ATLAS_DATA names no folder with it")


@pytest.mark.parametrize("algorithm", ["aevb", "full-vb"])
def test_a_run_from_before_goes_on_as_it_was(
    algorithm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was moved by the optimiser's step like all else: so a σ that is not solved for is."""
    monkeypatch.setattr(pace, "LISTEN_EVERY", 0.0)
    fields = {"dataset": "digits", "hidden": (16,), "epochs": 2, "algorithm": algorithm}
    before, run = _run(tmp_path, **fields), _run(tmp_path, **fields)
    with monkeypatch.context() as old:
        old.setattr(GaussianShared, "solved", frozenset[str]())
        train_run(before)
        stopped = train_run(run, _do_nothing, lambda: True)
        assert stopped.state == "interrupted"
    assert train_run(run).state == "finished"
    for name, value in _weights(before).items():
        assert torch.equal(value, _weights(run)[name]), name


def _do_nothing(status: RunStatus) -> None:
    pass


def test_at_defaults_digits_have_a_code_and_a_bound_above_zero(tmp_path: Path) -> None:
    means = _test(_run(tmp_path, dataset="digits"))
    assert means["elbo"] > 0
    assert means["rate"] > 3


def test_at_defaults_frey_face_is_told_apart(tmp_path: Path) -> None:
    _needs("frey-face")
    means = _test(_run(tmp_path, dataset="frey-face", latent_dim=2))
    assert means["elbo"] >= 575
    assert means["rate"] >= 4


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_at_defaults_the_olivetti_faces_are_told_apart(seed: int, tmp_path: Path) -> None:
    _needs("olivetti-faces")
    means = _test(_run(tmp_path, dataset="olivetti-faces", latent_dim=10, seed=seed))
    assert means["elbo"] >= 2850
    assert means["rate"] >= 15
