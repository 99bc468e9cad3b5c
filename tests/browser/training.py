"""Verbs for tests that watch a run on the Train page."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.helpers import wait_for_app
from tests.browser.server import AppServer
from vae_core.runs import Run

PATIENCE = 30_000  # milliseconds: the machine may be busy with other things
FOR_LONG = 100_000  # epochs: longer than any test lasts


def shown(page: Page, server: AppServer, run: Run) -> Page:
    page.goto(f"{server.url}/train?run={run.id}")
    wait_for_app(page)
    return page


def button(page: Page, name: str) -> Locator:
    """A button of ours: Streamlit's head has a “Stop” of its own while a script runs."""
    ours = page.locator(":not([data-testid='stBaseButton-header'])")
    return page.get_by_role("button", name=name, exact=True).and_(ours)


def expect_words(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible(timeout=PATIENCE)


def expect_curve(page: Page) -> None:
    """Wait for the first point."""
    expect_words(page, "Code length")


def expect_movement(page: Page, changes: int = 2) -> None:
    """Wait until the drawing changed so many times, in the very canvas that was there before."""
    page.locator(".st-key-chart-elbo canvas").first.wait_for(timeout=PATIENCE)
    page.evaluate(
        """() => {
            const canvas = document.querySelector(".st-key-chart-elbo canvas");
            window.watched = {canvas, seen: new Set(), removed: 0};
            new MutationObserver(records => records.forEach(record => {
                if (!document.contains(canvas)) window.watched.removed += 1;
            })).observe(document.body, {childList: true, subtree: true});
        }"""
    )
    page.wait_for_function(
        """changes => {
            window.watched.seen.add(window.watched.canvas.toDataURL());
            return window.watched.removed > 0 || window.watched.seen.size > changes;
        }""",
        arg=changes,
        timeout=PATIENCE,
        polling=100,
    )
    page.wait_for_function("() => window.watched.removed === 0")
