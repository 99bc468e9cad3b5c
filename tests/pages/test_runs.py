"""The Runs page as its script draws it: what is in sight, in which order, and what is done."""

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.classroom import CLASSROOM, MODE
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.owners import claim
from tests.latent_atlas.ui.people import ANNA, BERT, comers
from tests.pages.runs_page import listed, opened, told
from tests.pages.train_page import button, made, words
from vae_core.runs import (
    MetricEvent,
    Run,
    annotate,
    list_runs,
    remove_to_bin,
    removed_runs,
    runs_folder,
)
from vae_core.runs.lock import FileLock

pytestmark = pytest.mark.usefixtures("no_data", "no_worker")


def measured(name: str, *elbos: float, **config: object) -> Run:
    """A finished run with these validation bounds; the test bound is one nat lower throughout."""
    run = made("finished", 0, None, name=name, **config)
    run.metrics_path.write_text(
        "".join(
            MetricEvent(
                step=step,
                samples=100 * step,
                epoch=step,
                seconds=step,
                train={"elbo": elbo},
                valid={"elbo": elbo},
                valid_half_widths={"elbo": 0.7},
                test={"elbo": elbo - 1},
                test_half_widths={"elbo": 0.5},
                full_test=True,
                vectors={},
                gradient_norm=1.0,
                learning_rate=1e-3,
                images_per_second=1000.0,
            ).model_dump_json()
            + "\n"
            for step, elbo in enumerate(elbos, start=1)
        )
    )
    return run


def labels(page: AppTest) -> set[str]:
    return {each.label for each in page.button}


def test_without_any_run_one_button_leads_to_train() -> None:
    page = opened()
    assert labels(page) == {"Train a model"}
    assert not page.dataframe


def test_a_run_stands_with_its_best_point_and_not_with_its_last() -> None:
    measured("one", -40.0, -30.0, -35.0)
    page = opened()
    assert listed(page, "best-elbo") == [-30.0]
    assert listed(page, "best_test-elbo") == [-31.0]
    assert told(page, "best_test-elbo") == ["−31.0 ± 0.5"]
    assert told(page, "best-elbo") == ["−30.0 ± 0.7"]


def test_a_query_and_the_star_decide_what_is_in_sight_and_what_is_odd_in_it_is_said() -> None:
    measured("wide", -30.0, beta=4.0)
    annotate(measured("narrow", -30.0).path, starred=True, add_tags=["thesis"])
    measured("other", -30.0)
    page = opened(q="beta>2")
    assert listed(page) == ["wide"]
    assert "1 of 3 runs fit." in words(page)
    page.text_input(key="q").set_value("tag:thesis").run()
    assert listed(page) == ["narrow"]
    page.text_input(key="q").set_value("beta>much").run()
    assert "compares with no number" in words(page)
    page.text_input(key="q").set_value("")
    page.toggle(key="starred").set_value(True).run()
    assert listed(page) == ["narrow"]


def test_ticked_runs_stay_in_sight_whatever_is_looked_for() -> None:
    run = measured("ticked", -30.0)
    measured("wide", -30.0, beta=4.0)
    page = opened(run=run.id, q="beta>2")
    assert sorted(map(str, listed(page))) == ["ticked", "wide"]
    assert "**1 ticked**" in words(page)


def test_columns_that_say_the_same_of_all_are_left_out_until_they_are_chosen() -> None:
    measured("one", -30.0, latent_dim=2)
    measured("two", -20.0, latent_dim=5)
    page = opened()
    assert set(listed(page, "latent_dim")) == {2, 5}
    assert listed(page, "beta") == []
    assert "All: digits, aevb, β 1." in words(page)
    page.multiselect(key="runs-columns").set_value(["beta"]).run()
    assert list(page.dataframe[0].value) == ["star", "title", "beta"]


def test_the_order_has_the_better_first_and_what_was_not_measured_last() -> None:
    measured("good", -20.0)
    made("queued", name="waits")
    measured("bad", -50.0)
    page = opened(sort="Best valid. ELBO")
    assert listed(page) == ["good", "bad", "waits"]
    page.toggle(key="turned").set_value(True).run()
    assert listed(page) == ["bad", "good", "waits"]


def test_an_order_across_data_that_do_not_compare_says_so() -> None:
    measured("digits", -20.0)
    measured("mnist", -50.0, dataset="mnist-12k")
    assert "it does not compare" in words(opened(sort="Best valid. ELBO"))
    assert "it does not compare" not in words(opened(sort="Name"))


