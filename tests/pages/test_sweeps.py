"""The Sweeps page as its script draws it; no trial is trained."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.owners import Owner, claim
from tests.latent_atlas.ui.people import comers, name_users
from tests.pages.train_page import button, words
from vae_core.runs import MetricEvent, Run, State, list_runs, remove_run, runs_folder
from vae_core.sweeps import Sweep, create_sweep, list_sweeps, make_runs, plan_sweep

pytestmark = pytest.mark.usefixtures("no_data", "no_worker")

APP = f"""
from pathlib import Path
import streamlit as st
pages = Path({str(Path(__file__).parents[2] / "pages")!r})
names = ("sweeps", "train", "explore", "reconstruct")
st.navigation([st.Page(pages / f"{{name}}.py", default=name == "sweeps") for name in names]).run()
"""


def opened(**query: str) -> AppTest:
    page = AppTest.from_string(APP, default_timeout=20)
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def made(name: str = "mine", **more: list[object]) -> Sweep:
    asked: dict[str, list[object]] = {
        "dataset": ["digits"], "hidden": [(8,)], "epochs": [2], "beta": [1.0, 4.0], "seed": [0, 1],
    }  # fmt: skip
    sweep = create_sweep(plan_sweep(asked | more), runs_folder(), name)
    make_runs(sweep)
    return sweep


def ended(run: Run, elbo: float, valid: float | None = None, state: State = "finished") -> None:
    """As a worker would have left it."""
    test = {"elbo": elbo, "rate": 2.0, "distortion": -elbo - 2.0}
    event = MetricEvent(
        step=1, samples=100, epoch=1.0, seconds=1.0, train=test, test=test, full_test=True,
        valid=None if valid is None else {"elbo": valid, "rate": 2.0, "distortion": -valid - 2.0},
        test_half_widths={"elbo": 0.3}, vectors={}, gradient_norm=1.0, learning_rate=1e-3,
        images_per_second=1000.0,
    )  # fmt: skip
    run.metrics_path.write_text(f"{event.model_dump_json()}\n")
    run.write_status(run.stored_status().model_copy(update={"state": state}))


def charts(page: AppTest) -> int:
    return len(page.get("plotly_chart"))


def told_at_once(page: AppTest) -> str:
    assert not page.exception
    return words(page)


def test_the_first_visit_offers_a_sweep_that_one_button_starts() -> None:
    page = opened()
    assert "**3 × 2 = 6 trials**" in told_at_once(page)
    button(page, "Train them all").click().run()
    assert "0 of 6 finished · 6 waiting" in told_at_once(page)
    [sweep] = list_sweeps(runs_folder())
    assert [run.config.algorithm.beta for run in sweep.runs()] == [0.5, 1.0, 4.0] * 2  # type: ignore[attr-defined]
    assert page.query_params["sweep"] == sweep.name


def test_values_are_read_as_on_the_command_line_and_refused_in_a_sentence() -> None:
    page = opened()
    page.text_input(key="new-sweep-values-1").input("0-2").run()
    assert "**3 × 3 = 9 trials**" in told_at_once(page)
    page.text_input(key="new-sweep-values-1").input("0-499").run()
    assert "These are 1,500 trials, and a sweep has at most 500" in told_at_once(page)
    assert button(page, "Train them all").disabled
    page.text_input(key="new-sweep-values-1").input("0-1,one").run()
    assert "Seed cannot be “one”" in told_at_once(page)
    assert list_sweeps(runs_folder()) == []


def test_a_row_can_be_added_and_one_without_values_does_not_count() -> None:
    page = opened()
    button(page, "Another setting").click().run()
    page.selectbox(key="new-sweep-setting-6").select("latent_dim").run()
    page.text_input(key="new-sweep-values-6").input("2,3").run()
    assert "**3 × 2 × 2 = 12 trials**" in told_at_once(page)
    page.text_input(key="new-sweep-values-0").input("").run()
    assert "**2 × 2 = 4 trials**" in told_at_once(page)


def test_another_question_lays_its_settings_over_the_form() -> None:
    page = opened()
    page.button_group(key="new-sweep-question").set_value("How many dimensions?").run()
    assert "**4 × 2 = 8 trials**" in told_at_once(page)
    assert page.text_input(key="new-sweep-values-0").value == "1,2,4,8"


def test_a_finished_sweep_shows_both_charts_its_tables_and_the_way_to_do_it_again() -> None:
    for k, run in enumerate(made().runs()):
        ended(run, -30.0 - k)
    page = opened()
    text = told_at_once(page)
    assert "4 of 4 finished" in text
    assert "Beta × seed on digits" in text
    assert charts(page) == 2
    over_seeds, trials = page.dataframe
    assert list(over_seeds.value["beta"]) == [1.0, 4.0]
    assert list(over_seeds.value["elbo"]) == [-31.0, -32.0]
    assert list(trials.value["seed"]) == [0, 0, 1, 1]
    assert "latent-atlas sweep digits --hidden 8 --epochs 2 --beta 1,4 --seed 0,1" in (
        page.code[0].value
    )
    assert "Pause" not in {each.label for each in page.button}


def test_without_a_choice_the_trial_that_is_best_on_validation_images_is_shown() -> None:
    runs = made().runs()
    for run, valid in zip(runs, (-31.0, -33.0, -29.0, -30.0), strict=True):
        ended(run, -30.0, valid)
    assert opened().subheader[0].value == "beta 1 · seed 1"
    page = opened(trial=runs[1].id)
    assert page.subheader[0].value == "beta 4 · seed 0"
    assert page.query_params["trial"] == runs[1].id


def test_test_images_choose_no_trial() -> None:
    for k, run in enumerate(made().runs()):
        ended(run, -30.0 + k)
    assert opened().subheader[0].value == "beta 1 · seed 0"


def test_a_sweep_is_paused_resumed_and_stopped_and_what_is_finished_stays() -> None:
    sweep = made()
    ended(sweep.runs()[0], -30.0)
    page = opened()
    button(page, "Pause").click().run()
    assert "1 of 4 finished · 3 paused" in told_at_once(page)
    button(page, "Resume").click().run()
    assert "1 of 4 finished · 3 waiting" in told_at_once(page)
    button(page, "Stop").click().run()
    assert "1 of 4 finished · 3 stopped" in told_at_once(page)
    assert {"Pause", "Resume", "Stop"}.isdisjoint(each.label for each in page.button)


def test_what_a_kill_cut_off_is_resumed_and_what_was_removed_is_told() -> None:
    sweep = made()
    first, second, third, _ = sweep.runs()
    ended(first, -30.0)
    ended(second, -31.0, state="running")  # nobody holds its lock any more
    remove_run(third)
    page = opened()
    assert "1 of 4 finished · 1 waiting · 1 cut off · 1 removed" in told_at_once(page)
    button(page, "Resume").click().run()
    assert "1 of 4 finished · 2 waiting · 1 removed" in told_at_once(page)
    assert first.status().state == "finished"
    assert len(list_runs(runs_folder())) == 3


def test_a_damaged_record_is_told_in_a_sentence_and_the_others_are_shown() -> None:
    made("bad").path.write_text('{"version": 7}')
    made("good")
    page = opened(sweep="bad")
    assert "of the sweep bad cannot be read" in page.warning[0].value
    assert "0 of 4 finished" in told_at_once(page)
    assert "of the sweep bad cannot be read" in told_at_once(opened())


def test_a_sweep_that_is_not_here_is_told_so() -> None:
    made()
    assert "There is no sweep “gone” here now." in told_at_once(opened(sweep="gone"))


def test_of_several_sweeps_one_is_chosen_and_kept_in_the_address() -> None:
    made("first")
    made("second", latent_dim=[2, 3])
    page = opened()
    page.selectbox(key="sweep-picker").select("first").run()
    assert "Beta × seed on digits" in told_at_once(page)
    assert page.query_params["sweep"] == "first"


def test_trials_of_another_treatment_have_charts_and_a_table_of_their_own() -> None:
    for run in made(binarize=["none", "dynamic"], seed=[0]).runs():
        ended(run, -30.0)
    page = opened()
    assert [each.value for each in page.header] == ["grey digits", "binarised digits (dynamic)"]
    assert charts(page) == 4


def test_beside_a_sweep_another_is_started_from_its_dialog_and_shown() -> None:
    made()
    page = opened()
    button(page, "New sweep…").click().run()
    page.text_input(key="new-sweep-values-0").input("1,2,3").run()
    assert "**3 × 2 = 6 trials**" in told_at_once(page)
    button(page, "Start the sweep").click().run()
    assert "0 of 6 finished · 6 waiting" in told_at_once(page)
    assert page.query_params["sweep"] != "mine"


def test_where_people_are_told_apart_a_sweep_beyond_a_limit_is_refused_before_it_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name_users(monkeypatch)
    comers(monkeypatch)("ana")
    monkeypatch.setenv("LATENT_ATLAS_OWNER_QUEUE", "5")
    page = opened()
    assert "These are 6 runs, and you may have 5 at a time that train or wait" in told_at_once(page)
    assert button(page, "Train them all").disabled
    assert list_sweeps(runs_folder()) == []


def test_where_everybody_may_have_one_run_that_waits_no_sweep_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name_users(monkeypatch)
    comers(monkeypatch)("ana")
    monkeypatch.setenv("LATENT_ATLAS_OWNER_QUEUE", "1")
    page = opened()
    assert ["train them one after the other" in told.value for told in page.info] == [True]
    assert not page.button


def test_anothers_sweep_says_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for run in list_runs(made().runs_dir):
        claim(run.path, Owner(kind="user", name="bert"))
    name_users(monkeypatch)
    comers(monkeypatch)("ana")
    page = opened()
    assert "who alone can pause, stop and remove it" in told_at_once(page)
    assert not [each for each in page.button if each.label in ("Pause", "Resume", "Stop")]
