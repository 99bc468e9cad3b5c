"""``latent-atlas diagnose`` as people and scripts call it."""

import errno
import json
import math
import os
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import torch

from latent_atlas.__main__ import main
from latent_atlas.cli import diagnose, output
from latent_atlas.reports.diagnosis.recorded_beta import recorded_beta
from latent_atlas.reports.diagnosis.section import Section, Subject
from tests.mixture import mixture_known
from tests.quick_classifier import keep_quick_classifier
from vae_core.evaluation import Watch
from vae_core.models import (
    MODELS,
    POSTERIORS,
    VAE,
    Architecture,
    TrainingRecord,
    save_model,
)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=2, hidden=(8,)))
    vae.initialise("paper", torch.Generator().manual_seed(0))
    save_model(path, vae, TrainingRecord(dataset="digits", treatment="dynamic"))
    return path


def test_the_gap_is_told_of_test_and_training_images_with_errors_that_add_up(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["diagnose", str(checkpoint), "--dataset", "digits", "--gap", "--images", "2"]
    assert main([*words, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["images"], result["treatment"]) == (2, "dynamic")
    found = result["gap"]
    assert list(found["splits"]) == ["test", "train"]
    for split in found["splits"].values():
        assert split["log_p"]["method"] == "grid"
        gaps = split["gaps"]
        whole, one, other = (gaps[name] for name in ("inference", "approximation", "amortisation"))
        assert whole["mean"] == pytest.approx(one["mean"] + other["mean"])
        for error, covariance in (
            ("standard_error", split["covariance"]),
            ("image_error", split["image_covariance"]),
        ):
            parts = one[error] ** 2 + other[error] ** 2 + 2 * covariance
            assert whole[error] == pytest.approx(math.sqrt(parts), rel=1e-6)
        assert split["curve"]["k"][-1] == 5000
        assert len(split["each"]["log_p"]) == 2
    assert found["differences"].keys() == gaps.keys()
    assert {each["images"] for each in found["simulated"].values()} == {2}
    assert found["seconds"] > 0


def test_collapse_is_asked_in_each_way_and_foretold_from_the_spectrum(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["diagnose", str(checkpoint), "--dataset", "digits", "--collapse"]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["collapse"]
    units, aggregate = found["units"], found["aggregate"]
    assert found["images"] == units["images"] == 300
    assert sum(units["rate"]) == pytest.approx(aggregate["rate"]["value"], rel=1e-5)
    assert aggregate["cap"] == pytest.approx(math.log(300))
    assert aggregate["information"]["value"] <= aggregate["cap"]
    # Nobody has trained it: its code says nothing, and the decoder does not miss it.
    assert (found["active_units"], found["probe"]["classes"]) == (0, 10)
    assert abs(found["swap"]["prior_costs"]["value"]) < 0.5
    # An untrained Bernoulli is as wide as can be: no direction of such digits varies so much.
    forecast = found["forecast"]
    assert forecast["noise"] == pytest.approx(0.25, rel=0.01)
    assert len(forecast["variance"]) == 2
    assert not forecast["own_noise"]
    assert main(words) == 0
    told = capsys.readouterr().out
    for word in ("0 of 2 dimensions in use", "(log N)", "linear probe", "In use by the forecast"):
        assert word in told


def test_beta_is_what_the_file_says_of_the_training() -> None:
    said = TrainingRecord(command="python -m vae_core train digits --beta 4 --epochs 3")
    assert recorded_beta(said) == 4
    assert recorded_beta(said.model_copy(update={"changes": ({"step": 9, "beta": 0.5},)})) == 0.5
    assert recorded_beta(TrainingRecord()) == 1
    assert recorded_beta(TrainingRecord(command="--beta x")) == 1


def test_stopped_by_hand_it_keeps_and_writes_what_was_measured(
    checkpoint: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(subject: Subject, watch: Watch) -> NoReturn:
        raise KeyboardInterrupt

    sections = dict(diagnose.SECTIONS)
    sections["collapse"] = replace(sections["collapse"], measure=stop)
    monkeypatch.setattr(diagnose, "SECTIONS", sections)
    out = tmp_path / "report.json"
    words = ["diagnose", str(checkpoint), "--dataset", "digits", "--images", "2", "--out", str(out)]
    assert main([*words, "--gap", "--collapse", "--sharpness"]) == 130
    assert "Stopped. Not measured: Collapse and Blur." in capsys.readouterr().err
    assert {"gap", "collapse"} & json.loads(out.read_text(encoding="utf-8")).keys() == {"gap"}
    out.unlink()
    assert main([*words, "--collapse"]) == 130
    assert not out.exists()


def test_fewer_than_one_image_is_refused(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diagnose", str(checkpoint), "--dataset", "digits", "--images", "0"]) != 0
    assert "--images is 0" in capsys.readouterr().err


@pytest.mark.parametrize("seed", ["-1", str(2**62), "9" * 23, "1.5", "٣"])
@pytest.mark.parametrize("command", ["diagnose", "evaluate", "likelihood", "reconstruct"])
def test_a_seed_that_no_draw_can_begin_with_is_refused(
    command: str, seed: str, checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, str(checkpoint), f"--seed={seed}"])
    assert ended.value.code == 2
    assert "is not a whole number from 0 to" in capsys.readouterr().err


@pytest.mark.parametrize("section", ["gap", "collapse", "sharpness", "samples"])
def test_a_model_whose_numbers_overflow_is_told_from_one_that_can_be_measured(
    section: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "huge.safetensors"
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=2, hidden=(8,)))
    vae.initialise("paper", torch.Generator().manual_seed(0))
    with torch.no_grad():
        for each in vae.parameters():
            each.mul_(1e30)
    save_model(path, vae, TrainingRecord(dataset="digits"))
    words = ["diagnose", str(path), "--dataset", "digits", f"--{section}", "--images", "40"]
    for more in ([], ["--json"]):
        assert main([*words, *more]) != 0
        assert "its training went wrong" in capsys.readouterr().err


@pytest.mark.parametrize("drawn", [1, 2])
def test_hardly_any_image_that_is_not_flat_is_no_measure_of_sharpness(
    drawn: int, checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = np.zeros((60, 8, 8), np.uint8)
    pictures[:drawn, 2:5, 2:5] = 255
    np.savez(tmp_path / "flat.npz", x=pictures)
    words = ["diagnose", str(checkpoint), "--dataset", str(tmp_path / "flat.npz"), "--sharpness"]
    for more in ([], ["--json"]):
        assert main([*words, *more]) != 0
        assert "are not flat: too few" in capsys.readouterr().err


def test_sharpness_tells_means_and_samples_apart_beside_real_against_real(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["diagnose", str(checkpoint), "--dataset", "digits", "--sharpness", "--images", "300"]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["sharpness"]
    assert found["samples_against"] == "binarised"
    pictures = found["pictures"]
    assert set(pictures) == {"means", "reconstructed_means", "samples"}
    # Untrained: its means are flat, its samples noise.
    assert pictures["means"]["laplacian"]["high"] < 0.1
    assert pictures["samples"]["laplacian"]["low"] > 1
    for measure in ("laplacian", "high_frequency"):
        floor = found["real_against_real"][measure]
        assert floor["low"] < 1 < floor["high"]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "Means E[x|z] of z from the prior (300 images)" in told
    assert "Samples x ~ p(x|z) of z from the prior, against real images drawn black and" in told
    assert main([*words[:-1], "3"]) != 0
    assert "Give a larger --images" in capsys.readouterr().err


def test_disentanglement_is_measured_of_images_whose_factors_are_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sprites.safetensors"
    vae = VAE(Architecture(image_shape=(1, 28, 28), latent_dim=3, hidden=(4,)))
    vae.initialise("torch", torch.Generator().manual_seed(0))
    save_model(path, vae, TrainingRecord(dataset="sprites"))
    words = ["diagnose", str(path), "--dataset", "sprites", "--disentangle", "--images", "140"]
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = told["disentangle"]
    # Of 140 images there are ten and more for each of twelve levels.
    assert (told["images"], found["images"], found["splits"]) == (140, 140, ["test"])
    assert found["factors"] == ["shape", "scale", "orientation", "x", "y"]
    assert [len(row) for row in found["information"]["shares"]] == [5] * 3
    for score in (found["information"]["gap"], found["factor_vae"], found["sap"]["score"]):
        assert 0 <= score["value"] <= 1
        assert score["half_width"] >= 0
    assert len(found["carried"]) == len(found["active"]) == 3


def test_images_with_one_way_to_sort_them_have_nothing_to_hold_apart(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diagnose", str(checkpoint), "--dataset", "digits", "--disentangle"]) != 0
    told = capsys.readouterr().err
    assert "one factor alone, class: there is nothing to hold apart" in told
    assert "or other images" in told


def test_samples_are_measured_apart_from_means_beside_as_many_real_images(
    checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_quick_classifier("digits")
    words = ["diagnose", str(checkpoint), "--dataset", "digits", "--samples", "--images", "100"]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["samples"]
    assert found["parameters"] > 1000
    assert list(found["pictures"]) == ["means", "samples"]
    for name, against in (("means", "as they are"), ("samples", "binarised")):
        told = found["pictures"][name]
        assert (told["images"], told["against"]) == (50, against)
        # Untrained: nothing like digits, and this judge is never sure.
        assert told["frechet"]["value"] > told["frechet"]["floor"]
        assert told["verdict"] == "failing"
        assert told["recognised"] == {"value": 0, "low": 0, "high": pytest.approx(0.07, abs=0.01)}
        assert told["coverage"]["real"]["coverage"]["value"] > 0.5
        assert told["memorisation"]["near"]["value"] == 0
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "Samples x ~ p(x|z) of z from the prior (50 pictures, test, against real images" in told
    assert "Verdict: failing." in told
    assert main([*words[:-1], "11"]) != 0
    assert "Give a larger --images" in capsys.readouterr().err


def test_a_model_that_only_samples_has_the_sections_that_ask_for_no_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_quick_classifier("digits")
    with mixture_known(tmp_path / "added"):
        kind = MODELS["mixture"]
        toy = kind(kind.describe((1, 8, 8), {"components": 2}))
        path = tmp_path / "toy.safetensors"
        save_model(path, toy, TrainingRecord(dataset="digits"))
        assert main(["diagnose", str(path), "--dataset", "digits", "--images", "100"]) == 0
        said = capsys.readouterr()
    assert "The gap in the bound: nothing to measure, for this is a mixture" in said.err
    assert "\nSamples (100 images): variance of the Laplacian" in said.out
    assert "\nSamples (50 pictures, test):" in said.out
    assert "E[x|z]" not in said.out


def test_a_report_is_written_whole_and_refused_before_the_work_where_it_cannot_be(
    checkpoint: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = ["diagnose", str(checkpoint), "--dataset", "digits", "--sharpness", "--images", "20"]
    page, numbers = tmp_path / "report.html", tmp_path / "report.JSON"
    assert main([*words, "--out", str(page)]) == 0
    assert "Means E[x|z] of z from the prior (20 images)" in capsys.readouterr().out
    assert "<h2>Blur</h2>" in page.read_text()
    assert "it was not asked for" in page.read_text()
    assert main([*words, "--out", str(numbers), "--json"]) == 0
    told = json.loads(numbers.read_text())
    assert told == json.loads(capsys.readouterr().out)
    assert set(told["not_measured"]) == {"gap", "collapse", "samples", "disentangle"}
    assert told["command"].endswith(f"--sharpness --images 20 --out {numbers}")
    # A disk that is full after the work loses no number.
    with monkeypatch.context() as full:
        full.setattr(output.os, "replace", _full)
        assert main([*words, "--out", str(page)]) != 0
    said = capsys.readouterr()
    assert "could not be written (No space left on device)" in said.err
    assert json.loads(said.out.splitlines()[-1])["sharpness"]["pictures"]
    monkeypatch.setattr(Section, "refusal", _never)
    for out, why in (
        (tmp_path / "report.pdf", "end its name in .html or .json"),
        (tmp_path / "report", "end its name in .html or .json"),
        (tmp_path / "absent" / "report.html", "there is no folder"),
    ):
        assert main([*words, "--out", str(out)]) != 0
        assert why in capsys.readouterr().err
    (tmp_path / "folder.html").mkdir()
    assert main([*words, "--out", str(tmp_path / "folder.html")]) != 0
    assert "is a folder: name a file in it" in capsys.readouterr().err


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _never(*_: object) -> None:
    raise AssertionError("it was looked at before the place was")


@pytest.mark.parametrize("posterior", POSTERIORS)
def test_collapse_is_asked_of_every_posterior(
    posterior: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.safetensors"
    vae = VAE(
        Architecture(image_shape=(1, 8, 8), latent_dim=3, hidden=(8,), posterior=posterior)
    ).initialise("torch", torch.Generator().manual_seed(0))
    save_model(path, vae, TrainingRecord(dataset="digits"))
    words = ["diagnose", str(path), "--dataset", "digits", "--collapse", "--images", "40"]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["collapse"]
    assert len(found["units"]["rate"]) == 3
    rate = found["aggregate"]["rate"]
    assert sum(found["units"]["rate"]) < rate["value"] + 2 * rate["half_width"]
