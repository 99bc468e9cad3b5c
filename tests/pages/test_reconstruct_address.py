"""What the address of the Reconstruct page holds, view by view: short keys, and no junk."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.model_files import ModelEntry
from latent_atlas.ui.reconstruct.view import VIEWS
from tests.pages import reconstruct_page
from tests.pages.reconstruct_page import untrained

JUNK = {
    "very long": "9" * 5000,
    "out of range": "9" * 9,
    "more than a number": "9" * 10,
    "negative": "-1",
    "not a number": "NaN",
    "numbers that are none": "nan,inf,1e999,-0",
    "markup": "<b onclick=x>*[y](z)*</b>\x00\n$x$",
    "unicode": "١٢\u202eé\U0001f308",
    "empty": "",
    "brushes of no model": "L-K:0,~z:,,,~A:",
}
DRAWN = ("seed", "draw")  # of which any number is one
WHICH = ("with", "data", "split", "picked")  # of these a sentence tells
SOUND = {
    "images": {"sort": "listed", "class": "3", "picture": "sample", "image": "7", "seed": "2"},
    "split": {"pair": "BA", "picked": "A:20,30"},
    "corrupt": {"corruption": "missing-top", "strength": "0.25", "way": "mean", "step": "3"},
    "identity": {"picture": "sample", "way": "geodesic", "between": "3~5"},
    "rate-distortion": {"distortion": "squares", "models": "all"},
    "between": {"ways": "sum", "image": "3", "other": "4", "third": "5"},
    "maps": {},
}
TITLES = {
    "sort": "As listed",
    "class": "3",
    "picture": "Sample z",
    "way": "Geodesic",
    "ways": "a − b + c",
    "distortion": "Squared error",
    "models": "All of these data",
}


@pytest.fixture
def rival() -> ModelEntry:
    return untrained("rival", (1, 8, 8))


def opened(view: str, rival: ModelEntry, **query: str) -> AppTest:
    named = {"model": "shipped:digits-2d", "with": rival.key, "view": view}
    return reconstruct_page.opened(None, **named, **query)


def held(at: AppTest) -> dict[str, str]:
    """What the address holds of a view, beside the models and the view."""
    found = dict(at.query_params.items())
    others = {name: value for name, value in found.items() if name not in ("model", "with", "view")}
    return {name: each[0] if isinstance(each, list) else each for name, each in others.items()}


@pytest.mark.parametrize("view", VIEWS)
def test_junk_does_no_harm_and_leaves_the_address_and_what_was_meant_is_told(
    view: str, rival: ModelEntry
) -> None:
    names = [each.name for each in VIEWS[view].parameters]
    at = opened(view, rival)
    for kind, junk in JUNK.items():
        for name in {*names, *WHICH[1:], "page", "nonsense"}:
            at.query_params[name] = junk
        at.run()
        assert not at.exception, kind
        left = held(at)
        assert set(left) <= {"find", *(DRAWN if junk == "9" * 9 else ())}, kind
        assert len(left.get("find", "")) <= 100
        told = [each.value for each in at.info]
        assert not any(re.search(r"(?<!\\)[<*]", each) for each in told), kind
        assert all(len(each) < 400 for each in told)
        assert junk == "" or any("has no split" in each for each in told), kind


@pytest.mark.parametrize("view", VIEWS)
def test_a_link_survives_and_what_belongs_to_a_view_leaves_the_address_with_it(
    view: str, rival: ModelEntry
) -> None:
    at = opened(view, rival, **SOUND[view])
    assert held(at) == SOUND[view]
    other = "rate-distortion" if view == "maps" else "maps"
    at.segmented_control(key="view").set_value(other).run()
    assert not at.exception
    assert held(at) == {}


@pytest.mark.parametrize("view", VIEWS)
def test_a_link_from_before_there_were_keys_is_read_and_written_anew(
    view: str, rival: ModelEntry
) -> None:
    sound = {name: SOUND[view][name] for name in SOUND[view] if name in TITLES}
    before = {name: TITLES[name] for name in sound if sound[name] != "mean"}
    assert held(opened(view, rival, **before)) == {name: sound[name] for name in before}
