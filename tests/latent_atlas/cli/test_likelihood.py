"""``latent-atlas likelihood`` as people and scripts call it."""

import json
import re
from pathlib import Path

import pytest
import torch

from latent_atlas.__main__ import main
from vae_core.evaluation.estimators import ESTIMATORS
from vae_core.models import VAE, Architecture, TrainingRecord, save_model


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=2, hidden=(8,)))
    vae.initialise("paper", torch.Generator().manual_seed(0))
    save_model(path, vae, TrainingRecord(dataset="digits", treatment="dynamic"))
    return path


def _words(checkpoint: Path, *more: str) -> list[str]:
    return ["likelihood", str(checkpoint), "--dataset", "digits", "--images", "10", *more]


FEW: dict[str, list[str]] = {
    "grid": [],
    "importance": ["--k", "200"],
    "appendix-d": ["--samples", "20"],
    "ais": ["--temperatures", "10", "--chains", "8"],
}


@pytest.mark.parametrize("method", ESTIMATORS)
def test_json_names_the_estimate_its_error_and_what_was_asked(
    checkpoint: Path, capsys: pytest.CaptureFixture[str], method: str
) -> None:
    assert main(_words(checkpoint, "--method", method, *FEW[method], "--json")) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["method"] == method
    assert (result["split"], result["images"], result["treatment"]) == ("test", 10, "dynamic")
    assert -64 < result["log_p"] < -20
    assert 0 < result["standard_error"] < 0.1
    assert result["image_error"] > 0
    drawn = result["effective_samples"]
    assert (drawn is None) == (method == "grid")
    assert drawn is None or drawn["least"] <= drawn["of"]
    assert result["seconds"] > 0
    assert ("k" in result, "start" in result) == (method == "importance", method == "ais")


def test_without_json_it_is_a_sentence(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_words(checkpoint, "--k", "100", "--binarize", "none")) == 0
    out = capsys.readouterr().out
    assert out.startswith("digits test (10 images, grey targets): log p(x) −")
    assert "importance sampling, k = 100" in out
    number = r"[\d.]+"
    told = rf"−{number} nats per image; ± {number} on these images, ± {number} over images "
    assert re.search(told, out)
    assert "for another seed; and over images" in out


def test_of_one_image_it_is_said_that_it_is_one(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*_words(checkpoint, "--k", "100"), "--images", "1"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"nats per image; ± [\d.]+ on this image \(", out)
    assert "these" not in out
    assert "over images" not in out


def test_a_grid_is_not_said_to_change_with_the_seed(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_words(checkpoint, "--method", "grid")) == 0
    out = capsys.readouterr().out
    assert "seed" not in out
    assert "how far the grid's last two steps differ" in out


def test_one_sample_has_no_error_to_print(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_words(checkpoint, "--k", "1", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["standard_error"] is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--k", "0"], "--k is 0: give 1 to 1,000,000."),
        (["--images", "0"], "--images is 0: give 1 or more."),
        (["--method", "ais", "--chains", "1"], "--chains is 1: give 2 to 1,000."),
        (["--method", "appendix-d", "--samples", "3"], "--samples is 3: give 4 to 10,000."),
        (
            ["--chains", "7"],
            "--chains belongs to --method ais, and grid has no use for it.",
        ),
        (
            ["--method", "ais", "--k", "9"],
            "--k belongs to --method importance, and ais has no use for it.",
        ),
        (
            ["--method", "appendix-d", "--start", "posterior"],
            "--start belongs to --method ais, and appendix-d has no use for it.",
        ),
    ],
)
def test_what_is_out_of_range_or_of_no_use_gets_one_sentence(
    checkpoint: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert main(_words(checkpoint, *words)) == 2
    assert capsys.readouterr().err == sentence + "\n"


def test_without_a_method_two_dimensions_are_integrated_unless_samples_are_asked_for(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for more, method in (([], "grid"), (["--k", "50"], "importance")):
        assert main(_words(checkpoint, *more, "--json")) == 0
        assert json.loads(capsys.readouterr().out)["method"] == method
    assert main(_words(checkpoint)) == 0
    assert "integration over a grid" in capsys.readouterr().out
