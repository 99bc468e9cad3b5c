"""How many frames a second the magnified plane shows while the pointer moves. Prints JSON.

    LATENT_ATLAS_DATA=… python benchmarks/plane_frames.py [--seconds 8] [--idle-only]

For 12,000 points and, where the data folder has MNIST, 70,000; for an MLP and for a small
convolutional decoder; on a quiet machine and while a run trains on it. The plane is magnified four
times and every point in sight is drawn. Each frame, a real mouse event makes it decode.

* `frames_per_second`: animation frames that the page had;
* `decodes_per_second`: moves of the pointer that were decoded and drawn;
* `drawn_ms`, `presented_ms`: from the pointer event's time stamp to the end of drawing, and to the
  second animation frame after it, which rounds up by as much as a frame;
* `zoom_frames_per_second`: animation frames while the view itself is magnified, step by step, and
  all points are drawn anew;
* `first_points_ms`, `all_points_ms`: from asking for the page, in a fresh browser profile, on a
  server that has not yet encoded this model.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.pointer_latency import LISTEN, find_browser, spread, training, triangle
from tests.browser.conftest import FLAGS
from tests.browser.plane import keep_opened, random_vae
from tests.browser.server import REPOSITORY, AppServer, running_app
from vae_core.data import available_datasets
from vae_core.models import VAE, load_model

SMALL_CONV: dict[str, Any] = {
    "network": "conv",
    "channels": (32, 64),
    "hidden": (256,),
    "activation": "relu",
}
COUNT_FRAMES = """() => {
    window.frames = [];
    const tick = (now) => {
        window.frames.push(now);
        requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
}"""
VIEW = "zoom=4&at=0,0&z=0.2,-0.2"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8, help="of each measurement (default 8)")
    parser.add_argument("--idle-only", action="store_true", help="leave training out")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        running_app(Path(name)) as server,
        sync_playwright() as playwright,
    ):
        path = find_browser()
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        results = list(measurements(browser, server, arguments.seconds, arguments.idle_only))
        browser.close()
    report = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "results": results}
    print(json.dumps(report, indent=2))


def measurements(
    browser: Browser, server: AppServer, seconds: float, idle_only: bool
) -> Iterator[dict[str, Any]]:
    """One record for each model and state of the machine."""
    present = {info.name for info in available_datasets() if info.present}
    datasets = [name for name in ("mnist-12k", "mnist") if name in present]
    for trains in (False,) if idle_only else (False, True):
        with training(server.runs_folder, trains):
            for dataset in datasets:
                for title, vae in models(seed=int(trains)).items():
                    key = keep_opened(server, vae, dataset=dataset)
                    measured = measure(browser, f"{server.url}/?model={key}&{VIEW}", seconds)
                    yield {"decoder": title, "while_training": trains, **measured}


def models(seed: int) -> dict[str, VAE]:
    """The shipped model and a convolutional one, with a trace of the seed in their weights.

    It makes another file, which the server has not encoded yet.
    """
    shipped = load_model(REPOSITORY / "checkpoints" / "mnist-2d.safetensors").vae
    shape = (1, 28, 28)
    conv = random_vae(latent_dim=2, image_shape=shape, **SMALL_CONV)
    for vae in (shipped, conv):
        next(vae.decoder.parameters()).data.add_(1e-6 * seed)
    return {"mlp 2-500-784": shipped, "conv 2-256-3136, 64-32-1": conv}


def measure(browser: Browser, url: str, seconds: float) -> dict[str, Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(".readout", has_text="points").wait_for(timeout=60_000)
    first = time.perf_counter() - began
    page.wait_for_selector(".atlas[data-ready='true']", timeout=120_000)
    everything = time.perf_counter() - began
    points = page.locator(".readout").inner_text().split(" · ")[-1]
    page.wait_for_timeout(1_500)  # Streamlit settles
    page.evaluate(LISTEN)
    page.evaluate(COUNT_FRAMES)
    moving = roam(page, seconds)
    zooming = magnify(page, seconds / 2)
    context.close()
    return {
        "points": points,
        "first_points_ms": round(1_000 * first),
        "all_points_ms": round(1_000 * everything),
        **moving,
        "zoom_frames_per_second": zooming,
    }


def roam(page: Page, seconds: float) -> dict[str, Any]:
    """Walks the mouse over the field as fast as the browser takes it: once a frame."""
    box = page.locator(".field").bounding_box()
    if box is None:
        sys.exit("The plane is not on the page.")
    page.evaluate("window.frames.length = window.drawings.length = 0")
    began, n = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        x, y = 0.5 + 0.45 * triangle(n / 197), 0.5 + 0.45 * triangle(n / 131 + 0.3)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        n += 1
    taken = time.perf_counter() - began
    frames = frames_per_second(page)
    drawings = [each for each in page.evaluate("window.drawings") if "presented" in each]
    return {
        "frames_per_second": frames,
        "decodes_per_second": round(len(drawings) / taken, 1),
        "drawn_ms": spread([each["drawn"] for each in drawings]),
        "presented_ms": spread([each["presented"] for each in drawings]),
    }


def magnify(page: Page, seconds: float) -> float:
    """Turns the wheel with Ctrl, in and out."""
    page.evaluate("window.frames.length = 0")
    page.keyboard.down("Control")
    began, n = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        page.mouse.wheel(0, -4 if n % 120 < 60 else 4)
        n += 1
    page.keyboard.up("Control")
    return frames_per_second(page)


def frames_per_second(page: Page) -> float:
    """Of the frames that the page has counted."""
    times: list[float] = page.evaluate("window.frames")
    return round(1_000 * (len(times) - 1) / (times[-1] - times[0]), 1)


if __name__ == "__main__":
    main()
