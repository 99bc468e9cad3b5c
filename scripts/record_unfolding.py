"""Record the map of a run unfolding while its bound rises, twenty seconds as they were, as a GIF.

    python -m scripts.record_unfolding [--out docs/screenshots/unfolding.gif] [--seconds 20]

A run of mnist-12k is started as a visitor would, and the pointer walks over its plane meanwhile.
"""

import argparse
import base64
import io
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from tests.browser.chromium import SIZE, chromium
from tests.browser.helpers import wait_for_app
from tests.browser.plane import atlas
from tests.browser.server import REPOSITORY, running_app
from vae_core.runs import make_config, submit

MOST_BYTES = 6_000_000
EVERY = 0.2  # seconds between two frames
WIDTH = 960  # pixels
STILL = 2.0  # seconds for which the last frame stays

Shots = list[tuple[float, bytes]]


def main() -> None:
    """Train, record, write; a file that nobody would wait for is an error."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--out", type=Path, default=REPOSITORY / "docs" / "screenshots" / "unfolding.gif"
    )
    parser.add_argument("--seconds", type=float, default=20)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder)) as server,
        chromium() as browser,
    ):
        page = browser.new_context(viewport=SIZE, reduced_motion="no-preference").new_page()
        page.goto(f"{server.url}/train")
        wait_for_app(page)
        config = make_config(
            dataset="mnist-12k", hidden=(500,), epochs=60, name="Watch a map of digits unfold"
        )
        run = submit(config, server.runs_folder)
        page.goto(f"{server.url}/train?run={run.id}")
        atlas(page)
        shots = record(page, arguments.seconds)
    content = animation(shots, arguments.seconds)
    if len(content) > MOST_BYTES:
        sys.exit(f"The recording is {len(content) / 1e6:z.1f} MB, which is too much for a page.")
    arguments.out.write_bytes(content)


def record(page: Page, seconds: float) -> Shots:
    """What the page looks like from now on, each time that it changes: seconds, and a PNG."""
    shots: Shots = []
    session = page.context.new_cdp_session(page)

    def shot(event: dict[str, Any]) -> None:
        shots.append((event["metadata"]["timestamp"], base64.b64decode(event["data"])))
        session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    session.on("Page.screencastFrame", shot)
    session.send("Page.startScreencast", {"format": "png", "everyNthFrame": 2})
    walk(page, seconds)
    session.send("Page.stopScreencast")
    return [(at - shots[0][0], content) for at, content in shots]


def walk(page: Page, seconds: float) -> None:
    """Rests a while, then leads the pointer over the plane, slowly enough to see what it draws."""
    box = page.locator(".field").bounding_box()
    assert box is not None
    stops = [(0.5, 0.5), (0.25, 0.35), (0.7, 0.3), (0.75, 0.7), (0.3, 0.72), (0.5, 0.5)]
    page.wait_for_timeout(1_000 * 0.25 * seconds)
    began, lasting = time.monotonic(), 0.75 * seconds
    while (spent := (time.monotonic() - began) / lasting) < 1:
        leg = min(int(spent * (len(stops) - 1)), len(stops) - 2)
        share = spent * (len(stops) - 1) - leg
        share = share * share * (3 - 2 * share)
        x, y = (a + share * (b - a) for a, b in zip(stops[leg], stops[leg + 1], strict=True))
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.wait_for_timeout(50)


def animation(shots: Shots, seconds: float) -> bytes:
    """The shots at an even pace, as a GIF that shares one palette, so that what rests is free."""
    palette = _picture(shots[-1][1]).quantize(256, dither=Image.Dither.NONE)
    frames, at = [], 0
    for n in range(int(seconds / EVERY) + 1):
        while at + 1 < len(shots) and shots[at + 1][0] <= n * EVERY:
            at += 1
        frames.append(_picture(shots[at][1]).quantize(palette=palette, dither=Image.Dither.NONE))
    durations = [int(1_000 * EVERY)] * (len(frames) - 1) + [int(1_000 * STILL)]
    found = io.BytesIO()
    frames[0].save(
        found, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0
    )
    return found.getvalue()


def _picture(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return image.resize(
        (WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS
    )


if __name__ == "__main__":
    main()