def test_nats_of_several_sorts_share_no_column() -> None:
    measured("grey", -20.0)
    measured("binary", -50.0, binarize="dynamic")
    page = opened(sort="Best valid. ELBO of grey levels")
    assert "it does not compare" not in words(page)
    found = dict(zip(listed(page), listed(page, "best-elbo of grey levels"), strict=True))
    assert found["grey"] == -20.0
    assert found["binary"] != -50.0
    drawn = listed(page, "best-elbo of black and white, drawn anew")
    assert -50.0 in drawn
    assert -20.0 not in drawn


def test_a_ticked_run_is_renamed_tagged_and_noted() -> None:
    run = measured("one", -30.0)
    page = opened(run=run.id)
    button(page, "Edit…").click().run()
    page.text_input(key="about-title").set_value("Mine")
    page.multiselect(key="about-tags").set_value(["thesis"])
    page.text_area(key="about-note").set_value("look again")
    button(page, "Save").click().run()
    assert not page.exception
    added = run.annotations
    assert (added.title, added.tags, added.note) == ("Mine", ("thesis",), "look again")
    assert listed(page) == ["Mine"]


def test_several_are_tagged_and_starred_at_once() -> None:
    runs = [measured(name, -30.0) for name in ("one", "two")]
    annotate(runs[0].path, add_tags=["old"])
    page = opened(run=[run.id for run in runs])
    button(page, "Star").click().run()
    assert all(run.annotations.starred for run in runs)
    button(page, "Tag…").click().run()
    page.multiselect(key="tag-add").set_value(["new"])
    page.multiselect(key="tag-remove").set_value(["old"])
    button(page, "Keep").click().run()
    assert [run.annotations.tags for run in runs] == [("new",), ("new",)]


def test_removals_are_undone_one_by_one_and_a_run_that_trains_stays() -> None:
    one, two, busy = (measured(name, -30.0) for name in ("one", "two", "busy"))
    page = opened(run=one.id)
    button(page, "Remove").click().run()
    assert "Removed “one”." in words(page)
    lock = FileLock(busy.lock_path)
    assert lock.acquire()
    page.query_params["run"] = [two.id, busy.id]
    page.run()
    button(page, "Remove 2").click().run()
    lock.release()
    assert escaped_message("busy is training: stop it before you remove it.") in words(page)
    assert listed(page) == ["busy"]
    undo = [each for each in page.button if each.label == "Undo"]
    assert len(undo) == 2
    undo[-1].click().run()  # the older removal
    assert {run.title for run in list_runs(runs_folder())} == {"one", "busy"}
    button(page, "Undo").click().run()
    assert {run.title for run in list_runs(runs_folder())} == {"one", "two", "busy"}
    assert "Undo" not in labels(page)


def test_what_was_removed_earlier_is_put_back_even_from_an_empty_page() -> None:
    remove_to_bin([measured("one", -30.0)])
    page = opened()
    assert "Put back" in labels(page)
    button(page, "Put back").click().run()
    assert listed(page) == ["one"]
    assert not removed_runs(runs_folder())


def test_the_bin_is_emptied_only_after_a_question() -> None:
    remove_to_bin([measured("one", -30.0)])
    page = opened()
    button(page, "Delete them for good…").click().run()
    assert len(removed_runs(runs_folder())) == 1
    button(page, "Remove them").click().run()
    assert not page.exception
    assert not removed_runs(runs_folder())


def test_only_who_started_a_run_writes_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MODE, CLASSROOM)
    come = comers(monkeypatch)
    run = measured("anna’s", -30.0)
    claim(run.path, come(ANNA))
    page = opened(run=run.id)
    assert {"Edit…", "Star"} <= labels(page)
    assert "Remove" not in labels(page)
    assert listed(page, "star") == ["☆"]
    come(BERT)
    page = opened(run=run.id)
    assert not {"Edit…", "Star", "Remove"} & labels(page)
    assert listed(page, "star") == [""]


def test_a_damaged_folder_is_named_and_the_others_are_listed() -> None:
    measured("sound", -30.0)
    broken = measured("broken", -30.0)
    (broken.path / "config.json").write_text("{")
    page = opened()
    assert listed(page) == ["sound"]
    assert broken.id in words(page)
