"""What axe-core finds on the pages: nothing that keeps people with other eyes or hands out.

And no text is cut off there, at the widths of a phone, of a tablet on end, and of a desk.
"""

import re
from collections.abc import Sequence

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.helpers import Scheme, expect_no_cut_text, until_equal, wait_for_app
from tests.browser.plane import atlas, open_views
from tests.browser.server import AppServer

# Everything that a link can open: legend with a hidden class, selections, a map, guides, a path.
EXPLORE = (
    "/?layers=both&background=holes&guides=on&uncertainty=on&hide=1&along=0.5"
    "&a=-1,-1,0,-1,0,0,-1,0&b=0.5,0.5,1.5,0.5,1.5,1.5,0.5,1.5&path=-1,0,1,0.5&way=slerp"
)
LIGHT: Sequence[Scheme] = ("light",)
DARK: Sequence[Scheme] = ("dark",)
PAGES: Sequence[tuple[str, Sequence[Scheme]]] = [
    (EXPLORE, ("light", "dark")),
    ("/train", LIGHT),
    ("/sweeps", LIGHT),
    ("/reconstruct?model=shipped:digits-2d", LIGHT),
    ("/diagnose?model=shipped:digits-2d", ("light", "dark")),
    ("/data", LIGHT),
    ("/paper", LIGHT),
    ("/train", DARK),
    ("/data", DARK),
    ("/data?show=Your+own+images", DARK),
]


def findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical, shadow roots included, each as one line.

    It sees no text on a canvas. Formulas are left out: Streamlit lets them scroll, which axe-core
    wants to be done by keys, and KaTeX's root signs are two pixels wider than they say.
    """
    looked = Axe().run(
        page, context={"exclude": [".katex-display"]}, options={"resultTypes": ["violations"]}
    )
    found = looked.response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize(("path", "schemes"), PAGES)
def test_no_page_has_a_serious_finding_or_cuts_a_text(
    path: str,
    schemes: Sequence[Scheme],
    page: Page,
    app_server: AppServer,
    expected_errors: list[re.Pattern[str]],
) -> None:
    # Streamlit asks for its own routes below a page's path first and falls back to the root.
    expected_errors.append(re.compile(r"/_stcore/"))
    page.emulate_media(color_scheme=schemes[0])
    page.goto(f"{app_server.url}{path}")
    wait_for_app(page)
    if path == EXPLORE:
        atlas(page)
        page.locator(".atlas[data-support]").wait_for(timeout=60_000)  # it may start the app
        open_views(page)
        page.locator(".scale-bar").wait_for(timeout=60_000)
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)  # an open page follows
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
        until_equal(page, lambda: findings(page), [])
        if scheme == "light":  # in the dark the same words stand in the same places
            expect_no_cut_text(page)
