"""A model is found by its path, its shipped name, or the run that made it."""

import json
import shutil
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from latent_atlas.cli.find_model import find_model, find_run
from latent_atlas.places import CHECKPOINTS
from latent_atlas.stored_models import shipped_models
from tests.latent_atlas.ui.model_fixtures import run_with_model
from vae_core.errors import AtlasError
from vae_core.runs import Run, create_run, make_config


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return run_with_model(tmp_path / "runs", name="mine")


def test_a_shipped_model_is_known_by_its_name_whatever_its_case(tmp_path: Path) -> None:
    for name, path in shipped_models().items():
        assert find_model(name, tmp_path).path == path == CHECKPOINTS / f"{name}.safetensors"
    assert find_model("MNIST-2D", tmp_path).title == "mnist-2d"


def test_a_run_is_known_by_its_id_its_folder_and_a_file_in_it(run: Run) -> None:
    path, runs = run.model_path(), run.path.parent
    assert path is not None
    for text in (run.id, str(run.path), str(path)):
        found = find_model(text, runs)
        assert found.path.samefile(path)
        assert found.run is not None
        assert found.run.id == run.id
    assert find_model(run.id, runs).title == "mine"


def test_a_model_is_known_as_addresses_of_the_app_have_it(run: Run) -> None:
    assert find_model("shipped:mnist-2d", run.path.parent).title == "mnist-2d"
    for text in (f"run:{run.id}", f"run:{run.id}@last"):
        found = find_model(text, run.path.parent)
        assert found.path == find_model(run.id, run.path.parent).path


def test_a_name_wins_over_a_file_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(shipped_models()["digits-2d"], tmp_path / "mnist-2d")
    assert find_model("mnist-2d", tmp_path).path == shipped_models()["mnist-2d"]
    assert find_model("./mnist-2d", tmp_path).path == Path("mnist-2d")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mnits-2d", r"There is no model “mnits-2d” \(did you mean mnist-2d\?\)\.$"),
        ("zebra", r"There is no model “zebra”: give the path .* or one of mnist-2d, "),
        ("a" * 500, "There is no model"),
        ("~nobody-is-called-so", "There is no model"),
    ],
)
def test_what_means_no_model_is_answered_in_a_sentence(
    text: str, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(AtlasError, match=sentence):
        find_model(text, tmp_path)


def test_a_mistyped_run_is_answered_with_the_one_that_was_meant(run: Run) -> None:
    typed = run.id[:-1]
    for find in (find_model, find_run):
        with pytest.raises(AtlasError, match=rf"“{typed}”.* \(did you mean {run.id}\?\)"):
            find(typed, run.path.parent)


def test_a_run_without_a_model_says_so(tmp_path: Path) -> None:
    fresh = create_run(make_config(dataset="digits"), tmp_path)
    with pytest.raises(AtlasError, match="no model yet"):
        find_model(fresh.id, tmp_path)


def test_a_damaged_run_says_so(run: Run) -> None:
    (run.path / "config.json").write_text("{")
    for find in (find_model, find_run):
        with pytest.raises(AtlasError, match="damaged"):
            find(run.id, run.path.parent)


@pytest.mark.parametrize(
    "words",
    [
        ["evaluate"],
        ["likelihood", "--images", "2", "--k", "10"],
        ["reconstruct", "--count", "2"],
        ["manifold", "--grid", "2"],
        ["samples", "--count", "2"],
        ["export", "--to", "csv"],
    ],
    ids=lambda words: words[0],
)
def test_every_command_that_takes_a_model_takes_a_runs_id(
    words: list[str], run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / ("out.csv" if words[0] == "export" else "out.png")
    if words[0] in ("reconstruct", "manifold", "samples", "export"):
        words = [*words, "--out", str(out)]
    if words[0] in ("evaluate", "likelihood", "export"):
        words = [*words, "--json"]
    command, *options = words
    assert main([command, run.id, "--runs-dir", str(run.path.parent), *options]) == 0
    printed = capsys.readouterr().out
    if "--json" in words:
        path = run.model_path()
        assert path is not None
        assert Path(json.loads(printed)["checkpoint"]).samefile(path)
    if "--out" in words:
        assert out.stat().st_size > 100


def test_a_folder_of_runs_is_refused_for_what_is_not_looked_up_in_it(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = ["--runs-dir", str(run.path.parent)]
    out = str(tmp_path / "sheet.png")
    commands = {
        "manifold": ["--out", out],
        "evaluate": [],
        "export": ["--to", "html", "--out", out],
    }
    for command, more in commands.items():
        for model in ("digits-2d", str(run.path), str(run.model_path())):
            assert main([command, model, *more, *runs]) == 2
            told = capsys.readouterr().err
            assert "--runs-dir belongs to runs that are looked up by name" in told, (command, model)
    assert main(["manifold", run.id, "--out", out, *runs]) == 0
