"""A person turns a slider by the keyboard towards a target, and the try stands in the table."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import until


@pytest.fixture(autouse=True)
def _deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """A page opened by its address makes Streamlit look for its server there first."""
    expected_errors.append(re.compile(r"404 .*/diagnose/_stcore/"))


def _left(page: Page) -> float:
    """What is left of the error at the start, in percent."""
    found = re.search(r"([\d.]+) %", page.locator(".matching .left").inner_text())
    return float(found[1]) if found else 0.0


def test_a_slider_turned_by_the_keyboard_comes_nearer_and_done_keeps_the_try(
    open_app: Callable[[str], Page],
) -> None:
    page = open_app("/diagnose?model=shipped:digits-2d&view=match&target=2")
    board = page.locator(".matching")
    expect(board).to_have_attribute("data-stage", "ready")
    until(page, lambda: _left(page) == 100)
    expect(page.get_by_role("button", name="Done")).to_be_disabled()
    slider = page.get_by_role("slider").first
    slider.focus()
    slider.press("ArrowRight")
    expect(board).to_have_attribute("data-stage", "running")
    nearer = "ArrowRight" if _left(page) < 100 else "ArrowLeft"
    for _ in range(5):
        slider.press(nearer)
    until(page, lambda: _left(page) < 100)
    page.get_by_role("button", name="Done").click()
    row = page.locator(".matching-table tbody tr")
    expect(row).to_have_text(re.compile(r"digits-2d.*after 5 more tries.*1.*%"))
    expect(page.locator(".goal").first).to_be_visible()

    page.get_by_role("button", name="Another target").click()
    expect(page.get_by_text("target 3", exact=True)).to_be_visible()
    until(page, lambda: "target=3" in page.url)
    expect(board).to_have_attribute("data-stage", "ready")
    page.get_by_role("slider").first.press("ArrowRight")
    page.get_by_role("button", name="Another target").click()
    expect(row).to_contain_text("2 (1 given up)")

    page.set_viewport_size({"width": 390, "height": 800})
    table = page.locator(".matching-table")
    until(page, lambda: table.evaluate("each => each.scrollWidth === each.clientWidth"))
    until(page, lambda: table.evaluate("each => each.clientWidth < 390"))
