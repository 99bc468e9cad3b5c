"""Runs on the Train page as its script draws it; what a new one is to be: `test_train_form.py`."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.train import live
from latent_atlas.ui.train.run_view import read_runs, signature
from tests.pages.train_page import button, charts, made, opened, words
from vae_core.runs import remove_run, runs_folder
from vae_core.runs.faults import train_run

pytestmark = pytest.mark.usefixtures("no_data", "no_worker")


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("queued", {"Pause": False, "Stop": False}),
        ("paused", {"Resume": False, "Stop": False}),
        ("stopped", {"Resume": False, "Stop": True}),
        ("interrupted", {"Resume": False, "Stop": False}),
        ("failed", {"Resume": False, "Stop": True}),
        ("finished", {"Pause": True, "Stop": True}),
    ],
)
def test_the_transport_offers_what_the_state_allows(state: str, buttons: dict[str, bool]) -> None:
    made(state, events=3)
    page = opened()
    assert not page.exception
    shown = {b.label: b.disabled for b in page.button}
    assert {label: shown.get(label) for label in buttons} == buttons


def test_a_failed_run_tells_why_and_resume_queues_it() -> None:
    run = made("failed", events=3, reason="The bound became infinite at step 12.")
    page = opened()
    assert "The bound became infinite at step 12." in page.warning[0].value
    button(page, "Resume").click().run()
    assert run.status().state == "queued"


def test_pause_on_a_queued_run_is_done_at_once() -> None:
    run = made("queued")
    page = opened()
    button(page, "Pause").click().run()
    assert run.status().state == "paused"
    assert "resume whenever you like" in words(page)


def test_a_finished_run_shows_its_curves_and_its_result() -> None:
    made("finished", events=5)
    page = opened()
    assert not page.exception
    assert charts(page) == 4  # the bound, its two parts, and the strip
    assert "test ELBO −30 nats per image (± not recorded)." in words(page)
    links = {link.proto.label: link.proto.page for link in page.get("page_link")}
    assert (
        links.items()
        >= {
            "Explore it": "explore",
            "Reconstruct with it": "reconstruct",
            "Diagnose it": "diagnose",
        }.items()
    )


def test_a_run_that_rests_leads_to_the_model_that_it_has_come_to() -> None:
    run = made("queued", epochs=1)
    train_run(run)
    run.write_status(run.stored_status().model_copy(update={"state": "paused"}))
    page = opened()
    assert not page.exception
    assert "Explore it" in {link.proto.label for link in page.get("page_link")}
    assert "resume whenever you like" in words(page)


def test_the_page_of_a_run_that_was_started_begins_at_its_top() -> None:
    page = opened()
    assert "top-turn" not in page.session_state
    button(page, "Watch it learn").click().run()
    assert not page.exception
    assert page.session_state["top-turn"] == 1


def test_the_address_names_the_runs_and_several_are_overlaid() -> None:
    one = made("finished", events=5, name="one")
    two = made("finished", events=5, name="two")
    made("finished", events=5, name="three")
    page = opened(run=[one.id, two.id])
    assert page.title[0].value == "one :gray[with 1 more]"
    assert charts(page) == 3
    assert not page.warning


def test_a_run_that_is_removed_elsewhere_leaves_the_list_alone() -> None:
    """The list is drawn on a timer of its own, around what the page last showed."""

    def since() -> None:
        import streamlit as st

        from latent_atlas.places import PAGES
        from latent_atlas.ui.train.run_list import run_list
        from latent_atlas.ui.train.run_view import read_runs
        from vae_core.runs import runs_folder

        def listed() -> None:
            shown = read_runs(runs_folder()).seen
            run_list(shown[:1], shown)

        others = [st.Page(PAGES / "runs.py")]  # it leads there
        st.navigation([st.Page(listed, default=True), *others], position="hidden").run()

    made("finished")
    made("running")
    assert not AppTest.from_function(since).run().exception


def test_grey_and_binarised_runs_never_share_a_chart() -> None:
    grey = made("finished", events=5, name="grey one")
    binary = made("finished", events=5, name="binary one", binarize="dynamic")
    page = opened(run=[grey.id, binary.id])
    assert "cannot share a chart" in page.warning[0].value
    assert charts(page) == 4  # as with the first run alone


def test_probabilities_and_densities_never_share_a_chart() -> None:
    probability = made("finished", events=5, name="grey one")
    density = made("finished", events=5, name="dense one", likelihood="gaussian")
    page = opened(run=[probability.id, density.id])
    assert "gaussian density" in page.warning[0].value
    assert charts(page) == 4


def test_an_address_that_names_no_run_shows_the_newest() -> None:
    made("finished", events=2, name="old").path.rename(runs_folder() / "20200101-000000-old")
    made("finished", events=2, name="new")
    page = opened(run="20010101-nothing")
    assert page.title[0].value == "new"
    assert "There is no run “20010101-nothing” here now." in [each.value for each in page.caption]


def test_a_damaged_folder_is_named_and_the_others_are_shown() -> None:
    made("finished", events=2, name="sound")
    broken = made("finished", events=2, name="broken")
    (broken.path / "config.json").write_text("{")
    page = opened()
    assert not page.exception
    assert broken.id in words(page)
    assert page.title[0].value == "sound"


@pytest.mark.parametrize(
    ("state", "seconds", "timers"),
    [
        ("queued", 0.0, {"_draw_curves": 0.8, "_draw_strips": 1.6, "_list": live.LISTED}),
        ("queued", 999.0, {"_draw_curves": 5.0, "_draw_strips": 10.0, "_list": live.LISTED}),
        ("paused", 0.0, {"_listen": live.LISTENING}),
    ],
)
def test_the_page_is_drawn_on_a_timer_while_a_run_is_active_and_listens_while_none_is(
    state: str, seconds: float, timers: dict[str, float | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tab in which a run was paused hears that another tab has resumed it."""
    asked: dict[str, float | None] = {}

    def fragment(draw: Callable[..., None], run_every: float | None = None) -> Callable[..., None]:
        asked[draw.__name__] = run_every
        return draw

    monkeypatch.setattr("streamlit.fragment", fragment)
    run = made(state, events=2)
    run.write_status(run.stored_status().model_copy(update={"seconds": seconds}))
    opened()
    assert {part: every for part, every in asked.items() if every} == timers


