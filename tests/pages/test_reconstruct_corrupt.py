"""The views that corrupt images, and that go from one to another, as their scripts run."""

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.data import jobs
from latent_atlas.ui.images import png_bytes
from latent_atlas.ui.reconstruct.brought import Brought
from tests.pages.reconstruct_page import components
from tests.pages.test_reconstruct import opened


def settled(at: AppTest) -> AppTest:
    """Once all that was begun in the background has ended, and the page has been drawn again."""
    for _ in range(20):
        running = [job for job in list(jobs._jobs.values()) if job.state == "running"]
        if not running:
            break
        for job in running:
            job.wait(60)
        at.run()
        assert not at.exception
    return at.run()


def board(at: AppTest) -> dict[str, Any]:
    return components(at, "corrupt_board")[0]


def named(at: AppTest, name: str) -> str:
    """What the address holds under a name."""
    value: str | list[str] = at.query_params[name]
    return value if isinstance(value, str) else value[0]


def words(at: AppTest) -> str:
    return " ".join(each.value for each in [*at.markdown, *at.caption])


@pytest.mark.parametrize("name", ["noise", "rotation", "missing-anywhere"])
def test_a_corruption_has_images_a_verdict_and_an_address(name: str) -> None:
    at = settled(opened(view="corrupt", corruption=name))
    assert at.title[0].value == "What a model makes of a damaged image"
    shown = board(at)
    assert len(shown["rows"]) == 6
    assert all(cell is not None for row in shown["rows"] for cell in row["cells"])
    assert "doing nothing" in words(at)
    assert at.get("plotly_chart")
    assert "strength" not in at.query_params  # the usual one
    assert (shown["states"] > 1) is name.startswith("missing-")


def test_a_link_holds_corruption_strength_image_and_step() -> None:
    at = settled(
        opened(view="corrupt", corruption="missing-left", strength="0.25", image="7", step="3")
    )
    shown = board(at)
    assert shown["selected"] == 7
    assert 7 in [row["id"] for row in shown["rows"]]
    assert shown["step"] == 3
    assert shown["rows"][0]["cells"][0]["exact"] is not None
    assert named(at, "strength") == "0.25"
    assert named(at, "image") == "7"
    assert named(at, "step") == "3"


@pytest.mark.parametrize(
    "nonsense",
    [
        {"corruption": "<b>"},
        {"strength": "7"},
        {"image": "99999"},
        {"corruption": "mask", "mask": "zzz"},
        {"corruption": "missing-top", "step": "9999", "way": "x", "start": "y", "recovery": "z"},
    ],
)
def test_nonsense_in_the_address_shows_what_is_usual(nonsense: dict[str, str]) -> None:
    at = settled(opened(view="corrupt", **nonsense))
    assert not at.exception
    assert len(board(at)["rows"]) == 6


def test_a_click_on_a_strength_and_at_once_are_obeyed() -> None:
    at = settled(opened(view="corrupt", corruption="missing-top"))
    at.button_group(key="recovery").set_value("once").run()
    at = settled(at)
    assert board(at)["states"] == 1
    at.button_group(key="strength-missing-top").set_value("0.25").run()
    at = settled(at)
    assert named(at, "strength") == "0.25"
    assert named(at, "recovery") == "once"
    assert "With 25 %" in words(at) or "doing nothing" in words(at)


def test_ways_between_two_images_and_the_sum_of_three() -> None:
    at = settled(opened(view="between", image="3", other="5"))
    assert at.title[0].value == "From one image to another, and what lies between"
    assert "geodesic" in words(at)
    assert at.get("html") or at.get("markdown")
    assert named(at, "other") == "5"
    at.button(key="swap-images").click().run()
    at = settled(at)
    assert named(at, "image") == "5"
    assert named(at, "other") == "3"
    at.button_group(key="ways").set_value("a − b + c").run()
    at = settled(at)
    assert "Nearest is image" in words(at)
    at.button(key="other-images").click().run()
    at = settled(at)
    assert len({named(at, each) for each in ("image", "other", "third")}) == 3


def test_who_names_an_image_and_swaps_at_once_has_that_one_swapped() -> None:
    at = settled(opened(view="between", image="3", other="5"))
    at.number_input(key="between-image").set_value(8)
    at.button(key="swap-images").click().run()
    at = settled(at)
    assert (named(at, "image"), named(at, "other")) == ("5", "8")


def test_the_same_image_twice_has_no_way() -> None:
    at = settled(opened(view="between", image="3", other="3"))
    assert any("same image" in each.value for each in at.info)


@pytest.mark.parametrize("view", ["corrupt", "between"])
def test_one_image_without_a_label_is_no_error(view: str) -> None:
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8)
    at = opened(view=view, corruption="missing-left")
    at.session_state["brought-images"] = [Brought("five.png", png_bytes(pixels))]
    at.query_params["data"] = "brought"
    at = settled(at.run())
    if view == "between":
        assert any("one image" in each.value for each in at.info)
        return
    assert len(board(at)["rows"]) == 1
    assert "Of one image nothing is sure" in words(at)
