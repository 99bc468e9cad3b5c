"""The view By hand of the Diagnose page, as its script draws it."""

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.diagnose.matching.records import KeptTry, Shelf
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
