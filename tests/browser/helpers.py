"""Small verbs for browser tests."""

import inspect
import reprlib
import textwrap
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import FloatRect, Locator, Page

BLANK = "/_stcore/health"
Scheme = Literal["light", "dark"]
# The widths of phones, tablets on end, and a desk; all less than the 1280 that other tests have.
WIDTHS = (390, 768, 820, 1024, 1280)
READY = "[data-testid='stApp'][data-test-script-state='notRunning']"
# A sheet that can be drawn on: it is named by its script, before which a stroke is lost.
SHEET = ".pad canvas[aria-label]"


def wait_for_app(page: Page, timeout: float = 30.0) -> None:
    """Waits until the page's script has run to its end and nothing on it is stale or a skeleton."""
    page.wait_for_selector(READY, timeout=timeout * 1000)
    page.wait_for_function(
        """() => !document.querySelector("[data-stale='true'], [data-testid='stSkeleton']")""",
        timeout=timeout * 1000,
    )


def expect_as_wide_as_the_window(page: Page) -> None:
    """Expects that on a desk and on a phone nothing has to be scrolled sideways."""
    before = page.viewport_size
    assert before is not None
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        # Streamlit and the charts follow the window a moment later.
        page.wait_for_function("width => document.documentElement.scrollWidth === width", arg=width)
    page.set_viewport_size(before)


CUT_TEXTS = """() => {
    const found = [];
    const clips = element => {
        const { overflowX, overflowY, contain } = getComputedStyle(element);
        const paint = /strict|content|paint/.test(contain);
        const cuts = overflow => paint || overflow === "hidden" || overflow === "clip";
        return { across: cuts(overflowX), down: cuts(overflowY) };
    };
    const look = (text, element) => {
        if (!text.data.trim() || !element.checkVisibility({ visibilityProperty: true })) return;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const { left, right, top, bottom } of range.getClientRects()) {
            for (let box = element; box; box = box.parentElement ?? box.getRootNode().host) {
                const page = box.matches("[data-testid=stMain]"); // scrolls down, never sideways
                if (!page && /^(auto|scroll)$/.test(getComputedStyle(box).overflowX)) break;
                const { across, down } = page ? { across: true, down: false } : clips(box);
                const edge = box.getBoundingClientRect();
                if ((!across && !down) || edge.width <= 2 || edge.height <= 2) continue;
                const middle = (top + bottom) / 2;
                const beside = across && (left < edge.left - 1 || right > edge.right + 1);
                const below = down && (middle < edge.top || middle > edge.bottom);
                if (box.matches(".readout, .head") && below && !beside) break; // left out whole
                if (page && !beside) break;
                if (!beside && !below) continue;
                found.push(`“${text.data.trim()}” in ${box.tagName}.${box.className}`);
                return;
            }
        }
    };
    const walk = node => {
        if (node.tagName === "INPUT" && node.value && node.scrollWidth > node.clientWidth + 1) {
            if (node.checkVisibility()) found.push(`“${node.value}” in its input`);
        }
        if (node.nodeType === Node.TEXT_NODE) return look(node, node.parentElement);
        if (node.nodeType === Node.ELEMENT_NODE) {
            if (/^(style|script|svg|option)$/i.test(node.tagName)) return;
            const folded = node.tagName === "DETAILS" && !node.open;
            if (folded) return walk(node.querySelector("summary"));
        }
        for (const child of [...node.childNodes, node.shadowRoot]) if (child) walk(child);
    };
    walk(document.body);
    return found;
}"""


def expect_no_cut_text(page: Page, widths: Sequence[int] = WIDTHS) -> None:
    """Expects that at none of these widths a word or a number stands where its box cuts it off.

    Nor has anything to be scrolled sideways.
    """
    before = page.viewport_size
    assert before is not None
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function("width => document.documentElement.scrollWidth === width", arg=width)
        until_equal(page, lambda: page.evaluate(CUT_TEXTS), [])
    page.set_viewport_size(before)


def until(page: Page, holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Waits until the page is what was asked for: the browser shows it a moment later."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"the page did not become this:\n{_told(holds)}"
        page.wait_for_timeout(50)


def until_equal(
    page: Page, read: Callable[[], object], wanted: object, seconds: float = 30.0
) -> None:
    """Waits until what is read from the page is `wanted`, or tells how the last look differed."""
    deadline = time.monotonic() + seconds
    while (last := read()) != wanted:
        if time.monotonic() > deadline:
            raise AssertionError(f"{_told(read)}\nThis was {last!r} at last, not {wanted!r}.")
        page.wait_for_timeout(50)


def box_of(page: Page, locator: Locator) -> FloatRect:
    """Where an element is, once it is anywhere."""
    found: list[FloatRect] = []

    def is_somewhere() -> bool:
        found.extend(filter(None, [locator.bounding_box()]))
        return bool(found)

    until(page, is_somewhere)
    return found[0]


def open_blank(page: Page, url: str) -> None:
    """Opens a page of the server of this address on which there is no app, for `compute`."""
    page.goto(urljoin(url, BLANK))


def compute(page: Page, script: str, argument: object = None) -> Any:
    """What a script works out from its argument alone, on a page that `open_blank` opened.

    Nothing there changes by itself, so the answer may be asserted at once.
    """
    if urlsplit(page.url).path != BLANK:
        raise ValueError(f"{page.url} is not blank, so what a script finds there may still change.")
    return page.evaluate(script, argument)


def _told(look: Callable[[], object]) -> str:
    """The source of a look at the page, with the values of its variables."""
    try:
        source = textwrap.dedent(inspect.getsource(look)).strip()
        known = inspect.getclosurevars(look).nonlocals
    except (OSError, TypeError, ValueError):
        return repr(look)
    values = (f"  {name} = {reprlib.repr(value)}" for name, value in known.items())
    return "\n".join([source, *values])
