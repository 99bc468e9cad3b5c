"""``evaluate`` with q(z|x) by the encoder, or found image by image."""

import json
from pathlib import Path
from typing import Any

import pytest

from latent_atlas.__main__ import main
from vae_core.runs import list_runs

TINY = ["train", "digits", "--hidden", "8", "--threads", "1", "--epochs", "2", "--lr", "0.01"]


@pytest.mark.parametrize("algorithm", ["aevb", "svi"])
def test_a_model_is_measured_as_it_was_trained_unless_asked_otherwise(
    algorithm: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*TINY, "--algorithm", algorithm, "--runs-dir", str(tmp_path), "--json"]) == 0
    trained = json.loads(capsys.readouterr().out.splitlines()[-1])["test"]
    [run] = list_runs(tmp_path)

    def bound(*words: str) -> dict[str, Any]:
        path = str(run.model_path())
        assert main(["evaluate", path, "--dataset", "digits", *words, "--json"]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    status = run.status()
    assert status.test is not None
    assert status.test == trained
    own, other = ("encoder", "per-image") if algorithm == "aevb" else ("per-image", "encoder")
    assert bound()["inference"] == own
    assert {k: bound()[k] for k in trained} == trained
    assert bound("--inference", own)["elbo"] == trained["elbo"]
    assert (bound("--inference", other)["elbo"] > trained["elbo"]) == (algorithm == "aevb")
