"""The view By hand of the Diagnose page, as its script draws it."""

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.diagnose.matching.records import KeptTry, Shelf
from latent_atlas.ui.model_files import find_model, open_upload
from tests.latent_atlas.ui.model_fixtures import small_model_bytes
from tests.pages.reconstruct_page import components
from tests.pages.test_diagnose import opened


def said(at: AppTest) -> str:
    return " ".join(each.value for each in [*at.caption, *at.info])


@pytest.fixture
def a_try() -> None:
    tried = KeptTry(target=4, seconds=61, share=0.081, given_up=False)
    Shelf(None, "digits").keep("f" * 64, "some model", tried)


@pytest.mark.usefixtures("a_try")
def test_the_board_has_the_target_of_the_link_and_the_table_what_was_tried() -> None:
    at = opened(view="match", target="999999999")  # there are 300
    assert at.title[0].value == "How near you get by turning its sliders"
    assert not at.button  # nothing is measured
    (sent,) = components(at, "matching")
    assert (sent["number"], sorted(sent["axes"]), sent["latentDim"]) == (300, [0, 1], 2)
    assert len(sent["steps"]) == 2
    assert "2 sliders, one for each dimension." in said(at)
    table = at.get("html")[-1].proto.body
    for words in ("some model", "after 5 more tries", "1 m 01 s", "8.1 %"):
        assert words in table
    assert at.query_params["target"] == "300"


def board(at: AppTest) -> dict[str, object]:
    (sent,) = components(at, "matching")
    return sent


def kept(model: str, *numbers: int) -> None:
    """Tries of these targets of the test images with a model."""
    entry = find_model(model)
    assert entry is not None
    for number in numbers:
        tried = KeptTry(target=number, split="test", seconds=9, share=0.5, given_up=False)
        Shelf(None, "digits").keep(entry.digest, entry.title, tried)


def test_an_address_without_a_target_begins_at_the_first_that_was_not_tried() -> None:
    kept("shipped:digits-2d", 1, 2, 4)
    at = opened(view="match")
    assert (board(at)["number"], board(at)["uncounted"]) == (3, "")
    assert at.query_params["target"] in ("3", ["3"])  # so that Done leaves it in its place
    kept("shipped:digits-2d", 3)
    at.run()
    assert board(at)["number"] == 3
    assert board(opened(view="match"))["number"] == 5


def test_a_target_that_a_link_names_is_shown_again_and_said_not_to_count() -> None:
    kept("shipped:digits-2d", 1, 2)
    at = opened(view="match", target="2")
    assert (board(at)["number"], board(at)["uncounted"]) == (2, "you have tried this target before")


def test_another_model_begins_at_the_first_target_that_was_not_tried_with_it() -> None:
    other = open_upload("other.safetensors", small_model_bytes(5)).key
    kept("shipped:digits-2d", 1, 2, 3)
    kept(other, 1)
    at = opened(view="match")
    assert board(at)["number"] == 4
    at.query_params["model"] = other
    at.run()
    assert not at.exception
    assert board(at)["number"] == 2
    at.query_params["target"] = "4"  # of a run that was asked for before it was in the address
    at.run()
    assert board(at)["number"] == 2


@pytest.mark.parametrize("number", ["0", "-1", "nan", "9" * 40, "1e3", ""])
def test_a_target_that_cannot_be_is_the_first_that_was_not_tried(number: str) -> None:
    kept("shipped:digits-2d", 1)
    assert board(opened(view="match", target=number))["number"] == 2


@pytest.mark.usefixtures("a_try")
def test_the_rule_says_which_tries_count() -> None:
    told = said(opened(view="match"))
    assert "Of each target the first try alone counts" in told
    assert "counts nowhere, and its target comes again" in told
