"""The Train page as its script draws it, on run folders that no worker touches."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.train import laid_over, live
from latent_atlas.ui.train.presets import PRESETS, Preset, offered
from latent_atlas.ui.train.run_view import read_runs, signature
from vae_core.runs import MetricEvent, Run, create_run, make_config, remove_run, runs_folder
from vae_core.runs.faults import train_run

# Train first, so that it opens; the others, so that links to them lead somewhere.
APP = f"""
from pathlib import Path
import streamlit as st
pages = Path({str(Path(__file__).parents[2] / "pages")!r})
names = ("train", "explore", "reconstruct")
st.navigation([st.Page(pages / f"{{name}}.py", default=name == "train") for name in names]).run()
"""


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs stay as the test wrote them: nothing is started."""
    monkeypatch.setattr("vae_core.runs.queue._start_worker", lambda run, lock: None)


EMBEDDED = {
    "mnist-12k",
    "digits",
    "fashion-mnist-12k",
    "sprites",
}  # data that come with the program


@pytest.fixture(autouse=True)
def _embedded_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_ATLAS_DATA", str(tmp_path))


def opened(**query: str | list[str]) -> AppTest:
    page = AppTest.from_string(APP, default_timeout=20)
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def made(state: str, events: int = 0, reason: str | None = None, **config: object) -> Run:
    asked = {"dataset": "digits", "epochs": 10, "hidden": (8,), **config}
    run = create_run(make_config(**asked), runs_folder())
    bound = {"elbo": -30.0, "rate": 2.0, "distortion": 28.0}
    lines = [
        MetricEvent(
            step=i,
            samples=100 * i,
            epoch=i / 15,
            seconds=i,
            train=bound,
            test=bound,
            full_test=True,
            vectors={"rate_per_dim": [1.5, 0.5]},
            gradient_norm=1.0,
            learning_rate=1e-3,
            images_per_second=1000.0,
        ).model_dump_json()
        for i in range(1, events + 1)
    ]
    run.metrics_path.write_text("".join(f"{line}\n" for line in lines))
    update: dict[str, object] = {
        "state": state,
        "reason": reason,
        "samples": 100 * events,
        "epoch": events / 15,
    }
    if events:
        update["test"] = bound
    run.write_status(run.stored_status().model_copy(update=update))
    return run


def words(page: AppTest) -> str:
    groups = (page.title, page.markdown, page.caption, page.warning, page.error, page.get("html"))
    texts = [getattr(e, "value", None) or e.proto.body for group in groups for e in group]
    return "\n".join(str(text) for text in texts)


def button(page: AppTest, label: str) -> Button:
    return next(b for b in page.button if b.label == label)


def charts(page: AppTest) -> int:
    return len(page.get("echarts_chart"))


def test_with_no_run_there_is_a_sentence_a_choice_and_one_button() -> None:
    page = opened()
    assert not page.exception
    assert not page.error
    assert [b.label for b in page.button] == ["Start training"]
    assert PRESETS[0].look_for in words(page)


@pytest.mark.parametrize("chosen", offered(EMBEDDED), ids=lambda preset: preset.title)
def test_a_preset_fills_the_form_and_starts_as_it_says(chosen: Preset) -> None:
    page = opened()
    page.segmented_control[0].set_value(chosen.title).run()
    assert chosen.look_for in words(page)
    page.button[0].click().run()
    assert not page.exception
    [folder] = [p for p in runs_folder().iterdir() if p.is_dir()]
    config = Run(folder).config
    assert config.name == chosen.title
    assert config.dataset == chosen.dataset(EMBEDDED)
    assert config.beta == float(str(chosen.values_with(EMBEDDED)["beta"]))
    assert page.query_params["run"] == folder.name


