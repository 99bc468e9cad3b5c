"""No text is cut off: on any page, at the widths of a phone, of a tablet on end, and of a desk."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.helpers import expect_no_cut_text
from tests.browser.plane import atlas
from tests.browser.test_accessibility import EXPLORE
from tests.browser.test_explore_compare import both

OpenApp = Callable[[str], Page]


@pytest.mark.parametrize("path", ["/train", "/reconstruct", "/data", "/paper"])
def test_a_page_cuts_no_text_at_any_width(
    open_app: OpenApp, path: str, expected_errors: list[re.Pattern[str]]
) -> None:
    # Streamlit asks for its own routes below a page's path first and falls back to the root.
    expected_errors.append(re.compile(r"/_stcore/"))
    expect_no_cut_text(open_app(path))


def test_explore_cuts_no_text_at_any_width(open_app: OpenApp) -> None:
    page = open_app(EXPLORE)
    atlas(page)
    page.locator(".scale-bar").wait_for()
    page.locator(".atlas[data-support]").wait_for(timeout=60_000)
    expect_no_cut_text(page)
    # Names of classes that are words, and a number behind them.
    page = open_app("/?model=shipped:fashion-mnist-2d&twin=shipped:mnist-2d&z=0.25,-1.5")
    both(page)
    expect_no_cut_text(page)
