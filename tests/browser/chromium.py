"""The Chromium of tests, campaigns and benchmarks: where it is, and how it is started."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.browser.server import REPOSITORY

SIZE: ViewportSize = {"width": 1280, "height": 800}
NOT_FOUND = "there is no Chromium or Chrome (LATENT_ATLAS_BROWSER can name one)"
# With one process for a site, the tabs of a profile share scripts that have been compiled. The last
# five keep Chromium from calling its maker, which a closed network answers with errors.
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--process-per-site",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The path of what `make browser` found or installed, by the same rule."""
    found = subprocess.run(
        ["sh", "scripts/browser.sh", "find"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() or None


@contextmanager
def chromium() -> Iterator[Browser]:
    """One headless Chromium. Raises FileNotFoundError where there is none."""
    path = find_chromium()
    if path is None:
        raise FileNotFoundError(NOT_FOUND)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=_FLAGS)
        yield browser
        browser.close()
