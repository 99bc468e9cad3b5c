"""Adding an algorithm is adding a file: one that a test lays beside the others works everywhere."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from tests.pages.test_train import button, opened, words
from tests.toys import searched_too
from vae_core.algorithms import ALGORITHMS
from vae_core.errors import AtlasError
from vae_core.models import load_model
from vae_core.runs import list_runs, make_config, open_run, runs_folder

TOY = '''
"""The distortion alone, with less noise on z: nearly a plain autoencoder."""

from typing import Annotated, ClassVar

from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult, bound_seen
from vae_core.algorithms.learner import Learner, LearnerSettings
from vae_core.algorithms.settings import Limit
from vae_core.models import VAE
from vae_core.options import Choice


class PlainSettings(LearnerSettings):
    name: ClassVar[str] = "plain"
    label: ClassVar[str] = "Plain autoencoder"
    look_for: ClassVar[str] = "The pictures come back, and the plane has holes."
    limit: ClassVar[Limit | None] = Limit(5_000, "It is a toy")

    patience: Annotated[int, Field(ge=1, le=9, title="Patience", description="How long.")] = 3
    noise: Annotated[float, Field(ge=0, le=1, title="Noise")] = 0.25
    mood: Annotated[str, Choice({"calm": "quite calm", "wild": "rather wild"})] = "calm"

    def make(self, vae: VAE, generator: Generator) -> "Plain":
        return Plain(vae, self, generator)


class Plain(Learner):
    def __init__(self, vae: VAE, settings: PlainSettings, generator: Generator) -> None:
        super().__init__(vae, settings, generator)
        self._noise = settings.noise

    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        posterior = self._vae.encode(batch.x)
        z = posterior.mu + self._noise * (posterior.rsample(self._generator) - posterior.mu)
        distortion = -self._vae.decode(z).total_log_prob(batch.x)
        rate = posterior.kl().sum(0).detach()
        result = bound_seen(rate, distortion.detach(), len(batch.x))
        return distortion / len(batch.x), result
'''


@pytest.fixture(autouse=True)
def _one_more(tmp_path: Path) -> Iterator[None]:
    folder = tmp_path / "algorithms"
    folder.mkdir()
    (folder / "plain.py").write_text(TOY, encoding="utf-8")
    with searched_too("vae_core.algorithms", folder):
        yield


def test_it_comes_after_the_others_and_is_gone_with_its_folder() -> None:
    assert list(ALGORITHMS)[-1] == "plain"


def test_it_is_trained_and_resumed_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--patience", "5", "--noise", "0.5", "--mood", "wild", "--lr", "0.01"]
    tiny = ["--hidden", "8", "--epochs", "2", "--threads", "1", "--runs-dir", str(tmp_path / "R")]
    assert main(["train", "digits", "--algorithm", "plain", *options, *tiny, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    run = open_run(tmp_path / "R", result["run"])
    assert run.config.given()["patience"] == 5
    assert "--noise 0.5" in run.config.command()
    assert "--mood wild" in run.config.command()
    record = load_model(Path(result["checkpoint"])).training
    assert record.algorithm == "plain"
    assert result["train"]["elbo"] > -100
    config = json.loads((run.path / "config.json").read_text(encoding="utf-8"))["config"]
    assert config["algorithm"]["name"] == "plain"
    run.write_status(run.stored_status().model_copy(update={"state": "paused"}))
    assert main(["resume", run.id, "--runs-dir", str(tmp_path / "R")]) == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--patience", "5"], "Patience = 5 belongs to the algorithm plain, and aevb has no use"),
        (["--algorithm", "plain", "--beta", "2"], "and plain has no use for it"),
        (["--algorithm", "plain", "--patience", "10"], "Patience cannot be 10"),
    ],
)
def test_what_has_no_use_or_cannot_be_is_refused(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "digits", *options]) == 2
    assert sentence in capsys.readouterr().err


def test_its_word_is_explained_by_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "--patience N Of plain. How long. Default: 3." in told
    assert "calm: quite calm; wild: rather wild. Default: calm." in told


def test_its_limit_holds() -> None:
    with pytest.raises(AtlasError, match="It is a toy, so 6,000 images are out of its reach"):
        make_config(dataset="digits", algorithm="plain").plan(6_000)


def test_the_form_offers_it_with_its_fields_and_starts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vae_core.runs.queue._start_worker", lambda run, lock: None)
    page = opened()
    page.selectbox(key="new-algorithm").set_value("plain").run()
    assert not page.exception
    assert "the plane has holes" in words(page)
    patience = page.number_input(key="new-patience")
    assert (patience.label, patience.min, patience.max, patience.value) == ("Patience", 1, 9, 3)
    assert page.selectbox(key="new-mood").options == ["quite calm", "rather wild"]
    assert page.text_input(key="new-noise").value == "0.25"
    assert not [field for field in page.text_input if field.key == "new-beta"]
    page.number_input(key="new-patience").set_value(7)
    button(page, "Watch it learn").click().run()
    [run] = list_runs(runs_folder())
    assert run.config.given()["algorithm"] == "plain"
    assert run.config.given()["patience"] == 7
