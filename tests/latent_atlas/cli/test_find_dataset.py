"""A dataset is found by its name, as what a model was trained on, or as a path of pictures."""

import json
import tempfile
from pathlib import Path

import pytest
import torch

from latent_atlas.__main__ import main
from tests.latent_atlas.ui.model_fixtures import small_model_bytes
from tests.vae_core.data.own.makers import encoded, laid_out, photograph, png, zipped
from vae_core.data import available_datasets
from vae_core.data.own import own_datasets
from vae_core.models import VAE, Architecture, TrainingRecord, save_model
from vae_core.runs import list_runs, runs_folder

FACES = {f"{who}/{i}.png": png(20 * i + 5) for who in ("Ada", "Bo") for i in range(6)}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Works in an empty folder, and lets pictures pass through one that can be looked into."""
    work, passing = tmp_path / "work", tmp_path / "passing"
    work.mkdir()
    passing.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    return passing


@pytest.fixture
def checkpoint(tmp_path: Path) -> str:
    """A model of 8 × 8 images that says it was trained on digits."""
    path = tmp_path / "small.safetensors"
    path.write_bytes(small_model_bytes())
    return str(path)


def result(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main([*words, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def test_a_name_matches_whatever_its_case(
    checkpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = result(capsys, "evaluate", checkpoint, "--dataset", "DiGiTs")
    assert found == result(capsys, "evaluate", checkpoint, "--dataset", "digits")
    assert found["dataset"] == "digits"
    tiny = ["--hidden", "8", "--epochs", "1", "--threads", "1"]
    assert main(["train", "DIGITS", *tiny]) == 0
    assert list_runs(runs_folder())[0].config.dataset == "digits"


def test_without_a_name_it_is_what_the_model_was_trained_on_and_that_is_said(
    checkpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    named = result(capsys, "evaluate", checkpoint, "--dataset", "digits")
    assert main(["evaluate", checkpoint, "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == named
    said = "The images are those of digits: small.safetensors was trained on them.\n"
    assert captured.err == said


@pytest.mark.parametrize(
    "words", [["train", "minst"], ["gradient-variance", "minst"], ["data", "fetch", "minst"]]
)
def test_a_mistyped_name_is_answered_with_what_was_meant(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err == "There is no dataset “minst” (did you mean mnist?).\n"


def test_a_name_like_nothing_known_is_answered_with_what_there_is(
    checkpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", checkpoint, "--dataset", "zebra"]) == 2
    names = ", ".join(info.name for info in available_datasets())
    said = f"There is no dataset “zebra”: choose one of {names}, or a path.\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("source", ["faces", "./faces", "faces.zip"])
@pytest.mark.parametrize("split", ["train", "test"])
def test_a_model_is_measured_on_pictures_of_ones_own_and_nothing_is_kept(
    source: str, split: str, checkpoint: str, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid_out(Path("faces"), FACES)
    Path("faces.zip").write_bytes(zipped(FACES))
    before = sorted(Path.cwd().rglob("*"))
    found = result(capsys, "evaluate", checkpoint, "--dataset", source, "--split", split)
    assert (found["dataset"], found["split"]) == (source, split)
    assert found["images"] == {"train": 10, "test": 2}[split]
    assert sorted(Path.cwd().rglob("*")) == before
    assert list(elsewhere.iterdir()) == []
    assert own_datasets() == []


def test_pictures_become_what_the_model_was_made_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vae = VAE(Architecture(image_shape=(3, 12, 10), latent_dim=2, hidden=(8,)))
    vae.initialise("paper", torch.Generator().manual_seed(0))
    save_model(tmp_path / "rgb.safetensors", vae, TrainingRecord())
    laid_out(Path("in"), {f"{i}.jpg": encoded(photograph(i), "JPEG") for i in range(5)})
    words = ["evaluate", str(tmp_path / "rgb.safetensors")]
    assert result(capsys, *words, "--dataset", "in", "--split", "train")["images"] == 4
    assert main(words) == 2
    assert "does not say what it was trained on" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["reconstruct", "--count", "2"], ["export", "--to", "csv"]])
def test_other_commands_take_pictures_too(
    words: list[str], checkpoint: str, elsewhere: Path, tmp_path: Path
) -> None:
    laid_out(Path("faces"), FACES)
    command, *options = words
    out = tmp_path / ("out.csv" if command == "export" else "out.png")
    options += ["--dataset", "faces", "--out", str(out)]
    assert main([command, checkpoint, *options]) == 0
    assert out.stat().st_size > 100
    assert list(elsewhere.iterdir()) == []


def test_a_model_of_ones_own_pictures_finds_them_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    laid_out(Path("faces"), FACES)
    tiny = ["--hidden", "8", "--epochs", "1", "--threads", "1", "--runs-dir", "R"]
    trained = result(capsys, "train", "faces", *tiny)
    [run] = list_runs(Path("R"))
    found = result(capsys, "evaluate", run.id, "--runs-dir", "R")
    assert found["dataset"] == run.config.dataset
    assert isinstance(trained["test"], dict)
    assert found["elbo"] == pytest.approx(trained["test"]["elbo"])
    # Brought again under their path, they are the same images in the same splits.
    again = result(capsys, "evaluate", run.id, "--runs-dir", "R", "--dataset", "faces")
    assert again | {"dataset": found["dataset"]} == found


@pytest.mark.parametrize(
    ("model", "own"), [("mnist-2d", "mnist"), ("fashion-mnist-2d", "fashion-mnist")]
)
def test_where_a_models_own_data_are_not_here_a_part_of_them_is_taken_and_that_is_said(
    model: str,
    own: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_DATA", str(tmp_path))
    assert main(["likelihood", model, "--images", "1", "--json"]) == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert (found["dataset"], found["trained_on"]) == (f"{own}-12k", own)
    assert found["relation"] == "part"
    [line] = told.err.splitlines()
    assert line.startswith(f"{own} is not here. {model} was trained on ")
    assert "shown is a part of it" in line


def test_data_that_were_asked_for_by_name_have_no_stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_DATA", str(tmp_path))
    assert main(["evaluate", "mnist-2d", "--dataset", "mnist"]) == 2
    assert "latent-atlas data fetch mnist" in capsys.readouterr().err


def test_strange_images_do_not_stand_in_for_data_that_are_not_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_DATA", str(tmp_path))
    path = tmp_path / "binary.safetensors"
    vae = VAE(Architecture(image_shape=(1, 28, 28), latent_dim=2, hidden=(8,)))
    save_model(path, vae, TrainingRecord(dataset="binarized-mnist"))
    assert main(["evaluate", str(path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("binary.safetensors was trained on binarized-mnist. ")
    assert said.endswith("with --dataset such as mnist-12k.\n")


@pytest.mark.parametrize("path", ["gone.zip", "no/such/folder", "empty"])
def test_a_path_without_pictures_is_one_sentence(
    path: str, checkpoint: str, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty").mkdir()
    assert main(["evaluate", checkpoint, "--dataset", path]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert path in line
    assert list(elsewhere.iterdir()) == []


def test_a_dataset_to_fetch_is_no_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "fetch", "zebra"]) == 2
    told = capsys.readouterr().err
    assert "There is no dataset “zebra”: choose one of " in told
    assert "path" not in told
