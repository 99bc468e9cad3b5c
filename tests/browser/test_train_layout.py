"""The page of a run that trains, wide and narrow, light and dark. All tests look at one run."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.helpers import Scheme, expect_as_wide_as_the_window
from tests.browser.server import AppServer
from tests.browser.training import FOR_LONG, button, expect_curve, expect_movement, shown
from vae_core.runs import Run, make_config, submit

pytestmark = pytest.mark.own_app

PLACE_OF_GRADIENT_NORM = """() => {
    const label = [...document.querySelectorAll("span")].find(
        span => span.textContent === "gradient norm");
    const {x, y} = label.getBoundingClientRect();
    return `${x}, ${y}`;
}"""


@pytest.fixture(autouse=True)
def deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """Streamlit asks for its own routes below a page's path first and falls back to the root."""
    expected_errors.append(re.compile(r"/train/_stcore/"))


@pytest.fixture(scope="module")
def run(app_server: AppServer) -> Run:
    """A tiny network that trains for as long as the tests need it; it ends with the app."""
    config = make_config(dataset="digits", hidden=(16,), epochs=FOR_LONG, name="Long one")
    return submit(config, app_server.runs_folder)


def test_the_counter_does_not_move_what_stands_beside_it(
    page: Page, app_server: AppServer, run: Run
) -> None:
    shown(page, app_server, run)
    expect_curve(page)
    places = set()
    for _ in range(4):
        places.add(page.evaluate(PLACE_OF_GRADIENT_NORM))
        expect_movement(page, changes=1)
    assert len(places) == 1


@pytest.mark.parametrize(("scheme", "ink"), [("light", None), ("dark", "rgb(20, 22, 26)")])
def test_nothing_has_to_be_scrolled_sideways_and_the_primary_button_can_be_read(
    page: Page, app_server: AppServer, run: Run, scheme: Scheme, ink: str | None
) -> None:
    page.emulate_media(color_scheme=scheme)
    shown(page, app_server, run)
    expect_curve(page)
    expect_as_wide_as_the_window(page)
    if ink:
        pause = button(page, "Pause")
        assert pause.evaluate("element => getComputedStyle(element).color") == ink
