"""``latent-atlas export`` as people and scripts call it."""

import json
from pathlib import Path

import onnx
import pytest
import torch

from latent_atlas.__main__ import main
from tests.latent_atlas.ui.model_fixtures import small_model_bytes
from vae_core.models import load_model


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    path = tmp_path / "small.safetensors"
    path.write_bytes(small_model_bytes())
    return path


def _export(checkpoint: Path, kind: str, *more: str) -> Path:
    out = checkpoint.with_name(f"out.{kind}")
    assert main(["export", str(checkpoint), "--to", kind, "--out", str(out), *more]) == 0
    return out


def test_safetensors_is_the_model_again_and_json_says_so(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = _export(checkpoint, "safetensors", "--json")
    before, after = load_model(checkpoint), load_model(out)
    assert before.training == after.training
    weights = after.vae.state_dict()
    assert all(torch.equal(value, weights[key]) for key, value in before.vae.state_dict().items())
    assert json.loads(capsys.readouterr().out) == {
        "checkpoint": str(checkpoint),
        "to": "safetensors",
        "out": str(out),
        "bytes": out.stat().st_size,
        "dataset": None,
        "trained_on": "digits",
        "relation": None,
    }


@pytest.mark.parametrize(("part", "ends"), [("decoder", ["mean"]), ("encoder", ["mu", "logvar"])])
def test_onnx_is_the_network_that_was_asked_for(
    checkpoint: Path, part: str, ends: list[str]
) -> None:
    model = onnx.load(_export(checkpoint, "onnx", "--part", part))
    assert [each.name for each in model.graph.output] == ends


def test_csv_has_the_encodings_of_what_the_model_was_trained_on(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = _export(checkpoint, "csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "index,split,label,class,mu_1,mu_2,logvar_1,logvar_2"
    assert len(lines) == 1 + 1797
    assert "the encodings of digits" in capsys.readouterr().out


def test_html_holds_as_many_points_as_were_asked_for(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    some = _export(checkpoint, "html", "--points", "50").read_text(encoding="utf-8")
    assert "with the points of digits" in capsys.readouterr().out
    none = _export(checkpoint, "html", "--points", "0").read_text(encoding="utf-8")
    assert "without points" in capsys.readouterr().out
    carried = 'data-file="encodings-0.safetensors"'
    assert (carried in some, carried in none) == (True, False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--to", "html", "--dataset", "mnist-12k"], "do not fit"),
        (["--to", "csv", "--dataset", "nope"], "There is no dataset “nope”"),
        (["--to", "html", "--points", "-1"], "--points is -1"),
        (["--to", "csv", "--points", "10"], "--points belongs to --to html, and csv has no use"),
        (["--to", "csv", "--part", "encoder"], "--part belongs to --to onnx, and csv has no use"),
        (
            ["--to", "onnx", "--dataset", "digits"],
            "--dataset belongs to --to html or csv, and",
        ),
        (["--to", "safetensors", "--data-dir", "."], "--data-dir belongs to --to html or csv"),
        (
            ["--to", "html", "--points", "0", "--dataset", "digits"],
            "--dataset belongs to the points of html, and --points 0 has no use for it",
        ),
        (["--to", "onnx", "--out", "no/such/folder/x.onnx"], "no/such/folder/x.onnx"),
        (["--to", "safetensors", "--out", "."], ". is a folder: name a file in it."),
    ],
)
def test_what_cannot_be_done_gets_one_sentence_and_leaves_nothing(
    checkpoint: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(checkpoint.parent)
    before = sorted(checkpoint.parent.iterdir())
    words = words if "--out" in words else [*words, "--out", "x"]
    assert main(["export", str(checkpoint), *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert sorted(checkpoint.parent.iterdir()) == before


def test_a_model_without_fitting_images_has_no_encodings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.safetensors"
    path.write_bytes(small_model_bytes(image_shape=(1, 5, 4)))
    assert main(["export", str(path), "--to", "csv", "--out", str(tmp_path / "x.csv")]) == 2
    assert "nothing to encode" in capsys.readouterr().err
    _export(path, "html")
