"""The app as a whole: it starts quietly, on this machine only, and in both themes."""

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.helpers import Scheme, until, wait_for_app
from tests.browser.plane import atlas
from tests.browser.server import AppServer

# How much has moved so far by itself, as browsers reckon it: 1 is all of the window by its height.
# And what: the class of each, with its part and from where to where its top went.
SHIFT = """() => new Promise(resolve => {
    let sum = 0;
    const of = [];
    const add = list => list.getEntries().filter(each => !each.hadRecentInput).forEach(each => {
        sum += each.value;
        for (const { node, previousRect, currentRect } of each.sources) {
            const name = `${node?.className || node?.nodeName}`.slice(-60);
            of.push(`${each.value.toFixed(3)} ${name} ${previousRect.top} ${currentRect.top}`);
        }
    });
    new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve({ sum, of: of.sort().reverse() }), 100);
})"""
# As on a busy machine: what is asked for is here sooner than the browser draws.
LATE_FRAMES = """{
    const soon = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = draw => {
        if (performance.now() > 8000) return soon(draw);
        setTimeout(() => soon(draw), 1000);
        return 0;
    };
}"""
OURS = """() => performance.getEntriesByType("resource").filter(
    each => new URL(each.name).pathname.startsWith("/api/")).length"""
PAGE_COLOURS = {"light": "rgb(251, 251, 248)", "dark": "rgb(20, 22, 26)"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_page_opens_still_and_without_an_error_in_the_systems_light_or_dark_theme(
    page: Page, app_server: AppServer, scheme: Scheme
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(app_server.url)
    wait_for_app(page)
    expect(page.locator("[data-testid='stException']")).to_have_count(0)
    app = page.locator("[data-testid='stApp']")
    expect(app).to_have_css("background-color", PAGE_COLOURS[scheme])
    atlas(page)
    until_stood_still(page)
    until(page, lambda: page.evaluate(OURS) <= 25)


def test_the_first_page_opens_still_where_its_model_is_here_before_its_first_frame(
    page: Page, app_server: AppServer
) -> None:
    page.add_init_script(LATE_FRAMES)
    page.goto(app_server.url)
    wait_for_app(page)
    atlas(page)
    until_stood_still(page)


def until_stood_still(page: Page) -> None:
    moved: list[str] = []  # is told where it fails

    def stood_still() -> bool:
        shift = page.evaluate(SHIFT)
        moved[:] = shift["of"]
        return bool(shift["sum"] < 0.05)

    until(page, stood_still)


def test_the_server_prints_its_address_and_asks_nothing(app_server: AppServer) -> None:
    assert app_server.url in app_server.log()
    assert "mail" not in app_server.log()


def test_a_rerun_brings_all_that_the_page_shows_and_counts_on_nothing_in_the_browser(
    page: Page, app_server: AppServer
) -> None:
    """Of what a browser has let go of, a name is worth nothing, and Streamlit gives up."""
    received: list[int] = []

    def watched(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: received.append(len(frame)))

    page.on("websocket", watched)
    page.goto(app_server.url)
    wait_for_app(page)
    until(page, lambda: max(received, default=0) > 20_000)  # markup and styles of the plane
    plane = max(received)
    received.clear()
    page.keyboard.press("r")
    until(page, lambda: max(received, default=0) == pytest.approx(plane, rel=0.05))
