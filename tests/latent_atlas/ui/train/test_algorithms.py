"""The choice of a learning algorithm on the Train page: its fields come and go with it."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_train import button, opened, words
from vae_core.algorithms import ALGORITHMS, IWAESettings, MCEMSettings, ScoreFunctionSettings
from vae_core.algorithms.settings import Limit
from vae_core.runs import RunConfig, list_runs, runs_folder
from vae_core.runs.flat import algorithm_options


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
    drawn = (*page.selectbox, *page.number_input, *page.text_input)
    return {str(e.key).removeprefix("new-") for e in drawn}


def _started(page: AppTest) -> RunConfig:
    button(page, "Watch it learn").click().run()
    [run] = list_runs(runs_folder())
    return run.config


def test_there_are_words_for_every_choice() -> None:
    for name, kind in ALGORITHMS.items():
        assert kind.label != name
        assert kind.look_for.endswith(".")
    for option, _ in algorithm_options():
        assert option.label
        assert all(option.choices.values())


def test_each_algorithm_shows_what_it_can_be_told_and_no_more() -> None:
    page = opened()
    told = {"estimator", "importance_samples", "importance_gradient", "baseline", "beta"}
    told |= {"local_steps", "leapfrog_steps", "updates", "samples_per_image"}
    wanted = {
        "aevb": {"estimator", "samples_per_image", "beta"},
        "iwae": {"importance_samples", "importance_gradient", "beta"},
        "score-function": {"estimator", "baseline", "samples_per_image", "beta"},
        "wake-sleep": {"samples_per_image"},
        "svi": {"local_steps", "beta"},
        "mcem": {"leapfrog_steps", "updates"},
        "full-vb": {"samples_per_image", "beta"},
    }
    for algorithm, fields in wanted.items():
        page = _chosen(page, algorithm=algorithm)
        assert _keys(page) & told == fields
        assert ALGORITHMS[algorithm].look_for in words(page)


def test_a_network_and_a_likelihood_show_what_they_can_be_told_and_no_more() -> None:
    page = opened()
    assert not {"channels", "scale"} & _keys(page)
    page = _chosen(page, network="conv", likelihood="gaussian-fixed")
    assert {"channels", "scale"} <= _keys(page)
    config = _started(page)
    assert (config.channels, config.scale) == ((32, 64), 0.1)


def test_what_was_chosen_is_what_starts() -> None:
    page = _chosen(opened(), algorithm="iwae", importance_samples=7, importance_gradient="dreg")
    config = _started(page)
    assert config.algorithm == IWAESettings(importance_samples=7, importance_gradient="dreg")


def test_an_estimator_that_the_next_algorithm_does_not_have_falls_back() -> None:
    page = _chosen(opened(), estimator="stl", algorithm="score-function")
    config = _started(page)
    assert config.algorithm == ScoreFunctionSettings(estimator="b")


def test_a_field_that_comes_back_begins_from_its_default() -> None:
    page = _chosen(opened(), algorithm="iwae", importance_samples=7)
    page = _chosen(page, algorithm="wake-sleep")
    page = _chosen(page, algorithm="iwae")
    assert _started(page).algorithm == IWAESettings(importance_samples=5)


def test_a_baseline_that_needs_more_samples_says_so() -> None:
    page = _chosen(opened(), algorithm="score-function", baseline="leave-one-out")
    button(page, "Watch it learn").click().run()
    assert "at least 2 samples per image" in words(page)
    page = _chosen(page, samples_per_image=4)
    found = _started(page).algorithm
    assert found == ScoreFunctionSettings(baseline="leave-one-out", samples_per_image=4)


def test_more_images_than_mcem_can_keep_chains_for_are_warned_of_and_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(MCEMSettings, "limit", Limit(5_000, "It keeps a chain for every image"))
    page = _chosen(opened(), algorithm="mcem", dataset="mnist-12k")
    [warning] = [w.value for w in page.warning]
    assert "keeps a chain for every image" in warning
    button(page, "Watch it learn").click().run()
    assert [e.value for e in page.error] == [warning]
    assert not list_runs(runs_folder())
    page = _chosen(page, dataset="digits")
    assert not page.warning
    assert _started(page).algorithm == MCEMSettings()
