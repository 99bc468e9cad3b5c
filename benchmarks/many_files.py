"""How soon thousands of files are seen, sent and kept, in a real Chromium. Prints JSON.

    python benchmarks/many_files.py [--files 5000] [--side 64]

A folder of PNG pictures in ten folders of classes is chosen on the Data page. In seconds from
there: `first_shown` and `all_shown`, the preview's first picture and its two hundredth; `sent`,
when the last file is on the server; `looked_into`, when what the model will see is on the page.
`kept` is counted from the click on Keep to the sentence that says so.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.browser.chromium import SIZE, chromium
from tests.browser.helpers import wait_for_app
from tests.browser.server import AppServer, running_app

CLASSES = 10
PATIENCE = 600_000  # milliseconds


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=5_000, help="pictures (default 5,000)")
    parser.add_argument("--side", type=int, default=64, help="pixels of each side (default 64)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        megabytes = make_pictures(Path(name, "pictures"), arguments.files, arguments.side)
        with running_app(Path(name, "app")) as server, chromium() as browser:
            page = browser.new_page(viewport=SIZE)
            seconds = bring(page, server, Path(name, "pictures"), arguments.files)
    report = {
        "files": arguments.files,
        "side": arguments.side,
        "megabytes": round(megabytes, 1),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "seconds": seconds,
    }
    print(json.dumps(report, indent=2))


def make_pictures(folder: Path, count: int, side: int) -> float:
    """Lay out pictures of soft colours and a little noise; returns their megabytes."""
    random = np.random.RandomState(0)
    total = 0
    for i in range(count):
        few = Image.fromarray(random.randint(40, 215, (4, 4, 3)).astype(np.uint8))
        soft = np.asarray(few.resize((side, side), Image.Resampling.BICUBIC), np.int16)
        noisy = np.clip(soft + random.randint(-6, 7, soft.shape), 0, 255).astype(np.uint8)
        file = folder / f"class {i % CLASSES}" / f"{i}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(noisy).save(file)
        total += file.stat().st_size
    return total / 1e6


def bring(page: Page, server: AppServer, folder: Path, count: int) -> dict[str, float]:
    """Bring a folder as a person does, and keep it; seconds until each is seen."""
    page.goto(f"{server.url}/data?show=Your+own+images")
    wait_for_app(page)
    page.get_by_role("button", name="Choose a folder").and_(page.locator(":enabled")).wait_for()
    began = time.perf_counter()
    page.locator("input[data-of=folder]").set_input_files(str(folder))
    last = page.locator(f".tile[data-drawn]:nth-child({min(count, 200)})")
    taken = {
        "first_shown": appears(page.locator(".tile[data-drawn]").first, began),
        "all_shown": appears(last, began),
        "sent": appears(page.get_by_text(f"{count:,} files brought"), began),
    }
    keep = page.get_by_role("button", name=f"Keep {count:,} images")
    taken["looked_into"] = appears(keep, began)
    began = time.perf_counter()
    keep.click()
    taken["kept"] = appears(page.get_by_text("is kept:"), began)
    return taken


def appears(locator: Locator, began: float) -> float:
    """Seconds until it is on the page."""
    locator.wait_for(state="attached", timeout=PATIENCE)
    return round(time.perf_counter() - began, 2)


if __name__ == "__main__":
    main()
