"""The commands with a model that is no VAE: what it can do they do, and the rest is a sentence."""

import json
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from tests.mixture import mixture_known
from vae_core.runs import list_runs

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
