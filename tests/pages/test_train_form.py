"""What a new run is to be, on the Train page as its script draws it; see `test_train.py`."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from latent_atlas.ui.background import Shelf
from latent_atlas.ui.data import jobs
from latent_atlas.ui.data.jobs import IsCancelled, Progress
from latent_atlas.ui.reconstruct import measuring
from latent_atlas.ui.train import laid_over
from latent_atlas.ui.train.advanced import FIRST
from latent_atlas.ui.train.presets import (
    AUTOENCODERS,
    FAMILIES,
    PRESETS,
    RIVALS,
    Preset,
    defaults,
    offered,
)
from tests.pages.data_page import settled
from tests.pages.train_page import charts, made, opened, words
from vae_core.algorithms import ALGORITHMS, AEVBSettings
from vae_core.data import DatasetInfo, available_datasets
from vae_core.errors import AtlasError
from vae_core.runs import Run, RunConfig, runs_folder
from vae_core.runs.flat import run_options

pytestmark = pytest.mark.usefixtures("no_data", "no_worker")

EMBEDDED = {
    "mnist-12k",
    "digits",
    "fashion-mnist-12k",
    "sprites",
}  # data that come with the program
TO_BE_FETCHED = "Its images are still to be fetched."
FETCHABLE = {info.name for info in available_datasets() if info.fetchable}


def test_with_no_run_there_are_cards_with_what_to_look_for_and_one_button() -> None:
    page = opened()
    assert not page.exception
    assert not page.error
    assert [b.label for b in page.button] == ["Watch it learn"]
    for family in FAMILIES:
        page.segmented_control(key="new-family").set_value(family).run()
        assert not page.exception
        expect_cards(page, [p for p in offered(EMBEDDED, FETCHABLE) if p.family == family])
    page.segmented_control(key="new-family").set_value(AUTOENCODERS).run()
    # What a linear model of the data keeps follows once the data's spectrum is known.
    page.selectbox(key="new-dataset").set_value("digits").run()
    for job in list(measuring._jobs.values()):
        job.wait(60)
    page.text_input(key="new-beta").set_value("9").run()
    assert "At β = 9 a linear model of these data keeps none of 2 dimensions." in words(page)
    assert not charts(page)
    page.selectbox(key="new-likelihood").set_value("gaussian-fixed").run()
    assert "keeps 2 of 2 dimensions." in words(page)
    assert charts(page) == 1
    page.selectbox(key="new-likelihood").set_value("gaussian").run()
    assert "no rule is known" in words(page)


def expect_cards(page: AppTest, starts: list[Preset]) -> None:
    assert page.radio[0].value == starts[0].title
    for start, caption in zip(starts, page.radio[0].proto.captions, strict=True):
        assert caption.startswith(start.look_for)
        here = start in offered(EMBEDDED)
        assert caption.endswith("here**" if here else "fetched**")  # how long it takes


@pytest.mark.parametrize("chosen", offered(EMBEDDED), ids=lambda preset: preset.title)
def test_a_preset_fills_the_form_and_starts_as_it_says(chosen: Preset) -> None:
    page = opened()
    page.segmented_control(key="new-family").set_value(chosen.family).run()
    page.radio[0].set_value(chosen.title).run()
    page.button[0].click().run()
    assert not page.exception
    [folder] = [p for p in runs_folder().iterdir() if p.is_dir()]
    config = Run(folder).config
    assert config.name == chosen.title
    assert config.dataset == chosen.dataset(EMBEDDED)
    assert config.beta == float(str(chosen.values_with(EMBEDDED)["beta"]))
    assert page.query_params["run"] == folder.name


def test_a_link_fills_the_form_as_a_model_was_trained_but_for_one_remedy() -> None:
    page = opened(like="shipped:digits-2d", remedy="free-bits")
    assert not page.exception
    assert page.text_input(key="new-free_bits").value == "0.5"
    assert page.text_input(key="new-hidden").value == "256, 128"
    assert "As digits-2d was trained, but for Free bits." in page.info[0].value
    assert re.search(r"(seconds?|minutes?|s) here", words(page))
    assert next(each.label for each in page.expander) == "Start from something else"
    # Whoever loads the page anew has it again, with what was typed since until then.
    assert page.query_params == {"like": "shipped:digits-2d", "remedy": "free-bits"}
    page.text_input(key="new-free_bits").set_value("0.7").run()
    assert page.text_input(key="new-free_bits").value == "0.7"
    again = opened(like="shipped:digits-2d", remedy="free-bits")
    assert again.text_input(key="new-free_bits").value == "0.5"
    page = again
    page.button[0].click().run()
    assert page.query_params.keys() == {"run"}
    [folder] = [p for p in runs_folder().iterdir() if p.is_dir()]
    config = Run(folder).config
    assert (config.dataset, config.epochs, config.name) == (
        "digits",
        200,
        "digits · 2-D, free bits",
    )
    assert config.settings()["free_bits"] == 0.5
    # What such a model cannot have, or nobody knows, opens the form as it is.
    page = opened(like="shipped:digits-2d", remedy="narrower-field")
    assert not page.exception
    assert not page.info
    assert page.query_params == {}
    page = opened(like="shipped:digits-2d", remedy="free-bits")
    page.radio[0].set_value("A map of digits").run()
    assert not page.info
    assert page.query_params == {}


def started(page: AppTest) -> RunConfig:
    """The run that the button starts."""
    before = set(runs_folder().iterdir())
    page.button(key="new-start").click().run()
    assert not page.exception
    [folder] = [p for p in set(runs_folder().iterdir()) - before if p.is_dir()]
    return Run(folder).config


@pytest.mark.parametrize("name", ALGORITHMS)
def test_an_algorithm_chosen_in_the_form_learns_as_it_does_on_the_command_line(name: str) -> None:
    page = opened()
    page.selectbox(key="new-algorithm").set_value(name).run()
    assert started(page).algorithm == ALGORITHMS[name]()


def test_what_was_chosen_stays_when_another_algorithm_is() -> None:
    page = opened()
    page.text_input(key="new-learning_rate").set_value("0.003").run()
    page.selectbox(key="new-algorithm").set_value("made").run()
    assert page.text_input(key="new-learning_rate").value == "0.003"
    assert page.selectbox(key="new-learning_rate_schedule").value == "cosine"
    page.selectbox(key="new-algorithm").set_value("aevb").run()
    assert page.selectbox(key="new-learning_rate_schedule").value == "constant"
    config = started(page)
    assert config.learning_rate == 0.003
    assert config.algorithm == AEVBSettings(learning_rate=0.003)


def test_each_kind_of_model_has_its_starts_and_begins_with_the_first_of_them() -> None:
    page = opened()
    for family in reversed(FAMILIES):
        page.segmented_control(key="new-family").set_value(family).run()
        starts = [p for p in offered(EMBEDDED, FETCHABLE) if p.family == family]
        assert page.radio(key="new-preset").options == [p.title for p in starts]
        page.radio(key="new-preset").set_value(starts[2].title).run()
        assert page.segmented_control(key="new-family").value == family
        assert page.radio(key="new-preset").value == starts[2].title
    page.segmented_control(key="new-family").set_value(RIVALS).run()
    assert started(page).algorithm == ALGORITHMS["gan"]()


def test_a_gan_does_not_bear_the_name_of_a_start_for_a_vae() -> None:
    page = opened()
    page.selectbox(key="new-algorithm").set_value("gan").run()
    page.button[0].click().run()
    [folder] = [p for p in runs_folder().iterdir() if p.is_dir()]
    assert Run(folder).title.endswith(" · gan")


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


class FakeMirror:
    """Stands in for a download: it goes on until a test says how it ends."""

    def __init__(self) -> None:
        self.begun, self.goes_on = threading.Event(), threading.Event()
        self.fault: str | None = None
        self.here: set[str] = set()

    def fetch(self, name: str, progress: Progress, cancelled: IsCancelled) -> None:
        progress(1_500_000, 3_000_000)
        self.begun.set()
        while not self.goes_on.wait(0.01):
            if cancelled():
                raise AtlasError("The download was cancelled.")
        if self.fault is not None:
            raise AtlasError(self.fault)
        self.here.add(name)

    def datasets(self) -> list[DatasetInfo]:
        known = available_datasets()
        return [replace(i, present=i.present or i.name in self.here) for i in known]


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> FakeMirror:
    mirror = FakeMirror()
    monkeypatch.setattr(jobs, "_jobs", Shelf(jobs.KEPT))
    monkeypatch.setattr("latent_atlas.ui.data.fetching.fetch_dataset", mirror.fetch)
    monkeypatch.setattr("latent_atlas.ui.data.fetching.available_datasets", mirror.datasets)
    monkeypatch.setattr("latent_atlas.ui.visible_data.available_datasets", mirror.datasets)
    return mirror


def test_a_start_whose_images_are_not_here_is_a_button_that_fetches_them(
    mirror: FakeMirror,
) -> None:
    page = opened()
    page.radio[0].set_value("Paper: Frey Face").run()
    assert [b.label for b in page.button] == ["Fetch Frey Face"]
    mirror.fault = "No mirror has Frey Face whole."
    mirror.goes_on.set()
    page.button[0].click().run()
    settled(page)
    assert [error.value for error in page.error] == [mirror.fault]
    assert [b.label for b in page.button] == ["Fetch Frey Face"]

    mirror.fault = None
    mirror.goes_on.clear()
    mirror.begun.clear()
    page.button[0].click().run()
    assert mirror.begun.wait(10)
    page.run()
    assert [bar.proto.text for bar in page.get("progress")] == ["Frey Face: 1.5 of 3.0 MB"]
    page.button(key="cancel-frey-face").click().run()
    settled(page)
    assert not page.error  # it was asked for
    assert "The download was cancelled." in words(page)

    mirror.goes_on.set()
    page.button(key="new-fetch-frey-face").click().run()
    settled(page)
    assert not page.exception
    assert not page.error
    assert [b.label for b in page.button] == ["Watch it learn"]
    assert page.selectbox(key="new-dataset").value == "frey-face"


def test_a_start_that_makes_do_offers_the_images_it_is_meant_for_and_takes_them(
    mirror: FakeMirror,
) -> None:
    page = opened()
    page.radio[0].set_value("Paper: MNIST").run()
    assert page.selectbox(key="new-dataset").value == "mnist-12k"
    assert [b.label for b in page.button] == ["Watch it learn", "Fetch MNIST, all 70,000"]
    mirror.goes_on.set()
    page.button[1].click().run()
    settled(page)
    assert not page.exception
    assert [b.label for b in page.button] == ["Watch it learn"]
    assert page.selectbox(key="new-dataset").value == "mnist"


def test_a_dialog_stays_open_while_it_fetches_and_once_the_images_are_here(
    mirror: FakeMirror,
) -> None:
    made("finished", events=2)
    page = opened()
    page.button(key="new-run").click().run()
    page.radio(key="new-preset").set_value("Paper: Frey Face").run()
    page.button(key="new-fetch-frey-face").click().run()
    assert not page.exception
    assert page.get("progress")
    mirror.goes_on.set()
    settled(page)
    assert not page.exception
    assert page.button(key="new-start").label == "Start training"
    assert page.selectbox(key="new-dataset").value == "frey-face"


def test_data_that_are_not_here_can_be_chosen_to_be_fetched_but_not_in_a_classroom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = opened()
    assert TO_BE_FETCHED not in words(page)
    page.selectbox(key="new-dataset").set_value("mnist").run()
    assert TO_BE_FETCHED in words(page)
    assert [b.label for b in page.button] == ["Fetch MNIST, all 70,000"]
    monkeypatch.setenv("LATENT_ATLAS_MODE", "classroom")
    assert "MNIST, all 70,000" not in opened().selectbox(key="new-dataset").options


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_fields_stand_in_the_order_they_are_declared_in_where_a_phone_stacks_them(
    algorithm: str,
) -> None:
    page = opened()
    page.selectbox(key="new-algorithm").set_value(algorithm).run()
    assert not page.exception
    drawn = [key.removeprefix("new-") for key in keys_in_order(page.main)]
    declared = run_options(defaults(algorithm))
    for group in (
        FIRST,
        [name for name in declared if name not in {*RunConfig.model_fields, *FIRST}],
    ):
        in_order = [name for name in group if name in declared]
        assert [name for name in drawn if name in in_order] == in_order


def keys_in_order(block: Block) -> Iterator[str]:
    """The keys of the fields below `block`, as they stand on a page."""
    for _, each in sorted(block.children.items()):
        if isinstance(each, Block):
            yield from keys_in_order(each)
        elif isinstance(found := getattr(each, "key", None), str):
            yield found


def test_data_are_called_the_same_before_and_after_they_were_fetched(mirror: FakeMirror) -> None:
    page = opened()
    before = page.selectbox(key="new-dataset").options
    page.selectbox(key="new-dataset").set_value("frey-face").run()
    page.button(key="new-fetch-frey-face").click().run()
    mirror.goes_on.set()
    settled(page)
    assert TO_BE_FETCHED not in words(page)
    assert sorted(page.selectbox(key="new-dataset").options) == sorted(before)
