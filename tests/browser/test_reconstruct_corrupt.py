"""Reconstruct's views of damaged images and of ways between two, as a person uses them."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import box_of, expect_as_wide_as_the_window, until, wait_for_app

DIGITS = "/reconstruct?model=shipped:digits-2d"


@pytest.fixture(autouse=True)
def _deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """A page opened by its address makes Streamlit look for its server there first."""
    expected_errors.append(re.compile(r"404 .*/reconstruct/_stcore/"))


def missing(page: Page) -> int:
    """How many pixels the pad says are missing."""
    return int(page.locator(".tools p").inner_text().partition(" ")[0])


def test_a_mask_is_painted_filled_in_step_by_step_and_kept_in_the_link(
    open_app: Callable[[str], Page],
) -> None:
    page = open_app(f"{DIGITS}&view=corrupt")
    expect(page.locator(".board .row")).to_have_count(6, timeout=30_000)
    expect(page.get_by_text("doing nothing", exact=False).first).to_be_visible()

    # Another strength is one click, and a chain another.
    page.get_by_role("radio", name="0.1", exact=True).click()
    page.wait_for_function("location.search.includes('strength=0.1')")
    page.get_by_label("Corruption", exact=True).click()
    page.get_by_role("option", name="Drawn mask", exact=True).click()
    wait_for_app(page)

    # A stroke across the image, by hand; then by keys.
    pad = page.locator(".mask-pad canvas")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("Nothing is missing")).to_be_visible()
    box = box_of(page, pad)
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.5 * box["height"], steps=4)
    page.mouse.up()
    until(page, lambda: missing(page) == 8)
    page.wait_for_function("location.search.includes('mask=')")
    page.get_by_role("button", name="Left half", exact=True).click()
    until(page, lambda: missing(page) == 36)

    # The chain plays, and a step of it is gone to and kept.
    expect(page.get_by_text("the start", exact=True)).to_be_visible(timeout=30_000)
    expect(page.locator(".chain .states button")).to_have_count(21, timeout=30_000)
    expect(page.locator(".chain p")).to_contain_text("from the exact answer")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_text("step 20 of 20", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.locator(".chain .states button").nth(7).click()
    page.wait_for_function("location.search.includes('step=7')")
    wait_for_app(page)
    page.reload()
    wait_for_app(page)
    until(page, lambda: missing(page) == 36)
    expect(page.get_by_text("step 7 of 20", exact=True)).to_be_visible(timeout=30_000)
    expect_as_wide_as_the_window(page)


def test_a_way_between_two_images_and_a_sum_of_three_are_kept_in_the_link(
    open_app: Callable[[str], Page],
) -> None:
    page = open_app(f"{DIGITS}&view=between&image=4")
    expect(page.locator(".between img")).to_have_count(27, timeout=30_000)
    second = page.get_by_label("Image b", exact=True)
    second.fill("9")
    second.press("Enter")
    page.wait_for_function("location.search.includes('other=9')")
    expect(page.get_by_text("At its emptiest spot the line")).to_be_visible()
    page.get_by_role("button", name="Swap", exact=True).click()
    expect(second).to_have_value("4")
    page.wait_for_function("location.search.includes('image=9')")
    page.get_by_role("radio", name="a − b + c", exact=True).click()
    expect(page.get_by_text("Nearest is image").first).to_be_visible(timeout=30_000)
    wait_for_app(page)
    page.reload()
    wait_for_app(page)
    expect(page.get_by_text("Nearest is image").first).to_be_visible(timeout=30_000)
    expect(page.get_by_label("Image a", exact=True)).to_have_value("9")
    expect_as_wide_as_the_window(page)
