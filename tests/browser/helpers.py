"""Small verbs for browser tests."""

import time
from collections.abc import Callable
from typing import Literal

from playwright.sync_api import Page

Scheme = Literal["light", "dark"]
READY = "[data-testid='stApp'][data-test-script-state='notRunning']"


def wait_for_app(page: Page, timeout: float = 30.0) -> None:
    """Waits until the page's script has run to its end and nothing on it is stale or a skeleton."""
    page.wait_for_selector(READY, timeout=timeout * 1000)
    page.wait_for_function(
        """() => !document.querySelector("[data-stale='true'], [data-testid='stSkeleton']")""",
        timeout=timeout * 1000,
    )


def expect_as_wide_as_the_window(page: Page) -> None:
    """Expects that on a desk and on a phone nothing has to be scrolled sideways."""
    before = page.viewport_size
    assert before is not None
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        # Streamlit and the charts follow the window a moment later.
        page.wait_for_function("width => document.documentElement.scrollWidth === width", arg=width)
    page.set_viewport_size(before)


def until(page: Page, holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Waits until the page is what was asked for: the browser shows it a moment later."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "the page did not become what was asked for"
        page.wait_for_timeout(50)
