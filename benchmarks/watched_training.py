"""What it costs a training to be watched, in a real Chromium. Prints JSON.

    python -m benchmarks.watched_training [--seconds 30] [--pairs 4] [--tabs 2] [--dataset …]

One run trains all the while, by a worker as the page starts it, with its usual priority and
threads. In turns nobody looks (`alone`), and Train tabs show its plane and curves, the pointer
roaming over one of them (`watched`): A B A B. What moves the pointer is no part of the page and
takes a core's twelfth itself, so in a third turn it moves over an empty page (`driven`).
`images_per_second` is images over seconds of the run's own log.
While B lasts, `frames_per_second` counts the frames that reached each tab, and `presented_ms` is
from the pointer's event to the second animation frame after it (see `pointer_latency.py`).
`early_frames_per_second` are those that reached the first tab while the run was young, before all
turns: a map hurries at first (`vae_core/runs/live.py`).
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, Response, ViewportSize

from benchmarks.pointer_latency import LISTEN, spread, triangle
from tests.browser.chromium import chromium
from tests.browser.server import running_app
from vae_core.runs import Run, make_config, request_stop, submit

FOR_LONG = 100_000  # epochs
EARLY = 12.0  # seconds
SETTLING = 4.0
WINDOW = ViewportSize(width=1280, height=800)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30, help="of each turn (default 30)")
    parser.add_argument("--pairs", type=int, default=4, help="turns A B (default 4)")
    parser.add_argument("--tabs", type=int, default=2, help="that look (default 2)")
    parser.add_argument("--dataset", default="mnist-12k")
    arguments = parser.parse_args()

    with (
        tempfile.TemporaryDirectory() as name,
        running_app(Path(name)) as server,
        chromium() as browser,
    ):
        config = make_config(dataset=arguments.dataset, hidden=(500,), epochs=FOR_LONG)
        run = submit(config, server.runs_folder)
        while run.status().state != "running":
            time.sleep(0.1)
        url = f"{server.url}/train?run={run.id}"
        tab = look(browser, url)
        early = count_frames(tab)
        tab.wait_for_timeout(1_000 * EARLY)
        tab.context.close()
        time.sleep(SETTLING)
        speeds: dict[str, list[float]] = {"alone": [], "driven": [], "watched": []}
        frames: list[list[float]] = []
        presented: list[float] = []
        for _ in range(arguments.pairs):
            speeds["alone"].append(speed(run, lambda: time.sleep(arguments.seconds)))
            empty = browser.new_context(viewport=WINDOW).new_page()
            empty.set_content('<div class="field" style="position: fixed; inset: 20%"></div>')

            def driving(page: Page = empty) -> None:
                roam(page, arguments.seconds)

            speeds["driven"].append(speed(run, driving))
            empty.context.close()
            tabs = [look(browser, url) for _ in range(arguments.tabs)]
            came = [count_frames(tab) for tab in tabs]

            def roaming(tabs: list[Page] = tabs) -> None:
                presented.extend(roam(tabs[0], arguments.seconds))

            speeds["watched"].append(speed(run, roaming))
            frames.append([round(len(each) / arguments.seconds, 2) for each in came])
            for tab in tabs:
                tab.context.close()
            time.sleep(SETTLING)
        request_stop(run)
    report = {
        "dataset": arguments.dataset,
        "tabs": arguments.tabs,
        "early_frames_per_second": round(len(early) / EARLY, 2),
        "images_per_second": speeds,
        "medians": {kind: statistics.median(each) for kind, each in speeds.items()},
        "ratio_of_medians": {
            f"watched to {kind}": round(
                statistics.median(speeds["watched"]) / statistics.median(speeds[kind]), 3
            )
            for kind in ("alone", "driven")
        },
        "frames_per_second": frames,
        "presented_ms": spread(presented),
    }
    print(json.dumps(report, indent=2))


def speed(run: Run, meanwhile: Callable[[], None]) -> float:
    """Images a second, by the log, over what lies between its points while something is done."""
    before = run.metrics()[-1]
    meanwhile()
    after = run.metrics()[-1]
    return round((after.samples - before.samples) / (after.seconds - before.seconds))


def look(browser: Browser, url: str) -> Page:
    """A tab that shows the run's plane."""
    page = browser.new_context(viewport=WINDOW).new_page()
    page.goto(url)
    page.wait_for_selector(".atlas[data-ready='true']", timeout=60_000)
    page.wait_for_timeout(1_000 * SETTLING)
    return page


def roam(page: Page, seconds: float) -> list[float]:
    """Walks the mouse over the plane for so long: milliseconds to paint, of each move."""
    box = page.locator(".field").bounding_box()
    assert box is not None
    page.evaluate(LISTEN)
    began, n = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        x, y = 0.5 + 0.45 * triangle(n / 97), 0.5 + 0.45 * triangle(n / 61 + 0.3)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.wait_for_timeout(16)
        n += 1
    drawings: list[dict[str, float]] = page.evaluate("window.drawings")
    return [each["presented"] for each in drawings if "presented" in each]


def count_frames(page: Page) -> list[Response]:
    """The frames that reach a tab from now on, a list that grows."""
    came: list[Response] = []
    page.on("response", lambda answer: came.append(answer) if is_frame(answer) else None)
    return came


def is_frame(answer: Response) -> bool:
    return "/api/live/" in answer.url and "/frame" in answer.url and answer.status == 200


if __name__ == "__main__":
    main()
