"""What all components of the app have in common: how they start, and what they say if not."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from latent_atlas.ui import components
from tests.browser.helpers import compute, until, wait_for_app
from tests.browser.server import AppServer
from tests.browser.test_own_image import draw_a_one

# The modules that a page has asked for; a worker's are its own.
SCRIPTS = """() => performance.getEntriesByType("resource")
    .map((each) => new URL(each.name).pathname)
    .filter((path) => path.startsWith("/api/js/") && !path.endsWith("_worker.js"))
    .map((path) => path.split("/").slice(4).join("/")).sort()"""
CANNOT = "This part of the page could not be loaded"


def test_a_component_that_cannot_be_loaded_says_so_in_its_place_until_it_can(
    page: Page, app_server: AppServer, expected_errors: list[re.Pattern[str]]
) -> None:
    expected_errors += [
        re.compile(r"404 .*/reconstruct/_stcore/"),
        re.compile(r"ERR_FAILED .*wall\.bundle\.js"),
        re.compile(r"Failed to fetch dynamically imported module"),
    ]
    page.route("**/reconstruct/wall.bundle.js", lambda route: route.abort())
    page.goto(f"{app_server.url}/reconstruct?model=shipped:digits-2d")
    wait_for_app(page)
    problem = page.get_by_role("alert").filter(has_text=CANNOT)
    expect(problem).to_have_count(1)
    expect(page.locator(".card")).to_have_count(0)
    page.unroute("**/reconstruct/wall.bundle.js")
    page.get_by_role("button", name="Shuffle").click()
    expect(page.locator(".card")).to_have_count(24)
    expect(problem).to_have_count(0)


def test_one_module_that_fails_leaves_the_others_of_a_page_alone(
    page: Page, app_server: AppServer, expected_errors: list[re.Pattern[str]]
) -> None:
    expected_errors += [
        re.compile(r"ERR_FAILED .*panel\.bundle\.js"),
        re.compile(r"Failed to fetch dynamically imported module"),
    ]
    page.route("**/own_image/panel.bundle.js", lambda route: route.abort())
    page.goto(app_server.url)
    expect(page.locator(".atlas[data-ready='true']")).to_be_visible()
    draw_a_one(page)
    expect(page.get_by_role("alert").filter(has_text=CANNOT)).to_have_count(1)


def test_a_component_asks_for_one_script_and_keeps_it(open_app: Callable[[str], Page]) -> None:
    page = open_app("/")
    expect(page.locator(".atlas[data-ready='true']")).to_be_visible()
    expect(page.locator(".pad canvas")).to_be_visible()
    until(page, lambda: page.evaluate(SCRIPTS) == ["latent_plane/page.bundle.js"])


def test_a_view_stays_while_its_element_does_however_soon_one_call_follows_another(
    page: Page, app_server: AppServer
) -> None:
    """Streamlit disposes of a call at once where new data came before it was through."""
    page.goto(f"{app_server.url}/_stcore/health")
    told = compute(
        page,
        """async (script) => {
            const type = "text/javascript";
            const module = (text) => URL.createObjectURL(new Blob([text], { type }));
            const { default: start } = await import(module(script));
            window.told = [];
            const bundle = module(`export const create = () => (told.push("made"), {
                update: ({ data }) => told.push(data.turn), dispose: () => told.push("gone") })`);
            const parentElement = document.body.appendChild(document.createElement("div"));
            const source = { bundle, create: "create" };
            const call = (turn) => start({ parentElement, data: { ...source, turn } });
            const pause = (ms) => new Promise((done) => setTimeout(done, ms));
            const hasTold = async (times) => {
                while (told.length < times) await pause(5);
            };
            call(1)();
            const last = call(2);
            await hasTold(3);
            call(3)();
            await hasTold(4);
            parentElement.remove();
            last();
            await hasTold(5);
            await pause(50); // nothing more is told
            return window.told;
        }""",
        (Path(components.__file__).parent / "bootstrap.js").read_text(encoding="utf-8"),
    )
    assert told == ["made", 2, 2, 3, "gone"]
