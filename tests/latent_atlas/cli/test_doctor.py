"""``latent-atlas doctor``: a sentence a rule, the command that would be better, and its run."""

import json

import pytest

from latent_atlas.__main__ import main
from latent_atlas.cli import doctor
from vae_core.runs import cloned_config, create_run, list_runs, runs_folder
from vae_core.runs.doctor import RULES


def test_doctor_tells_each_rule_and_starts_the_remedy_beside_the_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "submit", create_run)  # queued, without a worker
    words = ["train", "digits", "--beta", "100", "--epochs", "3", "--hidden", "8", "--threads", "1"]
    assert main(words) == 0
    [sick] = list_runs(runs_folder())
    capsys.readouterr()
    assert main(["doctor", sick.id]) == 0
    told = capsys.readouterr().out
    assert all(rule in told for rule in RULES)
    assert "Try: latent-atlas train digits --hidden 8 --epochs 3\n" in told
    assert main(["doctor", sick.id, "--json", "--start"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [finding["rule"] for finding in answer["findings"]] == list(RULES)
    [cured] = [run for run in list_runs(runs_folder()) if run.id == answer["started"]]
    assert cured.config == cloned_config(sick, start="fresh", beta=1.0)


def test_start_without_a_remedy_begins_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "digits", "--epochs", "1", "--hidden", "8", "--threads", "1"]) == 0
    [run] = list_runs(runs_folder())
    assert main(["doctor", run.id, "--start"]) != 0
    assert "no run begins" in capsys.readouterr().err
    assert list_runs(runs_folder()) == [run]
