"""A real Chromium against the real app: see `app_server`, `page`, and `open_app`."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.browser.helpers import wait_for_app
from tests.browser.server import REPOSITORY, AppServer, running_app

# The last five keep Chromium from calling its maker, which a closed network answers with errors.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Playwright's own patience with an expectation is 5 seconds; other tests compute at the same time.
expect.set_options(timeout=30_000)
# Errors on the console that say nothing about the app.
NOISE = [re.compile(r"favicon\.ico")]
# Files whose tests take most of a minute.
LONG = {"test_accessibility", "test_app_killed", "test_data", "test_train", "test_whole_job"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder is a browser test; the long files come first.

    Then no process is left with one of them when the others have nothing more to do.
    """
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.fixture(scope="session")
def browser_path() -> Path:
    """The Chromium or Chrome that `make test` found or installed, by the same rule."""
    found = subprocess.run(
        ["sh", "scripts/browser.sh", "find"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    if not found:
        reason = "there is no Chromium or Chrome (LATENT_ATLAS_BROWSER can name one)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and with CI=true browser tests must run", pytrace=False)
        pytest.skip(reason)
    return Path(found)


# Once a file and not once for all: what one file trains or opens, another must not meet.
@pytest.fixture(scope="module")
def app_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The app, started once for the tests of a file; a test that stops it uses `running_app`."""
    with running_app(tmp_path_factory.mktemp("app")) as server:
        yield server


@pytest.fixture(scope="session")
def browser(browser_path: Path) -> Iterator[Browser]:
    """One headless Chromium; every test gets a fresh profile in it."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=str(browser_path), headless=True, args=FLAGS
        )
        yield launched
        launched.close()


@pytest.fixture
def expected_errors() -> list[re.Pattern[str]]:
    """What a test may add to: patterns of page errors that it provokes on purpose."""
    return []


@pytest.fixture
def new_context(
    browser: Browser, expected_errors: list[re.Pattern[str]]
) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts, with Playwright's options, that fail the test on errors in a page:

    an uncaught exception, an error on the console, or a request that leaves the machine.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"console: {message.text} ({message.location.get('url', '')})")

    def on_request(request: Request) -> None:
        if not stays_here(request.url):
            errors.append(f"request to the outside: {request.url}")

    def make(**options: Any) -> BrowserContext:
        options.setdefault("viewport", {"width": 1280, "height": 800})
        context = browser.new_context(**options)
        context.on("console", on_console)
        context.on("weberror", lambda error: errors.append(f"uncaught: {error.error}"))
        context.on("request", on_request)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    allowed = NOISE + expected_errors
    left = [error for error in errors if not any(pattern.search(error) for pattern in allowed)]
    assert not left, "The page reported errors:\n" + "\n".join(left)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of 1280 x 800 in a fresh profile."""
    return new_context().new_page()


@pytest.fixture
def open_app(page: Page, app_server: AppServer) -> Callable[[str], Page]:
    """Opens a path of the app, such as `/train`, and waits until it has settled."""

    def open_path(path: str = "/") -> Page:
        page.goto(app_server.url + path)
        wait_for_app(page)
        return page

    return open_path


def stays_here(url: str) -> bool:
    """Whether a request is to this machine, or to nowhere (data:, blob:)."""
    parts = urlsplit(url)
    return parts.scheme not in {"http", "https", "ws", "wss"} or parts.hostname == "127.0.0.1"
