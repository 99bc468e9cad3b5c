"""Run folders that the code of version 1 left behind: they open, and go on as they were.

``tests/fixtures/runs-v1`` was written by that code: for each algorithm a run that was paused, and
the model that the same run ended with when nothing stopped it; and a run that ended.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.vae_core.runs.kept_bits import allowed
from vae_core.algorithms import ALGORITHMS
from vae_core.models import load_model
from vae_core.runs import damaged_runs, list_runs, make_config, open_run
from vae_core.runs.faults import train_run
from vae_core.runs.run_document import RunDocument

KEPT = Path(__file__).parents[2] / "fixtures" / "runs-v1"
WITH_ALGORITHM = ["aevb", "full-vb", "iwae", "mcem", "score-function", "svi", "wake-sleep"]
# What each was asked for, as it was typed then.
ASKED: dict[str, dict[str, Any]] = {
    "aevb": {
        "estimator": "a", "samples_per_image": 2, "beta": 2.0, "optimizer": "adagrad",
        "learning_rate": 0.02, "weight_prior": "normal", "batch_size": 20, "network": "conv",
        "channels": (2, 3), "likelihood": "gaussian-fixed", "scale": 0.2, "activation": "relu",
        "init": "paper", "sampling": "replacement", "seed": 3,
    },
    "iwae": {"importance_samples": 3, "importance_gradient": "dreg", "binarize": "dynamic"},
    "wake-sleep": {"samples_per_image": 2, "optimizer": "adagrad", "batch_size": 20},
    "score-function": {"estimator": "a", "baseline": "nvil"},
    "svi": {"local_steps": 2, "beta": 0.5},
    "mcem": {"leapfrog_steps": 3, "updates": 2, "batch_size": 40},
    "full-vb": {"optimizer": "adagrad", "batch_size": 20, "weight_prior": "normal"},
}  # fmt: skip
ALWAYS: dict[str, Any] = {"dataset": "digits", "hidden": (4,), "epochs": 2, "threads": 1}


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    shutil.copytree(KEPT, tmp_path / "runs")
    return tmp_path / "runs"


def test_every_algorithm_of_then_has_a_kept_run() -> None:
    folders = {path.name.removeprefix("old-") for path in KEPT.iterdir() if path.is_dir()}
    assert folders == {*WITH_ALGORITHM, "finished"}
    assert set(ALGORITHMS) >= set(WITH_ALGORITHM)


def test_they_are_listed_and_none_is_damaged(runs_dir: Path) -> None:
    assert len(list_runs(runs_dir)) == len(WITH_ALGORITHM) + 1
    assert damaged_runs(runs_dir) == []
    finished = open_run(runs_dir, "old-finished")
    assert finished.title == "Old, finished"
    assert finished.status().state == "finished"
    assert len(finished.metrics()) > 1
    path = finished.model_path()
    assert path is not None
    assert load_model(path).training.algorithm == finished.config.algorithm.name == "aevb"


@pytest.mark.parametrize("algorithm", WITH_ALGORITHM)
def test_what_was_asked_for_then_is_what_is_read_now(algorithm: str, runs_dir: Path) -> None:
    run = open_run(runs_dir, f"old-{algorithm}")
    asked = ALWAYS | {"name": f"Old {algorithm}", "algorithm": algorithm} | ASKED[algorithm]
    assert run.config == make_config(**asked)
    assert run.config.algorithm == ALGORITHMS[algorithm](
        **{k: v for k, v in asked.items() if k in ALGORITHMS[algorithm].model_fields}
    )


@pytest.mark.parametrize("algorithm", WITH_ALGORITHM)
def test_a_document_of_version_1_becomes_one_of_version_3(algorithm: str) -> None:
    text = (KEPT / f"old-{algorithm}" / "config.json").read_text(encoding="utf-8")
    assert json.loads(text)["version"] == 1
    document = RunDocument.model_validate_json(text)
    written = json.loads(document.model_dump_json())
    assert written["version"] == 3
    assert written["config"]["algorithm"]["name"] == algorithm
    assert set(written["config"]["algorithm"]) == {"name", *ALGORITHMS[algorithm].model_fields}
    assert RunDocument.model_validate(written) == document


@pytest.mark.parametrize("algorithm", WITH_ALGORITHM)
def test_a_run_that_was_paused_then_ends_as_it_would_have(
    algorithm: str, runs_dir: Path, tmp_path: Path
) -> None:
    run = open_run(runs_dir, f"old-{algorithm}")
    assert run.status().state == "paused"
    assert train_run(run).state == "finished"
    path = run.model_path()
    assert path is not None
    found = load_model(path).vae.state_dict()
    wanted = load_model(run.path / "uninterrupted.safetensors").vae.state_dict()
    rtol, atol = allowed(KEPT / f"old-{algorithm}", tmp_path)
    for name, value in wanted.items():
        torch.testing.assert_close(found[name], value, rtol=rtol, atol=atol, msg=name)
