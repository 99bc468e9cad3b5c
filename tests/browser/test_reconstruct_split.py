"""A whole split as a person looks at it: brushed in one chart, seen in all, and on the wall."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.helpers import box_of, until, wait_for_app

SPLIT = "/reconstruct?model=shipped:digits-2d&view=split"


@pytest.fixture(autouse=True)
def _deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """A page opened by its address makes Streamlit look for its server there first."""
    expected_errors.append(re.compile(r"404 .*/reconstruct/_stcore/"))


def drag(page: Page, chart: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one place in a chart to another, in parts of its sides."""
    chart.hover()
    box = box_of(page, chart)
    (x0, y0), (x1, y1) = (
        (box["x"] + across * box["width"], box["y"] + down * box["height"])
        for across, down in (start, end)
    )
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2)
    page.mouse.move(x1, y1)
    page.mouse.up()


def counted(page: Page) -> int:
    """How many images are selected, as the charts say at once."""
    words = page.locator(".split .count").inner_text()
    return int(words.split()[0].replace(",", "")) if "selected" in words else -1


def test_what_is_brushed_in_two_charts_is_found_on_the_wall_and_in_the_link(
    open_app: Callable[[str], Page],
) -> None:
    page = open_app(SPLIT)
    status = page.locator(".split .count")
    expect(status).to_contain_text("images: drag across", timeout=30_000)
    wait_for_app(page)
    page.get_by_label("Class", exact=True).select_option("3")
    until(page, lambda: 0 < counted(page) < 60)
    expect(page.get_by_text("selected, of class 3")).to_be_visible()
    page.get_by_label("Class", exact=True).select_option("All classes")
    expect(status).to_contain_text("images: drag across")
    wait_for_app(page)
    histogram, the_map = page.locator(".split canvas").first, page.locator(".split canvas").last
    drag(page, histogram, (0.5, 0.5), (0.999, 0.4))
    until(page, lambda: counted(page) > 0)
    costly = counted(page)
    expect(page.get_by_text("nats under A")).to_be_visible()
    the_map.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowRight")
    until(page, lambda: 0 < counted(page) < costly)
    page.wait_for_function("() => /picked=A%3A.*~z%3A/.test(location.search)")
    wait_for_app(page)
    both, split = counted(page), page.url

    # The way to the plane leads back to the same selection.
    page.get_by_role("link", name="See them on the plane").click()
    page.locator(f".atlas[data-ready='true'][data-picked='{both}']").wait_for()
    wait_for_app(page)
    page.go_back()
    page.wait_for_url(split)
    wait_for_app(page)
    until(page, lambda: counted(page) == both)

    # On the plane of the model the same images stand out, until they are let go; Back brings them.
    page.get_by_role("link", name="See them on the plane").click()
    page.locator(f".atlas[data-ready='true'][data-picked='{both}']").wait_for()
    expect(page.locator(".picked")).to_contain_text(f"{both} image")
    wait_for_app(page)
    page.get_by_role("button", name="Clear the selection").click()
    expect(page.locator(".picked")).to_be_hidden()
    page.wait_for_function("() => !location.search.includes('picked')")
    page.go_back()
    page.locator(f".atlas[data-picked='{both}']").wait_for()

    page.goto(split)
    wait_for_app(page)
    until(page, lambda: counted(page) == both)
    page.get_by_role("button", name="See them on the wall").click()
    expect(page.locator(".card")).to_have_count(min(24, both), timeout=30_000)
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".card")).to_have_count(24)
    expect(page.get_by_role("button", name="Show all")).to_have_count(0)
