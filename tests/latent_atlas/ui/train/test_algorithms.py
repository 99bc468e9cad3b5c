"""The choice of a learning algorithm on the Train page: its fields come and go with it."""

from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.train import advanced
from latent_atlas.ui.train.algorithms import LOOK_FOR, TITLES
from tests.pages.test_train import button, opened, words
from vae_core.algorithms import AlgorithmName, BaselineName, Estimator, ImportanceGradient
from vae_core.runs import RunConfig, list_runs, runs_folder


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vae_core.runs.queue._start_worker", lambda run, lock: None)


def _chosen(page: AppTest, **fields: str | int) -> AppTest:
    for name, value in fields.items():
        found = [e for e in (*page.selectbox, *page.number_input) if e.key == f"new-{name}"]
        found[0].set_value(value)
        page = page.run()
        assert not page.exception
    return page


def _keys(page: AppTest) -> set[str]:
    return {str(e.key).removeprefix("new-") for e in (*page.selectbox, *page.number_input)}


def _started(page: AppTest) -> RunConfig:
    button(page, "Start training").click().run()
    [run] = list_runs(runs_folder())
    return run.config


def test_there_are_words_for_every_choice() -> None:
    assert set(TITLES) == set(LOOK_FOR) == set(get_args(AlgorithmName))
    assert set(advanced._BASELINES) == set(get_args(BaselineName))
    assert set(advanced._ESTIMATORS) == set(get_args(Estimator))
    assert set(advanced._IMPORTANCE_GRADIENTS) == set(get_args(ImportanceGradient))


def test_each_algorithm_shows_what_it_can_be_told_and_no_more() -> None:
    page = opened()
    told = {"estimator", "importance_samples", "importance_gradient", "baseline"}
    told |= {"local_steps", "leapfrog_steps", "updates"}
    wanted = {
        "aevb": {"estimator"},
        "iwae": {"importance_samples", "importance_gradient"},
        "score-function": {"estimator", "baseline"},
        "wake-sleep": set(),
        "svi": {"local_steps"},
        "mcem": {"leapfrog_steps", "updates"},
        "full-vb": set(),
    }
    for algorithm, fields in wanted.items():
        page = _chosen(page, algorithm=algorithm)
        assert _keys(page) & told == fields
        assert LOOK_FOR[algorithm] in words(page)


def test_what_was_chosen_is_what_starts() -> None:
    page = _chosen(opened(), algorithm="iwae", importance_samples=7, importance_gradient="dreg")
    config = _started(page)
    assert (config.algorithm, config.importance_samples) == ("iwae", 7)
    assert config.importance_gradient == "dreg"


def test_an_estimator_that_the_next_algorithm_does_not_have_falls_back() -> None:
    page = _chosen(opened(), estimator="stl", algorithm="score-function")
    config = _started(page)
    assert (config.algorithm, config.estimator) == ("score-function", "b")


def test_a_field_that_comes_back_begins_from_its_default() -> None:
    page = _chosen(opened(), algorithm="iwae", importance_samples=7)
    page = _chosen(page, algorithm="wake-sleep")
    page = _chosen(page, algorithm="iwae")
    assert _started(page).importance_samples == 5


def test_a_baseline_that_needs_more_samples_says_so() -> None:
    page = _chosen(opened(), algorithm="score-function", baseline="leave-one-out")
    button(page, "Start training").click().run()
    assert "at least 2 samples per image" in words(page)
    page = _chosen(page, samples_per_image=4)
    assert _started(page).baseline == "leave-one-out"


def test_more_images_than_mcem_can_keep_chains_for_are_warned_of_and_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vae_core.algorithms.mcem.MOST_IMAGES", 5_000)
    page = _chosen(opened(), algorithm="mcem", dataset="mnist-12k")
    [warning] = [w.value for w in page.warning]
    assert "keeps a chain for every image" in warning
    button(page, "Start training").click().run()
    assert [e.value for e in page.error] == [warning]
    assert not list_runs(runs_folder())
    page = _chosen(page, dataset="digits")
    assert not page.warning
    assert _started(page).algorithm == "mcem"
