"""How soon the components of the pages are there, in a real Chromium. Prints JSON.

    python benchmarks/component_latency.py [--times 10] [URL …]

From asking for a page to its wall of reconstructions, its drawing pad, its plane, each in a fresh
browser profile (`first_ms`) and at the second visit in it (`again_ms`), on a server that has served
the page before. With addresses of running apps, these are measured side by side, turn about, so
that both have the same machine; without one, this checkout's app is started.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.pointer_latency import spread
from tests.browser.chromium import SIZE, chromium
from tests.browser.server import running_app

# Where each is, and what it has drawn once it is at work.
COMPONENTS = {
    "wall": ("/reconstruct?model=shipped:digits-2d", ".wall .card"),
    "pad": ("/", ".pad canvas[aria-label]"),
    "plane": ("/", ".atlas:not([data-ready='false'])"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=10, help="visits each (default 10)")
    parser.add_argument("urls", nargs="*", metavar="URL", help="running apps, instead of this one")
    arguments = parser.parse_args()
    taken: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    with apps(arguments.urls) as urls, chromium() as browser:
        for turn in range(arguments.times + 1):
            for name, (path, selector) in COMPONENTS.items():
                for url in urls:
                    context = browser.new_context(viewport=SIZE)
                    page = context.new_page()
                    for visit in ("first_ms", "again_ms"):
                        milliseconds = appears(page, url + path, selector)
                        if turn:  # the first lets the server compute what it keeps
                            taken[url, name, visit].append(milliseconds)
                    context.close()
    results = [
        {
            "app": url,
            "component": name,
            **{visit: spread(taken[url, name, visit]) for visit in ("first_ms", "again_ms")},
        }
        for name in COMPONENTS
        for url in urls
    ]
    print(json.dumps({"cores": os.cpu_count(), "load": os.getloadavg()[0], "results": results}))


@contextmanager
def apps(urls: list[str]) -> Iterator[list[str]]:
    """The apps to measure: those that run, or this checkout's until the block ends."""
    if urls:
        yield [url.rstrip("/") for url in urls]
        return
    with tempfile.TemporaryDirectory() as name, running_app(Path(name)) as server:
        yield [server.url]


def appears(page: Page, url: str, selector: str) -> float:
    """Milliseconds from asking for a page to the element that a selector means."""
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(selector).first.wait_for(state="attached", timeout=60_000)
    taken = 1_000 * (time.perf_counter() - began)
    page.goto("about:blank")
    return taken


if __name__ == "__main__":
    main()
