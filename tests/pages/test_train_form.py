"""What a new run is to be, on the Train page as its script draws it; see `test_train.py`."""

from pathlib import Path

import pytest

from latent_atlas.ui.train import laid_over
from latent_atlas.ui.train.presets import PRESETS, Preset, offered
from tests.pages.train_page import opened, words
from vae_core.runs import Run, runs_folder

pytestmark = pytest.mark.usefixtures("no_data", "no_worker")

EMBEDDED = {
    "mnist-12k",
    "digits",
    "fashion-mnist-12k",
    "sprites",
}  # data that come with the program


def test_with_no_run_there_are_cards_with_what_to_look_for_and_one_button() -> None:
    page = opened()
    assert not page.exception
    assert not page.error
    assert [b.label for b in page.button] == ["Watch it learn"]
    for start, caption in zip(offered(EMBEDDED), page.radio[0].proto.captions, strict=True):
        assert caption.startswith(start.look_for)
        assert caption.endswith("here**")  # how long it takes


@pytest.mark.parametrize("chosen", offered(EMBEDDED), ids=lambda preset: preset.title)
def test_a_preset_fills_the_form_and_starts_as_it_says(chosen: Preset) -> None:
    page = opened()
    page.radio[0].set_value(chosen.title).run()
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
    page.radio[0].set_value(chosen.title).run()
    page.selectbox(key="new-dataset").set_value(stale[0])
    page.text_input(key="new-hidden").set_value(stale[1])
    page.number_input(key="new-epochs").set_value(8)
    page.button[0].click().run()
    [folder] = [p for p in runs_folder().iterdir() if p.is_dir()]
    config = Run(folder).config
    assert (config.dataset, config.hidden, config.epochs) == ("mnist-12k", (512, 256), 8)


def test_one_field_is_put_back_by_hand_after_a_preset(monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened()
    before = page.selectbox(key="new-dataset").value
    page.radio[0].set_value("A map of digits").run()
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
