"""What a newcomer waits for, and what moves under their eyes, in a real Chromium. Prints JSON.

    python -m benchmarks.first_minute [--visits 5] [--settings desk phone …] [URL …]

Each visit has a fresh profile with an empty cache, on a server that has served the page before.
Turn about with an app of Streamlit's that holds a line and one small component alone, which is as
soon as anything can be there; with addresses of running apps, these are measured turn about, too,
so that all have the same machine. Medians of the visits, milliseconds since the navigation began:

* `picture_ms` (Explore): the first decoded picture that is not of one colour was put on the canvas
  of the panel, and the second animation frame after that began, when it is surely on the screen:
  this rounds up by as much as a frame. `words_ms` (Train, Streamlit): the same of the heading.
* `requests`: those for what is ours, not Streamlit's own files, begun before that, and until the
  network has rested for two seconds; `kilobytes` of their bodies, as they travelled.
* `shift`: the sum of all layout shifts until then, the largest of all visits; `moved` names what
  moved, with how much it had of it, where it was and where it went.

`path` has the requests of ours in one visit, the median one: address, from, to, kilobytes.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request

from tests.browser.chromium import chromium
from tests.browser.server import running_app

# What a profile is made with; `slow` is the desk with a processor of a quarter of the speed.
SETTINGS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "wide": {"viewport": {"width": 1920, "height": 1080}},
    "slow": {"viewport": {"width": 1280, "height": 800}},
}
SLOWER = 4
REST_SECONDS = 2.0
# Where the pages are, and the words that are waited for; Explore's mark is its picture.
PAGES = {"explore": ("/", None), "train": ("/train", "h1"), "streamlit": ("/", "p")}
FLOOR = '''
import streamlit as st

st.markdown("A line.")
draw = """export default ({ parentElement }) => {
  const context = parentElement.querySelector("canvas").getContext("2d");
  const image = context.createImageData(28, 28);
  image.data.forEach((_, n) => (image.data[n] = n % 251));
  context.putImageData(image, 0, 0);
};
"""
canvas = '<canvas class="picture" width="28" height="28"></canvas>'
st.components.v2.component("smallest", html=canvas, js=draw)(key="smallest")
'''
LISTEN = """selector => {
    const seen = (window.seen = { words: null, picture: null, shifts: [] });
    const painted = name => requestAnimationFrame(() => requestAnimationFrame(() => {
        seen[name] ??= performance.now();
    }));
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (image, ...rest) {
        put.call(this, image, ...rest);
        if (seen.picture || !this.canvas.classList.contains("picture")) return;
        const pixels = new Uint32Array(image.data.buffer);
        if (pixels.some(pixel => pixel !== pixels[0])) painted("picture");
    };
    const look = () => {
        if (document.querySelector(`[data-testid=stMain] ${selector}`)) painted("words");
        else requestAnimationFrame(look);
    };
    if (selector) look();
    const deepest = (root, x, y) => {
        const found = root.elementFromPoint(x, y);
        return found?.shadowRoot ? deepest(found.shadowRoot, x, y) ?? found : found;
    };
    const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round);
    const named = ({ node, currentRect: { x, y, width, height } }) => {
        const element = node?.nodeType === 3 ? node.parentElement : node;
        // What is inside of a component has no name here: then it is what is there now.
        const found = element ?? deepest(document, x + width / 2, y + height / 2);
        const { testid = "" } = found?.dataset ?? {};
        const names = [found?.tagName.toLowerCase(), testid, found?.classList[0] ?? ""];
        return names.filter(Boolean).join(".");
    };
    new PerformanceObserver(list => {
        for (const { value, hadRecentInput, startTime, sources } of list.getEntries()) {
            if (hadRecentInput) continue;
            const told = each => [named(each), box(each.previousRect), box(each.currentRect)];
            const moved = sources.map(told);
            seen.shifts.push({ value, at: startTime, moved });
        }
    }).observe({ type: "layout-shift", buffered: true });
}"""


@dataclass(frozen=True)
class Visit:
    """What one visit saw; `asked` has the requests of ours: address, from, to, kilobytes."""

    words_ms: float | None
    picture_ms: float | None
    shifts: list[dict[str, Any]]
    asked: list[tuple[str, float, float, float]]

    @property
    def there_ms(self) -> float:
        """When the first picture was there, or where there is none, the first words."""
        return self.picture_ms or self.words_ms or float("nan")

    @property
    def shift(self) -> float:
        """How much has moved by itself: 1 is all of the window by its height."""
        return sum(each["value"] for each in self.shifts)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--visits", type=int, default=5, help="of each page (default 5)")
    parser.add_argument("--settings", nargs="+", choices=SETTINGS, default=list(SETTINGS))
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=list(PAGES))
    parser.add_argument("urls", nargs="*", metavar="URL", help="running apps, instead of this one")
    arguments = parser.parse_args()
    load = [round(os.getloadavg()[0], 1)]
    visits: dict[tuple[str, str, str], list[Visit]] = defaultdict(list)
    with apps(arguments.urls) as (floor, urls), chromium() as browser:
        for turn in range(arguments.visits + 1):
            for setting in arguments.settings:
                for page in arguments.pages:
                    for url in [floor] if page == "streamlit" else urls:
                        seen = visit(browser, url, page, setting)
                        if turn:  # the first one warms the server
                            visits[url, page, setting].append(seen)
            load.append(round(os.getloadavg()[0], 1))
    results = [
        {"app": url, "page": page, "setting": setting, **told(seen)}
        for (url, page, setting), seen in visits.items()
    ]
    print(json.dumps({"cores": os.cpu_count(), "load": load, "results": results}, indent=1))


@contextmanager
def apps(urls: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The smallest app of Streamlit's, and those to measure: that run, or this checkout's."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        script = folder / "smallest.py"
        script.write_text(FLOOR, encoding="utf-8")
        floor = stack.enter_context(running_app(folder / "floor", script=str(script)))
        if not urls:
            urls = [stack.enter_context(running_app(folder / "app")).url]
        yield floor.url, [url.rstrip("/") for url in urls]


def visit(browser: Browser, url: str, name: str, setting: str) -> Visit:
    """Opens a page in a fresh profile and looks at it until the network rests."""
    path, selector = PAGES[name]
    with browser.new_context(**SETTINGS[setting]) as context:
        page = context.new_page()
        page.add_init_script(f"({LISTEN})({json.dumps(selector)})")
        if setting == "slow":
            told = {"rate": SLOWER}
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", told)
        ours: list[Request] = []
        last = [time.monotonic()]

        def note(request: Request) -> None:
            last[0] = time.monotonic()
            if is_ours(request.url):
                ours.append(request)

        page.on("request", note)
        for event in ("requestfinished", "requestfailed"):
            page.on(event, lambda _: last.__setitem__(0, time.monotonic()))
        page.goto(url + path, wait_until="commit")
        mark = "words" if name == "train" else "picture"
        page.wait_for_function(f"seen.{mark} !== null", timeout=120_000)
        while time.monotonic() - last[0] < REST_SECONDS:
            page.wait_for_timeout(100)
        return seen_on(page, ours)


def is_ours(url: str) -> bool:
    """Whether what an address names is ours: what our routes and our pages serve."""
    return urlsplit(url).path.startswith(("/api/", "/media/", "/component/"))


def seen_on(page: Page, ours: list[Request]) -> Visit:
    """What a page has noted of itself, and what it asked for."""
    seen = page.evaluate("seen")
    origin = page.evaluate("performance.timeOrigin")
    asked = []
    for request in ours:
        timing, began = request.timing, request.timing["startTime"] - origin
        # Data and redirects have none, and an answer that never came no end.
        size = request.sizes()["responseBodySize"] if timing["responseEnd"] >= 0 else 0
        split = urlsplit(request.url)
        address = split.path + (f"?{split.query}" if split.query else "")
        asked.append(
            (address, round(began), round(began + timing["responseEnd"]), round(size / 1000, 1))
        )
    return Visit(seen["words"], seen["picture"], seen["shifts"], asked)


def told(visits: list[Visit]) -> dict[str, Any]:
    """The medians of some visits of a page, and the worst of their shifts."""
    middle = sorted(visits, key=lambda each: each.there_ms)[len(visits) // 2]
    worst = max(visits, key=lambda each: each.shift)
    before = [sum(began < each.there_ms for _, began, *_ in each.asked) for each in visits]
    return {
        **{
            f"{name}_ms": [
                round(value) for value in (statistics.median(found), min(found), max(found))
            ]
            for name in ("words", "picture")
            if (found := [value for each in visits if (value := getattr(each, f"{name}_ms"))])
        },
        "requests": [max(before), max(len(each.asked) for each in visits)],
        "kilobytes": round(sum(size for *_, size in middle.asked)),
        "shift": round(worst.shift, 4),
        "moved": [
            [round(each["at"]), round(each["value"], 4), *each["moved"]] for each in worst.shifts
        ],
        "path": middle.asked,
    }


if __name__ == "__main__":
    main()
