"""A cell is answered once, for one question, and an interruption leaves no trace in its answer."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from latent_atlas.reproduce.cells import Place, TrainingCell, answered, points_of, stored_answer
from latent_atlas.reproduce.questions import Question, marks_until
from vae_core import train
from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Watch
from vae_core.models import load_model
from vae_core.runs import make_config
from vae_core.runs.environment import MATMUL_PRECISION


def _cell(samples: int = 2000, algorithm: str = "aevb", **changes: object) -> TrainingCell:
    config = make_config(
        dataset="digits",
        hidden=(16,),
        algorithm=algorithm,
        samples=samples,
        batch_size=50,
        learning_rate=0.01,
    )
    question = Question(name="tiny", config=config, marks=(500, samples), measured_images=100)
    return TrainingCell(question.model_copy(update=changes))


def _values(cell: TrainingCell, folder: Path, watch: Watch | None = None) -> list[object]:
    points = points_of(answered(cell, folder, watch))
    return [(p.samples, p.train, p.test, p.acceptance) for p in points]


def _until(least: float) -> Watch:
    """Cancels once more than this part is done."""
    done = [0.0]
    return Watch(done.append, lambda: done[-1] > least)


@pytest.mark.parametrize(
    "settings",
    [
        {"learning_rate_schedule": "cosine"},
        {"beta_schedule": "cyclical", "beta": 3.0},
        {"algorithm": "wake-sleep", "learning_rate_schedule": "step"},
        {"network": "rowrnn", "binarize": "dynamic", "free_bits": 0.5, "lagging_epochs": 1},
    ],
    ids=str,
)
def test_a_cell_trains_as_a_run_of_the_same_config_does(
    settings: dict[str, object], tmp_path: Path
) -> None:
    asked: dict[str, Any] = {
        "dataset": "digits",
        "hidden": (16,),
        "samples": 2_000,
        "batch_size": 50,
        **settings,
    }
    question = Question(name="tiny", config=make_config(**asked), marks=(500, 2_000))
    answered(TrainingCell(question), tmp_path)
    found = load_model(Place(tmp_path, "tiny").model).vae.state_dict()
    torch.set_float32_matmul_precision(MATMUL_PRECISION)
    asked.pop("dataset")
    wanted = train("digits", progress=False, threads=1, **asked)
    for name, each in wanted.vae.state_dict().items():
        torch.testing.assert_close(found[name], each, rtol=0, atol=0)


def test_a_cell_is_measured_at_its_marks_and_leaves_its_model(tmp_path: Path) -> None:
    answer = answered(_cell(), tmp_path)
    points = points_of(answer)
    assert [point.samples for point in points] == [500, 2000]
    assert points[1].test.value > points[0].test.value
    assert 0 < points[0].seconds < points[1].seconds <= answer.seconds
    assert load_model(Place(tmp_path, "tiny").model).training.samples == 2000
    assert not Place(tmp_path, "tiny").partial.exists()


@pytest.mark.parametrize("algorithm", ["aevb", "wake-sleep", "mcem"])
def test_an_interrupted_cell_goes_on_to_the_same_answer_bit_for_bit(
    algorithm: str, tmp_path: Path
) -> None:
    cell = _cell(algorithm=algorithm, images=200)
    if algorithm == "mcem":
        config = cell.asked.config.model_copy(update={"batch_size": 20})
        cell = replace(cell, asked=cell.asked.model_copy(update={"config": config}))
    undisturbed = _values(cell, tmp_path / "whole")
    for least in (0.1, 0.6):  # before the first mark, and after it
        with pytest.raises(Cancelled):
            answered(cell, tmp_path / "cut", _until(least))
        assert Place(tmp_path / "cut", "tiny").partial.exists()
    assert _values(cell, tmp_path / "cut") == undisturbed


def test_a_question_reads_as_it_did_when_all_settings_lay_beside_one_another() -> None:
    """Answers of that time, on disk, are answers to the questions of today."""
    config = make_config(
        dataset="mnist",
        hidden=(100,),
        algorithm="iwae",
        importance_samples=50,
        weight_prior="normal",
    )
    asked = TrainingCell(Question(name="k50", config=config, marks=(500,))).question()
    assert asked == {
        "name": "k50",
        "config": {
            "dataset": "mnist",
            "hidden": [100],
            "algorithm": "iwae",
            "importance_samples": 50,
            "weight_prior": "normal",
        },
        "marks": [500],
    }


def test_an_answer_is_not_computed_twice(tmp_path: Path) -> None:
    first = answered(_cell(), tmp_path)
    assert answered(_cell(), tmp_path) == first


def test_where_the_data_lie_does_not_make_it_another_question(tmp_path: Path) -> None:
    answered(_cell(), tmp_path)
    assert stored_answer(_cell().in_folder(tmp_path), tmp_path) is not None


def test_an_answer_is_never_taken_for_that_of_another_question(tmp_path: Path) -> None:
    answered(_cell(samples=1000), tmp_path)
    assert stored_answer(_cell(samples=2000), tmp_path) is None
    assert points_of(answered(_cell(samples=2000), tmp_path))[-1].samples == 2000


def test_a_state_under_way_is_never_taken_for_that_of_another_question(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        answered(_cell(samples=1000), tmp_path, Watch(cancelled=lambda: True))
    assert _values(_cell(), tmp_path) == _values(_cell(), tmp_path / "fresh")


def test_a_torn_answer_is_computed_again(tmp_path: Path) -> None:
    answered(_cell(), tmp_path)
    path = Place(tmp_path, "tiny").answer
    path.write_text(path.read_text()[:-40])
    assert stored_answer(_cell(), tmp_path) is None
    answered(_cell(), tmp_path)
    assert json.loads(path.read_text())["question"]["name"] == "tiny"


def test_absent_data_are_named(tmp_path: Path) -> None:
    cell = _cell()
    config = cell.asked.config.model_copy(update={"dataset": "mnist", "data_dir": str(tmp_path)})
    absent = replace(cell, asked=cell.asked.model_copy(update={"config": config}))
    with pytest.raises(AtlasError, match="MNIST"):
        answered(absent, tmp_path)


def test_likelihood_is_measured_above_the_bound(tmp_path: Path) -> None:
    bound = points_of(answered(_cell(), tmp_path / "bound"))[-1]
    likelihood = points_of(answered(_cell(measure="likelihood"), tmp_path / "likelihood"))[-1]
    assert likelihood.test.error is not None
    assert likelihood.test.value > bound.test.value + 3 * likelihood.test.error


def test_marks_are_four_a_decade() -> None:
    assert marks_until(320_000) == (32_000, 56_000, 100_000, 180_000, 320_000)
    assert marks_until(5_000) == (5_000,)
    assert marks_until(40_000, first=10_000) == (10_000, 18_000, 32_000, 40_000)
