"""Rate against distortion, and two maps, as a person uses them on Reconstruct."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import (
    box_of,
    expect_as_wide_as_the_window,
    until_equal,
    wait_for_app,
)
from tests.browser.server import AppServer
from tests.latent_atlas.ui.model_fixtures import run_with_model

DIGITS = "/reconstruct?model=shipped:digits-2d"


@pytest.fixture(autouse=True)
def _deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """A page opened by its address makes Streamlit look for its server there first."""
    expected_errors.append(re.compile(r"404 .*/reconstruct/_stcore/"))


def named(page: Page, name: str) -> list[str]:
    return parse_qs(urlsplit(page.url).query).get(name, [])


def press(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()


def click_middle(page: Page, selector: str) -> None:
    """Click where the last point of a chart is drawn, whatever of the chart lies above it."""
    point = page.locator(selector).last
    expect(point).to_be_visible()
    point.hover(force=True)
    wait_for_app(page)
    box = box_of(page, point)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_click_on_a_point_between_rate_and_distortion_loads_its_model_into_the_columns(
    open_app: Callable[[str], Page], app_server: AppServer
) -> None:
    run = run_with_model(app_server.runs_folder, name="rival")
    page = open_app(DIGITS)
    press(page, "Rate–distortion")
    expect(page.get_by_role("heading", name="How long the code is")).to_be_visible()
    press(page, "All of these data")
    points = ".st-key-rate-distortion .scatterlayer .point"
    # Two circles for each of two models: where it stands on training and on test images.
    expect(page.locator(points)).to_have_count(4)
    wait_for_app(page)
    click_middle(page, points)
    until_equal(page, lambda: named(page, "with"), [f"run:{run.id}"])
    expect(page.locator(".compared")).to_contain_text("rival")
    expect(page.get_by_role("region", name="Numbers").get_by_text("B rival")).to_be_visible()
    # The way back, and the same by the keyboard.
    page.get_by_role("button", name="Take it out again").click()
    until_equal(page, lambda: named(page, "with"), [])
    expect(page.locator(".compared")).not_to_contain_text("rival")
    page.get_by_role("button", name="rival", exact=True).press("Enter")
    until_equal(page, lambda: named(page, "with"), [f"run:{run.id}"])
    press(page, "Squared error")
    expect(page.get_by_text("any linear code of J numbers")).to_be_visible()
    expect_as_wide_as_the_window(page)


def test_arrows_show_which_images_changed_their_neighbours_and_a_click_lists_one_first(
    open_app: Callable[[str], Page], app_server: AppServer
) -> None:
    run = run_with_model(app_server.runs_folder, name="rival")
    page = open_app(f"{DIGITS}&with=run:{run.id}")
    press(page, "Do the maps agree?")
    expect(page.get_by_text("of it does not fit")).to_be_visible()
    heads = ".st-key-maps-chart .scatterlayer .point"
    expect(page.locator(heads).last).to_be_visible()
    wait_for_app(page)
    click_middle(page, heads)
    chosen = page.locator(".movers tr.chosen")
    expect(chosen).to_have_count(1)
    expect(page.locator(".movers tbody tr").first).to_have_class("chosen")
    until_equal(
        page,
        lambda: [f"image {each}" for each in named(page, "moved")],
        [str(chosen.locator("img").first.get_attribute("alt")).partition(" (")[0]],
    )
    expect(chosen.locator("img")).to_have_count(11)
    expect_as_wide_as_the_window(page)
