"""Small text and buttons can be read in both themes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.helpers import wait_for_app
from tests.browser.server import AppServer

# Each element's ink and the surface behind it, as the browser computes them, opacities applied.
PAIRS = """selector => [...document.querySelectorAll(selector)].map(element => {
    const parse = text => text.match(/[\\d.]+/g).map(Number);
    let alpha = 1, surface = null;
    for (let e = element; e; e = e.parentElement) {
        const style = getComputedStyle(e);
        alpha *= Number(style.opacity);
        const behind = parse(style.backgroundColor);
        if (!surface && (behind.length < 4 || behind[3] === 1)) surface = behind.slice(0, 3);
    }
    const ink = parse(getComputedStyle(element).color);
    alpha *= ink[3] ?? 1;
    return [ink.slice(0, 3).map((c, i) => alpha * c + (1 - alpha) * surface[i]), surface];
})"""


def _luminance(rgb: list[float]) -> float:
    linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: list[float], other: list[float]) -> float:
    dark, light = sorted([_luminance(one), _luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/train", "/data"])
def test_captions_and_primary_buttons_have_four_and_a_half_to_one(
    path: str,
    scheme: str,
    new_context: Callable[..., BrowserContext],
    app_server: AppServer,
    expected_errors: list[re.Pattern[str]],
) -> None:
    expected_errors.append(re.compile(r"_stcore"))
    page = new_context(color_scheme=scheme).new_page()
    page.goto(f"{app_server.url}{path}")
    wait_for_app(page)
    pairs = page.evaluate(
        PAIRS, "[data-testid='stCaptionContainer'] p, [data-testid='stBaseButton-primary']"
    )
    assert pairs
    assert min(_contrast(ink, surface) for ink, surface in pairs) >= 4.5
