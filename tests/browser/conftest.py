"""A real Chromium against the real app: see `app_server`, `page`, `new_context` and `open_app`.

Most of what a test costs is the app starting, and Chromium starting a process and compiling the
app's scripts. So tests share one app and one profile unless they say otherwise.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import NOT_FOUND, SIZE, chromium, find_chromium
from tests.browser.helpers import wait_for_app
from tests.browser.page_errors import NOISE, note_errors
from tests.browser.plane import keep_opened
from tests.browser.server import AppServer, running_app
from vae_core.models import VAE

# Playwright's own patience with an expectation is 5 seconds; other tests compute at the same time.
expect.set_options(timeout=30_000)
_BEFORE = pytest.StashKey[set[Path]]()  # what the app kept when a test began
# Files whose tests take twenty seconds or more.
LONG = {
    "test_accessibility",
    "test_app_killed",
    "test_behind_proxies",
    "test_data",
    "test_explore_discovery",
    "test_explore_pairs",
    "test_explore_zoom",
    "test_identity",
    "test_one_batch",
    "test_paper",
    "test_reconstruct",
    "test_reconstruct_columns",
    "test_reconstruct_corrupt",
    "test_reconstruct_shapes",
    "test_torture",
    "test_train",
    "test_train_layout",
    "test_wall",
    "test_whole_job",
}


def browser_marks(environment: Mapping[str, str]) -> list[pytest.MarkDecorator]:
    """What marks a browser test. Where CI=true it is tried once more before it has failed.

    Machines for hire stand still for seconds at times. Who mends a test at home is to see each
    failure. Those that were tried twice are listed at the end.
    """
    second_try = [pytest.mark.flaky(reruns=1)] if environment.get("CI") == "true" else []
    # Each step is waited for with its own patience; this only ends what hangs. The first test of a
    # process starts the app and Chromium besides.
    return [pytest.mark.browser, pytest.mark.timeout(240), *second_try]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder is a browser test; the long files come first.

    Then no process is left with one of them when the others have nothing more to do.
    """
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            for mark in browser_marks(os.environ):
                item.add_marker(mark)
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The app, started once."""
    with running_app(tmp_path_factory.mktemp("app")) as server:
        yield server


@pytest.fixture(scope="module")
def app_server(shared_server: AppServer) -> Iterator[AppServer]:
    """The app that all files share.

    What a file trains, races, keeps or opens goes with its last test, so that no other meets it. A
    test that stops the app uses `running_app`.
    """
    yield shared_server
    shared_server.clear()


@pytest.fixture(autouse=True)
def _second_try_begins_anew(request: pytest.FixtureRequest) -> None:
    """What the first try of a test has trained or kept is gone, as if it had never been.

    What its file has trained for all of its tests stays.
    """
    if "app_server" not in request.fixturenames:
        return
    server: AppServer = request.getfixturevalue("app_server")
    if getattr(request.node, "execution_count", 1) > 1:
        server.clear(but=request.node.stash[_BEFORE])
    request.node.stash[_BEFORE] = server.entries()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium: the one that `make test` found or installed."""
    if find_chromium() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{NOT_FOUND}, and with CI=true browser tests must run", pytrace=False)
        pytest.skip(NOT_FOUND)
    with chromium() as launched:
        yield launched


@pytest.fixture
def expected_errors() -> list[re.Pattern[str]]:
    """What a test may add to: patterns of page errors that it provokes on purpose."""
    return []


@pytest.fixture(scope="session")
def profile(browser: Browser, shared_server: AppServer) -> Iterator[BrowserContext]:
    """One profile for many tests; a tab that stays open keeps its process and what it compiled."""
    context = browser.new_context(viewport=SIZE)
    context.new_page().goto(f"{shared_server.url}/_stcore/health")
    yield context
    context.close()


@pytest.fixture
def watch(expected_errors: list[re.Pattern[str]]) -> Iterator[Callable[[BrowserContext], None]]:
    """Fails the test on errors in the pages of a profile (`note_errors`)."""
    errors: list[str] = []
    ends: list[Callable[[], None]] = []

    def start(context: BrowserContext) -> None:
        ends.append(note_errors(context, errors))

    yield start
    for end in ends:
        end()
    allowed = NOISE + expected_errors
    left = [error for error in errors if not any(pattern.search(error) for pattern in allowed)]
    assert not left, "The page reported errors:\n" + "\n".join(left)


@pytest.fixture
def new_context(
    browser: Browser, watch: Callable[[BrowserContext], None]
) -> Iterator[Callable[..., BrowserContext]]:
    """Makes fresh profiles, with Playwright's options."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        options.setdefault("viewport", SIZE)
        context = browser.new_context(**options)
        watch(context)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(profile: BrowserContext, watch: Callable[[BrowserContext], None]) -> Iterator[Page]:
    """A page of 1280 x 800 in the profile that tests share, without what others left there."""
    watch(profile)
    yield profile.new_page()
    stays, *others = profile.pages
    for each in others:
        each.close()
    stays.evaluate("localStorage.clear()")


@pytest.fixture
def blank(profile: BrowserContext, watch: Callable[[BrowserContext], None]) -> Page:
    """The tab that stays open: there is no app on it, and `compute` leaves nothing there."""
    watch(profile)
    return profile.pages[0]


@pytest.fixture
def open_app(page: Page, app_server: AppServer) -> Callable[[str], Page]:
    """Opens a path of the app, such as `/train`, and waits until it has settled."""

    def open_path(path: str = "/") -> Page:
        page.goto(app_server.url + path)
        wait_for_app(page)
        return page

    return open_path


@pytest.fixture
def keep(app_server: AppServer) -> Callable[[VAE], str]:
    """Has the app serve a model; gives the address of its decoder."""

    def keep_and_tell(vae: VAE) -> str:
        key = keep_opened(app_server, vae).removeprefix("file:")
        [file] = (app_server.cache_folder / "models").glob(f"{key}-*")
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        return f"/api/models/{digest}/decoder.safetensors"

    return keep_and_tell
