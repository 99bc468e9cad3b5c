"""A change of page is one step of the browser's history, in whatever order it is written down."""

import pytest
from playwright.sync_api import Page

from latent_atlas.ui.components.modules import module_address
from tests.browser.helpers import compute, open_blank
from tests.browser.server import AppServer

# Writes what it is told, one after the other, and says how many entries came and where that led.
WRITTEN = """async ([module, acts]) => {
    await import(module);
    history.pushState({}, "", "/left?its=own");
    const before = history.length;
    for (const act of acts) {
        if (act === "touched") dispatchEvent(new PointerEvent("pointerdown"));
        else history.pushState({}, "", act);
    }
    const found = [history.length - before, location.pathname + location.search];
    history.replaceState({}, "", "/_stcore/health");
    return found;
}"""


@pytest.mark.parametrize(
    ("acts", "steps"),
    [
        (["/left?of=next", "/next?of=next"], 1),  # a busy browser
        (["/next?of=next", "/next?of=next"], 2),
        (["/left?chosen=1", "touched", "/next?chosen=1"], 2),  # a choice, and then a link
        (["/left?chosen=1", "/left?chosen=2", "/next?chosen=2"], 2),
        (["/next", "/left"], 2),
        (["/left", "/next"], 1),  # the query was emptied first
    ],
)
def test_a_page_named_after_its_query_takes_the_place_of_what_nobody_chose(
    page: Page, app_server: AppServer, acts: list[str], steps: int
) -> None:
    open_blank(page, app_server.url)
    module = f"/{module_address('components/page_steps')}.js"
    assert compute(page, WRITTEN, [module, acts]) == [steps, acts[-1]]
