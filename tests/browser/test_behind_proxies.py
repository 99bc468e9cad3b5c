"""The app behind a proxy that serves it below a path: everything is asked for below that path."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from latent_atlas.ui.border import ORIGINS
from tests.browser.helpers import until, wait_for_app
from tests.browser.plane import atlas, move_to, picture_pixels
from tests.browser.proxies import proxy
from tests.browser.server import free_port, running_app
from tests.vae_core.data.own.makers import png, zipped

WAYS = {"one-path": "/atlas/sub", "strip-prefix": "/user/me/proxy/8501"}


@pytest.fixture(scope="module", params=WAYS)
def address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where the proxy serves the app, without a slash at the end."""
    path, port, strips = WAYS[request.param], free_port(), request.param == "strip-prefix"
    # The proxy passes on the Origin that the browser names: its own.
    allowed = {ORIGINS: f"http://127.0.0.1:{port}"}
    folder = tmp_path_factory.mktemp(request.param)
    with (
        running_app(folder, path="" if strips else path, environment=allowed) as server,
        proxy(server.url, path, port, strips=strips) as found,
    ):
        yield found


@pytest.fixture(autouse=True)
def _deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """A page opened by its address makes Streamlit look for its server there first."""
    expected_errors.append(re.compile(r"404 .*/_stcore/"))


def test_the_plane_lives_and_images_are_brought_below_the_path(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/?model=shipped:digits-2d")  # small data: each app encodes them anew
    wait_for_app(page)
    atlas(page)
    move_to(page, 0.3, 0.3)
    first = picture_pixels(page)
    move_to(page, 0.7, 0.6)
    until(page, lambda: bool((picture_pixels(page) != first).any()))
    page.locator("[data-layers=tiles]").click()  # decoded by a worker, which asks for itself
    page.locator(".atlas[data-grids='linear cdf']").wait_for()

    page.get_by_role("link", name="Data", exact=True).click()
    page.wait_for_url(f"{address}/data")
    page.get_by_text("Your own images").first.click()
    pictures = zipped({f"{k % 2}/{k}.png": png(20 * k) for k in range(12)})
    expect(page.get_by_role("button", name="Choose files")).to_be_enabled()
    page.locator("input[data-of=files]").set_input_files(
        {"name": "squares.zip", "mimeType": "application/zip", "buffer": pictures}
    )
    expect(page.get_by_text("12 images").first).to_be_visible()

    page.goto(f"{address}/train")  # a page by its own address
    wait_for_app(page)
    expect(page.get_by_role("button", name="Watch it learn")).to_be_visible()
    outside = [url for url in asked if url.startswith("http") and not url.startswith(address)]
    assert outside == []
