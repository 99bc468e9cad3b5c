"""How long the latent plane takes to answer the pointer, in a real Chromium. Prints JSON.

    python benchmarks/pointer_latency.py [--while-training] [--moves 300]

For each move of the mouse over Explore:

* `drawn_ms`: from the pointer event's own time stamp to the end of decoding and drawing;
* `presented_ms`: from the same stamp to the second animation frame after it, when the frame that
  holds the drawing is surely on the screen. This rounds up by as much as a frame (16.7 ms).

`first_picture_ms` is the time from asking for the page to the first decoded picture, in a fresh
browser profile, on a server that has served the page before (`cold_first_picture_ms`: it had not).
With `--while-training` a real run trains on the same machine all the while, started by the command
line as a user would, with the priority and the threads that a worker has.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.browser.chromium import SIZE, chromium
from tests.browser.server import REPOSITORY, running_app

# Collects one pair of numbers for each drawing that the plane announces.
LISTEN = """() => {
    window.drawings = [];
    document.addEventListener("plane-drawn", ({ detail }) => {
        const entry = { drawn: detail.drawn - detail.moved };
        window.drawings.push(entry);
        requestAnimationFrame(() => requestAnimationFrame(() => {
            entry.presented = performance.now() - detail.moved;
        }));
    });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--while-training", action="store_true", help="train a run meanwhile")
    parser.add_argument("--moves", type=int, default=300, help="moves of the mouse (default 300)")
    arguments = parser.parse_args()

    with (
        tempfile.TemporaryDirectory() as name,
        running_app(Path(name)) as server,
        chromium() as browser,
    ):
        cold, _ = first_picture(browser, server.url)
        with training(server.runs_folder, arguments.while_training):
            warm = [first_picture(browser, server.url)[0] for _ in range(5)]
            _, page = first_picture(browser, server.url, keep=True)
            drawings = roam(page, arguments.moves)
    report = {
        "while_training": arguments.while_training,
        "cores": os.cpu_count(),
        "drawings": len(drawings),
        "drawn_ms": spread([each["drawn"] for each in drawings]),
        "presented_ms": spread([each["presented"] for each in drawings]),
        "first_picture_ms": spread(warm),
        "cold_first_picture_ms": round(cold),
    }
    print(json.dumps(report, indent=2))


def first_picture(browser: Browser, url: str, keep: bool = False) -> tuple[float, Any]:
    """Milliseconds to the first decoded picture in a fresh profile, and the page if it is kept."""
    page = browser.new_context(viewport=SIZE).new_page()
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(".atlas:not([data-ready='false'])", timeout=60_000)
    taken = 1_000 * (time.perf_counter() - began)
    if keep:
        page.wait_for_selector(".atlas[data-ready='true']", timeout=60_000)
        page.wait_for_timeout(1_500)  # Streamlit settles
    else:
        page.context.close()
    return taken, page


def roam(page: Page, moves: int) -> list[dict[str, float]]:
    """Walks the mouse over the whole plane at 60 moves a second."""
    box = page.locator(".field").bounding_box()
    if box is None:
        sys.exit("The plane is not on the page.")
    page.evaluate(LISTEN)
    for n in range(moves):
        # Two frequencies that never meet: a Lissajous figure over most of the plane.
        x, y = 0.5 + 0.45 * triangle(n / 97), 0.5 + 0.45 * triangle(n / 61 + 0.3)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.wait_for_timeout(16)
    page.wait_for_timeout(200)
    drawings: list[dict[str, float]] = page.evaluate("window.drawings")
    return [each for each in drawings if "presented" in each]


def triangle(t: float) -> float:
    """A wave from −1 to 1 and back with period 1."""
    return 4 * abs((t % 1) - 0.5) - 1


@contextmanager
def training(runs: Path, wanted: bool) -> Iterator[None]:
    """A run of mnist-12k that trains until the block ends."""
    if not wanted:
        yield
        return
    threads = str(max(1, (os.cpu_count() or 2) - 1))
    command = [sys.executable, "-m", "latent_atlas", "train", "mnist-12k", "--epochs", "10000"]
    command += ["--threads", threads, "--runs-dir", str(runs)]
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.nice(10) and None,
    )
    try:
        wait_for_steps(runs)
        yield
        if process.poll() is not None:
            sys.exit("The training run ended before the measurement did.")
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for_steps(runs: Path, timeout: float = 60.0) -> None:
    """Returns when the run has written measurements."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if any(path.stat().st_size > 0 for path in runs.glob("*/metrics.jsonl")):
            return
        time.sleep(0.2)
    sys.exit("The training run did not start.")


def spread(values: list[float]) -> dict[str, float]:
    """Median, 95th percentile and largest."""
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return {
        "p50": round(statistics.median(values), 2),
        "p95": round(cuts[18], 2),
        "max": round(max(values), 2),
    }


if __name__ == "__main__":
    main()
