"""`compare`, and `reconstruct` of several models."""

import json
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from latent_atlas.cli.compared_subjects import SAMPLES
from latent_atlas.ui.reconstruct import measure
from tests.latent_atlas.ui.model_fixtures import add_checkpoint, small_vae
from vae_core.models import TrainingRecord, save_model
from vae_core.runs import create_run, runs_folder
from vae_core.runs.flat import make_config


@pytest.fixture
def models(tmp_path: Path) -> list[str]:
    """A shipped model, and two files of one name."""
    found = ["digits-2d"]
    for seed in (1, 2):
        path = tmp_path / str(seed) / "small.safetensors"
        path.parent.mkdir()
        save_model(path, small_vae(seed), TrainingRecord(dataset="digits", split="train"))
        found.append(str(path))
    return found


def test_the_numbers_are_those_of_evaluate_and_of_the_page(
    models: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert SAMPLES == measure.SAMPLES
    out = tmp_path / "report.html"
    assert main(["compare", *models, "--dataset", "digits", "--out", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["title"] for each in found["models"]] == ["digits-2d", "small (1)", "small (2)"]
    for model, told in zip(models, found["models"], strict=True):
        words = ["evaluate", model, "--dataset", "digits", "--samples-per-image", str(SAMPLES)]
        assert main([*words, "--json"]) == 0
        bound = json.loads(capsys.readouterr().out)
        assert told["cost"]["value"] == pytest.approx(-bound["elbo"], rel=1e-6)
        assert told["rate"]["value"] == pytest.approx(bound["rate"], rel=1e-6)
        sure = bound["half_widths"]["over_images"]["elbo"]
        assert told["cost"]["half_width"] == pytest.approx(sure, rel=1e-5)
    page = out.read_text(encoding="utf-8")
    assert found["headline"] in page.replace('<span class="whole">', "").replace("</span>", "")
    assert found["command"].startswith("latent-atlas compare digits-2d ")
    assert page.count("<h3>") > 4


def test_a_model_of_a_sweep_brings_its_curve_and_one_of_another_size_is_a_guest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    runs = [
        create_run(make_config(dataset="digits", beta=beta, latent_dim=dim), runs_folder())
        for beta, dim in ((1.0, 2), (4.0, 2), (2.0, 5))
    ]
    for seed, run in enumerate(runs):
        add_checkpoint(run, seed, 10)
    words = ["compare", runs[0].id, "mnist-2d", "--dataset", "digits", "--images", "20", "--json"]
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["title"] for each in found["guests"]] == ["mnist-2d"]
    assert "brought to the common size" in found["apart"][0]
    [model] = found["models"]
    nats, squares = found["rate_distortion"]
    for chart, height in ((nats, "distortion"), (squares, "squared_error")):
        [curve] = chart["curves"]
        assert curve["label"].startswith("β 1 to 4")
        at = model["points"][0]
        assert (curve["x"][0], curve["y"][0]) == (at["rate"]["value"], at[height]["value"])


@pytest.mark.parametrize("ending", ["pdf", "csv", "png"])
def test_the_name_tells_what_is_written_and_the_headline_is_printed(
    ending: str, models: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"out.{ending}"
    words = ["compare", *models[:2], "--dataset", "digits", "--images", "20", "--out", str(out)]
    assert main(words) == 0
    assert out.stat().st_size > 500
    assert "is better than" in capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--out", "x.txt"], "does not tell what to write: end its name in .html"),
        (["--images", "0"], "give 1 or more"),
        (["digits-2d"] * 12, "room for 12 models, and 13 were named"),
        (["--out", "absent/x.html"], "could not be written"),
        (["--json", "--out", "-"], "both want standard output"),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence_and_leaves_no_file(
    more: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    names = [word for word in more if word.endswith("-2d")]
    options = [word for word in more if not word.endswith("-2d")]
    few = [] if "--images" in options else ["--images", "5"]
    words = ["compare", "digits-2d", *names, "--dataset", "digits", *few, *options]
    assert main(words) == 2
    assert sentence in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_reconstruct_tells_the_numbers_of_several_models_and_draws_them(
    models: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sheet.png"
    words = ["reconstruct", *models, "--dataset", "digits", "--count", "5"]
    assert main([*words, "--out", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert out.read_bytes().startswith(b"\x89PNG")
    assert len(found["indices"]) == len(found["labels"]) == 5
    assert main(["evaluate", models[1], "--dataset", "digits", "--json"]) == 0
    assert found["models"][1]["elbo"] == json.loads(capsys.readouterr().out)["elbo"]
    for model in found["models"]:
        each = model["images"]
        assert {len(each[name]) for name in ("cost", "rate", "mse", "psnr", "ssim")} == {5}
        sums = zip(each["cost"], each["distortion"], each["rate"], strict=True)
        assert all(a == pytest.approx(b + c, rel=1e-5) for a, b, c in sums)
    assert main(words) == 2
    assert "give --out FILE.png for the sheet, or --json" in capsys.readouterr().err
