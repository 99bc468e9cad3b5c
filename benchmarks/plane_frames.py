"""How many frames a second the magnified plane shows while the pointer moves. Prints JSON.

    LATENT_ATLAS_DATA=… python benchmarks/plane_frames.py [--seconds 8] [--idle-only]
    python benchmarks/plane_frames.py --points 12000,70000,1000000

For 12,000 points and, where the data folder has MNIST, 70,000, or for as many drawn points in ten
clouds as are asked for (they take the place of what the server sends); for an MLP and for a small
convolutional decoder; on a quiet machine and while a run trains on it. The plane is magnified four
times and every point in sight is drawn. Each frame, a real mouse event makes it decode.

* `frames_per_second`: animation frames that the page had, with the pointer moved as fast as the
  browser takes it, which is once a frame;
* `decodes_per_second`: moves of that pointer that were decoded and drawn;
* `drawn_ms`, `presented_ms`: from the pointer event's time stamp to the end of drawing, and to the
  second animation frame after it, which rounds up by as much as a frame. Of moves at a pace of
  their own, as a mouse sends them; `busiest_…`: of the fastest ones, where each is sent as a frame
  begins and so waits for nearly all of the next;
* `zoom_frames_per_second`, `pan_frames_per_second`: animation frames while the view itself is
  magnified step by step, or shifted with the hand, and all points are drawn anew;
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

import torch
from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks import pointer_latency
from benchmarks.pointer_latency import spread, training, triangle
from tests.browser.chromium import chromium
from tests.browser.plane import keep_opened, random_vae
from tests.browser.server import REPOSITORY, AppServer, running_app
from vae_core.checkpoint import checkpoint_bytes
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
    parser.add_argument(
        "--points",
        type=lambda text: [int(part) for part in text.split(",")],
        default=[],
        help="so many drawn points each, such as 12000,70000,1000000; default: real ones",
    )
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        running_app(Path(name)) as server,
        chromium() as browser,
    ):
        results = list(measurements(browser, server, arguments))
    report = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "results": results}
    print(json.dumps(report, indent=2))


def measurements(
    browser: Browser, server: AppServer, arguments: argparse.Namespace
) -> Iterator[dict[str, Any]]:
    """One record for each number of points, model and state of the machine."""
    present = {info.name for info in available_datasets() if info.present}
    datasets = [name for name in ("mnist-12k", "mnist") if name in present]
    shown: list[tuple[str, int | None]] = [(name, None) for name in datasets]
    if arguments.points:
        shown = [("mnist-12k", count) for count in arguments.points]
    for trains in (False,) if arguments.idle_only else (False, True):
        with training(server.runs_folder, trains):
            for dataset, count in shown:
                drawn = None if count is None else drawn_points(count)
                for title, vae in models(seed=int(trains)).items():
                    key = keep_opened(server, vae, dataset=dataset)
                    url = f"{server.url}/?model={key}&{VIEW}"
                    measured = measure(browser, url, arguments.seconds, drawn)
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


def drawn_points(count: int) -> bytes:
    """Points in ten clouds, all in one part, as the server would send them."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(10, (count,), generator=generator)
    centres = torch.randn(10, 2, generator=generator)
    mu = centres[labels] + 0.4 * torch.randn(count, 2, generator=generator)
    names = [str(label) for label in range(10)]
    header = {"axes": [0, 1], "total": count, "dataset": "drawn", "class_names": names}
    return checkpoint_bytes({"mu": mu, "labels": labels.to(torch.uint8)}, header)


def measure(browser: Browser, url: str, seconds: float, drawn: bytes | None) -> dict[str, Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    if drawn is not None:
        page.route("**/encodings-0.safetensors", lambda route: route.fulfill(body=drawn))
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(".readout", has_text="points").wait_for(timeout=60_000)
    first = time.perf_counter() - began
    page.wait_for_selector(".atlas[data-ready='true']", timeout=120_000)
    everything = time.perf_counter() - began
    points = page.locator(".readout").inner_text().split(" · ")[-1]
    page.wait_for_timeout(1_500)  # Streamlit settles
    paced = pointer_latency.roam(page, round(seconds * 30))
    page.evaluate(COUNT_FRAMES)
    moving = roam(page, seconds)
    panning = shift(page, seconds / 2)
    zooming = magnify(page, seconds / 2)
    context.close()
    return {
        "points": points,
        "first_points_ms": round(1_000 * first),
        "all_points_ms": round(1_000 * everything),
        "drawn_ms": spread([each["drawn"] for each in paced]),
        "presented_ms": spread([each["presented"] for each in paced]),
        **moving,
        "pan_frames_per_second": panning,
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
        "busiest_drawn_ms": spread([each["drawn"] for each in drawings]),
        "busiest_presented_ms": spread([each["presented"] for each in drawings]),
    }


def shift(page: Page, seconds: float) -> float:
    """Drags the view to and fro with Shift and the mouse."""
    box = page.locator(".field").bounding_box()
    if box is None:
        sys.exit("The plane is not on the page.")
    page.evaluate("window.frames.length = 0")
    page.keyboard.down("Shift")
    page.mouse.down()
    began, n = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        x, y = 0.5 + 0.2 * triangle(n / 113), 0.5 + 0.2 * triangle(n / 71)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        n += 1
    page.mouse.up()
    page.keyboard.up("Shift")
    return frames_per_second(page)


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
