"""The commands with a model that is no VAE: what it can do they do, and the rest is a sentence."""

import json
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latent_atlas.__main__ import main
from tests.mixture import mixture_known
from vae_core.models import load_model
from vae_core.runs import list_runs
from vae_core.runs.sample_sheets import list_sheets, sample_bytes

TRAIN = ["train", "digits", "--algorithm", "mixture-ascent", "--components", "3", "--lr", "0.03"]


@pytest.fixture(scope="module", autouse=True)
def _mixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with mixture_known(tmp_path_factory.mktemp("mixture") / "added"):
        yield


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mixture-runs")


@pytest.fixture(scope="module")
def trained(runs: Path) -> tuple[str, dict[str, float]]:
    """The path of a trained mixture, and what was said of its test images."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        words = [*TRAIN, "--threads", "1", "--epochs", "2", "--runs-dir", str(runs), "--json"]
        assert main(words) == 0
    assert "test log p(x) " in err.getvalue()
    result = json.loads(out.getvalue().splitlines()[-1])
    assert result["test"].keys() == result["train"].keys() == {"log_prob"}
    [run] = list_runs(runs)
    return str(run.model_path()), result["test"]


def test_it_is_listed_and_evaluated_by_its_density(
    trained: tuple[str, dict[str, float]], runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, test = trained
    assert main(["evaluate", path, "--dataset", "digits", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["log_prob"] == test["log_prob"]
    assert main(["evaluate", path, "--dataset", "digits"]) == 0
    told = re.search(r"log p\(x\) (\S+) ± \S+ nats per image", capsys.readouterr().out)
    assert told is not None
    assert float(told[1].replace("−", "-")) == pytest.approx(test["log_prob"], abs=0.51)
    assert main(["runs", "--runs-dir", str(runs), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["test"] == test


def test_its_samples_are_drawn_as_they_are_and_as_they_came_to_be(
    trained: tuple[str, dict[str, float]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn, course = tmp_path / "drawn.png", tmp_path / "course.png"
    assert main(["samples", trained[0], "--count", "4", "--seed", "7", "--out", str(drawn)]) == 0
    assert main(["samples", trained[0], "--course", "--out", str(course)]) == 0
    [run] = list_runs(Path(trained[0]).parents[3])
    side = 6 * 8  # whole multiples of the pixels of 8 × 8
    first = sample_bytes(load_model(Path(trained[0])).model, 4, 7)[0, 0]
    with Image.open(drawn) as sheet:
        found = np.asarray(sheet.convert("L"))[-24 - 2 * side - 8 :, 24:][:side, :side]
    assert (found[3::6, 3::6] == first.numpy()).all()
    with Image.open(course) as sheet:
        kept = len(list_sheets(run.samples_path))
        assert sheet.width >= 2 * 24 + kept * (side + 8) - 8
    for words in (["--count", "0"], ["--course", "--seed", "1"]):
        assert main(["samples", trained[0], *words, "--out", str(drawn)]) == 2
    told = capsys.readouterr().err
    assert "--count is 0: give a number from 1 to 400." in told
    assert "leave out --count and --seed" in told


def test_a_model_that_has_kept_no_samples_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["samples", "digits-2d", "--course", "--out", str(tmp_path / "x.png")]) == 2
    assert "digits-2d has kept no samples" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["evaluate", "--inference", "encoder"], "a mixture of Gaussians has no use for it"),
        (["likelihood"], "this is a mixture of Gaussians, and it gives images no place"),
        (["reconstruct"], "this is a mixture of Gaussians, and it gives images no place"),
    ],
)
def test_what_it_cannot_do_is_told_in_a_sentence(
    words: list[str],
    sentence: str,
    trained: tuple[str, dict[str, float]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command, *rest = words
    out = ["--out", str(tmp_path / "sheet.png")] if command == "reconstruct" else []
    assert main([command, trained[0], "--dataset", "digits", *rest, *out]) == 2
    assert sentence in capsys.readouterr().err
