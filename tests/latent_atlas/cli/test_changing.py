"""``change``, ``clone`` and ``RUN@best``: settings that move, on the command line."""

import json
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from latent_atlas.cli.find_model import find_model
from vae_core.errors import AtlasError
from vae_core.runs import Run, create_run, list_runs, make_config
from vae_core.runs.foreground import train_here


def _trained(folder: Path, *words: str) -> Run:
    usual = ["--hidden", "8", "--threads", "1", "--runs-dir", str(folder)]
    assert main(["train", "digits", *usual, *words]) == 0
    return list_runs(folder)[0]


def test_a_change_of_a_run_at_rest_waits_and_is_told_once_it_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = create_run(make_config(dataset="digits", hidden=(8,), epochs=1, threads=1), tmp_path)
    words = ["change", run.id, "--runs-dir", str(tmp_path), "--free-bits", "0.5"]
    assert main([*words, "--beta", "2"]) == 0
    assert "is queued: the change waits for its next batch" in capsys.readouterr().out
    train_here(run, lambda status: None, bool, print)
    [change] = run.changes()
    assert change.values() == {"beta": 2.0, "free_bits": 0.5}
    assert main(words) == 2
    assert "is finished" in capsys.readouterr().err


def test_a_change_without_a_setting_and_one_that_cannot_be_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    usual = ["change", run.id, "--runs-dir", str(tmp_path)]
    for words, sentence in (
        ([], "Nothing is to be changed: give --lr, --beta or --free-bits."),
        (["--beta", "-1"], "Beta cannot be −1"),
    ):
        assert main([*usual, *words]) == 2
        assert sentence in capsys.readouterr().err


def test_the_best_checkpoint_is_found_by_name_and_a_clone_begins_from_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = ["--early-stopping", "2", "--epochs", "30", "--lr", "0.1"]
    run = _trained(tmp_path, *fields)
    told = capsys.readouterr()
    assert f"{run.id}@best" in told.out
    assert "Ended early" in told.err
    best, last = (find_model(f"{run.id}@{which}", tmp_path) for which in ("best", "last"))
    assert best.path == run.best_model_path()
    assert last.path == find_model(run.id, tmp_path).path == run.model_path()
    assert main(["evaluate", f"{run.id}@best", "--runs-dir", str(tmp_path)]) == 0
    words = ["clone", run.id, "--start", "best", "--epochs", "1", "--binarize", "dynamic"]
    capsys.readouterr()
    assert main([*words, "--runs-dir", str(tmp_path), "--json"]) == 0
    [clone] = [each for each in list_runs(tmp_path) if each.id != run.id]
    assert json.loads(capsys.readouterr().out)["run"] == clone.id
    assert clone.document.parent is not None
    assert clone.document.parent.run == run.id
    assert clone.start_path.read_bytes() == best.path.read_bytes()


def test_a_run_that_was_never_validated_has_no_best_model(tmp_path: Path) -> None:
    run = _trained(tmp_path, "--epochs", "1")
    with pytest.raises(AtlasError, match="Train with --early-stopping"):
        find_model(f"{run.id}@best", tmp_path)
