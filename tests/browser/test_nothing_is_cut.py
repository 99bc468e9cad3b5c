"""No text is cut off where two planes stand side by side; of pages see `test_accessibility`."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.helpers import expect_no_cut_text
from tests.browser.test_explore_compare import both


def test_two_planes_cut_no_text_at_any_width(open_app: Callable[[str], Page]) -> None:
    # Names of classes that are words, and a number behind them.
    page = open_app("/?model=shipped:fashion-mnist-2d&twin=shipped:mnist-2d&z=0.25,-1.5")
    both(page)
    expect_no_cut_text(page)