def test_what_is_typed_before_a_preset_has_reached_the_browser_does_not_undo_it() -> None:
    """The browser then sends the old value of every field that it has not heard of yet."""
    page = opened()
    [chosen] = [p for p in PRESETS if p.title == "A map of digits"]
    fields = [page.selectbox(key="new-dataset"), page.text_input(key="new-hidden")]
    stale = [field.value for field in fields]
    page.segmented_control[0].set_value(chosen.title).run()
    page.selectbox(key="new-dataset").set_value(stale[0])
    page.text_input(key="new-hidden").set_value(stale[1])
    page.number_input(key="new-epochs").set_value(8)
    page.button[0].click().run()
    [folder] = [p for p in runs_folder().iterdir() if p.is_dir()]
    config = Run(folder).config
    assert (config.dataset, config.hidden, config.epochs) == ("mnist-12k", (512, 256), 8)


@pytest.mark.parametrize("chosen", offered(EMBEDDED), ids=lambda preset: preset.title)
def test_a_message_that_has_lost_the_preset_still_starts_what_the_form_says(chosen: Preset) -> None:
    """A browser that draws the choice anew sends none until it has heard which one is made."""
    page = opened()
    page.segmented_control[0].set_value(chosen.title).run()
    page.segmented_control[0].set_value(None)
    page.number_input(key="new-epochs").set_value(8)
    page.button[0].click().run()
    assert not page.exception
    [folder] = [p for p in runs_folder().iterdir() if p.is_dir()]
    config = Run(folder).config
    assert (config.name, config.epochs) == (chosen.title, 8)


def test_a_preset_that_a_message_has_lost_stays_chosen() -> None:
    page = opened()
    page.segmented_control[0].set_value("A map of digits").run()
    page.segmented_control[0].set_value(None).run()
    assert not page.exception
    assert page.segmented_control[0].value == "A map of digits"


def test_one_field_is_put_back_by_hand_after_a_preset(monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened()
    before = page.selectbox(key="new-dataset").value
    page.segmented_control[0].set_value("A map of digits").run()
    later = laid_over.monotonic() + laid_over.LATE_SECONDS
    monkeypatch.setattr(laid_over, "monotonic", lambda: later)
    page.selectbox(key="new-dataset").set_value(before).run()
    assert page.selectbox(key="new-dataset").value == before
    page.text_input(key="new-hidden").set_value("128").run()  # and another one, as it was
    assert page.text_input(key="new-hidden").value == "128"
    assert page.selectbox(key="new-dataset").value == before


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("new-hidden", "512, many", "Hidden widths cannot hold “many”"),
        ("new-learning_rate", "fast", "Learning rate cannot be “fast”"),
        ("new-beta", "-1", "Beta cannot be −1"),
    ],
)
def test_bad_input_gets_one_sentence_and_stays_in_its_field(
    field: str, typed: str, sentence: str
) -> None:
    page = opened()
    page.text_input(key=field).set_value(typed)
    page.button[0].click().run()
    assert [sentence in error.value for error in page.error] == [True]
    assert page.text_input(key=field).value == typed
    assert not list(runs_folder().glob("2*"))


def test_a_folder_that_cannot_hold_runs_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = runs_folder() / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("LATENT_ATLAS_RUNS", str(blocked))
    page = opened()
    page.button[0].click().run()
    assert not page.exception
    assert len(page.error) == 1


def test_only_data_that_is_here_can_be_chosen_and_a_line_says_what_brings_the_rest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_DATA", str(tmp_path))
    page = opened()
    assert not any("70,000" in option for option in page.selectbox(key="new-dataset").options)
    assert "Not here yet: MNIST" in words(page)
    assert "The page Data brings them" in words(page)


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
    assert links == {"Explore it": "explore", "Reconstruct with it": "reconstruct"}


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
    button(page, "Start training").click().run()
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
    ("state", "timers"),
    [("queued", {"_draw": live.EVERY}), ("paused", {"_draw": None, "_listen": live.LISTENING})],
)
def test_the_page_is_drawn_on_a_timer_while_a_run_is_active_and_listens_while_none_is(
    state: str, timers: dict[str, float | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tab in which a run was paused hears that another tab has resumed it."""
    asked: dict[str, float | None] = {}

    def fragment(draw: Callable[..., None], run_every: float | None) -> Callable[..., None]:
        asked[draw.__name__] = run_every
        return draw

    monkeypatch.setattr("streamlit.fragment", fragment)
    made(state, events=2)
    opened()
    assert asked == timers


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