@pytest.mark.parametrize(("dialog", "followed"), [(False, True), (True, False)])
def test_a_change_of_state_redraws_the_page_but_not_under_an_open_dialog(
    dialog: bool, followed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dialog that is drawn anew forgets what is being typed into it."""
    run = made("paused", events=2)
    before = signature(read_runs(runs_folder()).seen)
    run.write_status(run.stored_status().model_copy(update={"state": "queued"}))
    monkeypatch.setattr(live, "dialog_is_open", lambda: dialog)
    redrawn: list[bool] = []
    monkeypatch.setattr("streamlit.rerun", lambda: redrawn.append(True))
    live._listen(runs_folder(), before, [])
    assert bool(redrawn) is followed
    live._listen(runs_folder(), signature(read_runs(runs_folder()).seen), [])
    assert len(redrawn) == int(followed)


def test_what_is_typed_into_the_new_run_dialog_outlasts_any_change_of_state() -> None:
    run = made("paused", events=2)
    page = opened()
    button(page, "New run…").click().run()
    page.text_input(key="new-hidden").set_value("77, 33").run()
    for state in ("queued", "paused", "stopped", "finished"):
        run.write_status(run.stored_status().model_copy(update={"state": state}))
        page.run()
        assert page.text_input(key="new-hidden").value == "77, 33"
    remove_run(run)
    page.run()
    assert not page.exception


def test_why_a_run_cannot_start_is_told_in_the_dialog_in_our_words() -> None:
    made("finished", events=2)
    page = opened()
    button(page, "New run…").click().run()
    page.text_input(key="new-learning_rate").set_value("200").run()
    button(page, "Start training").click().run()
    [error] = page.error
    told = "Learning rate cannot be 200: give a number above 0 and at most 100."
    assert error.value == escaped_message(told)
    assert page.text_input(key="new-learning_rate").value == "200"


def test_a_damaged_run_that_is_asked_for_is_told_first_and_not_called_absent() -> None:
    made("finished", events=2, name="sound")
    broken = made("finished", events=2, name="broken")
    (broken.path / "status.json").write_text("{")
    page = opened(run=broken.id)
    assert [w.value.startswith("This run is damaged. ") for w in page.warning] == [True]
    assert "Restore it from a copy, or remove it." in page.warning[0].value
    assert "There is no run" not in words(page)


def test_a_folder_of_damaged_runs_is_not_called_empty() -> None:
    (made("finished", events=2).path / "config.json").write_text("{")
    page = opened()
    assert not page.exception
    assert "Nothing has been trained" not in words(page)
    assert "No run here can be read" in words(page)


def test_a_file_with_a_setting_out_of_range_names_it() -> None:
    run = made("finished", events=2)
    path = run.path / "config.json"
    path.write_text(path.read_text().replace('"latent_dim": 2', '"latent_dim": 0'))
    told = "Latent dimensions cannot be 0: give a whole number from 1 to 512"
    assert escaped_message(told) in words(opened())


@pytest.mark.parametrize("state", ["running", "finished", "paused", "failed"])
def test_a_diverged_run_is_warned_of_with_its_remedy_in_every_state(
    state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "Training has diverged: too low. Start anew with a smaller learning rate (it was 1)."
    run = made(state, events=20, reason=told if state == "failed" else None)
    run.write_status(run.stored_status().model_copy(update={"diverged": told}))
    monkeypatch.setattr("vae_core.runs.run.is_locked", lambda path: True)
    page = opened()
    assert not page.exception
    [warning] = page.warning
    assert warning.value.count("smaller learning rate") == 1
    assert "**Training has diverged: " in words(page)  # above the chart
