"""The Paper page as a person uses it: jump to a claim, open its equations, race the algorithms."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.helpers import wait_for_app
from tests.browser.server import AppServer

PATIENCE = 60_000  # milliseconds: the machine may be busy with other things
BY_SAMPLES, BY_SECONDS = (f".st-key-race-chart-Equal-{by} canvas" for by in ("samples", "seconds"))


@pytest.fixture(autouse=True)
def deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """Streamlit asks for its own routes below a page's path first and falls back to the root."""
    expected_errors.append(re.compile(r"/paper/_stcore/"))


def shown(page: Page, app_server: AppServer) -> Page:
    page.goto(f"{app_server.url}/paper")
    wait_for_app(page, timeout=60)
    return page


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def expect_movement(page: Page) -> None:
    """Wait until the drawing changed twice, in the very canvas that was there before."""
    page.locator(BY_SAMPLES).first.wait_for(timeout=PATIENCE)
    page.evaluate(
        """chart => {
            window.watched = {canvas: document.querySelector(chart), seen: new Set()};
        }""",
        BY_SAMPLES,
    )
    page.wait_for_function(
        """() => {
            window.watched.seen.add(window.watched.canvas.toDataURL());
            return window.watched.seen.size > 2;
        }""",
        timeout=PATIENCE,
        polling=100,
    )
    page.wait_for_function("() => document.contains(window.watched.canvas)")


def test_claims_are_reached_and_their_equations_show_the_code(
    page: Page, app_server: AppServer
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    shown(page, app_server)
    page.wait_for_function("() => document.documentElement.scrollWidth === 390")
    page.get_by_role("link", name="One encoder replaces a search").click()
    heading = page.get_by_role("heading", name=re.compile("replace a search for each of them"))
    expect(heading).to_be_in_viewport(timeout=PATIENCE)
    page.get_by_text("Equations", exact=True).nth(1).click()
    expect(page.get_by_text("torch.addcmul(self.mu, noise")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(re.compile(r"diagonal\.py, line \d+"))).to_have_count(2)
    numbers = page.locator(".st-key-numbers-amortised")
    expect(numbers.get_by_role("table")).to_have_count(0)
    numbers.get_by_text("every seed's numbers").click()
    expect(numbers.get_by_role("table")).to_be_visible(timeout=PATIENCE)
    page.wait_for_function("() => document.documentElement.scrollWidth === 390")


def test_a_race_moves_is_found_again_by_another_tab_and_cancelled(
    page: Page, app_server: AppServer
) -> None:
    shown(page, app_server)
    button(page, "Race them here").click()
    expect_movement(page)
    other_tab = shown(page.context.new_page(), app_server)
    expect(button(other_tab, "Cancel")).to_be_visible(timeout=PATIENCE)
    other_tab.get_by_role("radio", name="Equal seconds").click()
    expect(other_tab.locator(BY_SECONDS)).to_be_visible(timeout=PATIENCE)
    button(other_tab, "Cancel").click()
    for tab in (page, other_tab):
        expect(tab.get_by_text("Cancelled: the curves end")).to_be_visible(timeout=PATIENCE)
