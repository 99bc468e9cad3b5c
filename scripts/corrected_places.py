"""Take the pictures of docs/corrected.md: every place where a wrong number or word once stood.

    python -m scripts.corrected_places [NAME …] [--out docs/screenshots/corrected]

Trains short runs in a folder of its own first: one that is well, and one of each kind that is not.
"""

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page

from scripts.screenshots import drawn, explore, fashion, lasso, verdict
from scripts.sitting import PATIENCE, Screen, opened, sitting
from tests.browser.helpers import wait_for_app
from tests.browser.plane import atlas
from tests.browser.server import REPOSITORY, AppServer
from vae_core.runs import Run, list_runs, request_pause

OUT = REPOSITORY / "docs" / "screenshots" / "corrected"

# What is trained for them: a run's name, and the rest of its command line.
RUNS = {
    "Shared σ": "digits --likelihood gaussian-shared --epochs 30 --latent-dim 10",
    "One epoch": "digits --epochs 1",
    "Much too fast": "digits --likelihood gaussian-fixed --scale 0.01 --lr 0.5 --epochs 8",
    "Jumping": "digits --lr 0.02 --batch-size 10 --epochs 12",
    "Collapsed": "digits --beta 60 --epochs 12",
    "Colours": "{colours} --likelihood gaussian-shared --epochs 6",
    "Colours again": "{colours} --likelihood gaussian-shared --epochs 6 --latent-dim 4 --seed 1",
}


@dataclass(frozen=True)
class Place:
    """One corrected place: how to get there, how wide the window is."""

    visit: Callable[[Page, AppServer], None]
    width: int = 1280
    height: int = 800


def run_called(server: AppServer, name: str) -> Run:
    """The run of that name."""
    return next(run for run in list_runs(server.runs_folder) if run.title == name)


def of_run(name: str) -> Callable[[Page, AppServer], None]:
    """Visits Train with one run chosen."""

    def visit(page: Page, server: AppServer) -> None:
        page.goto(f"{server.url}/train?run={run_called(server, name).id}")
        wait_for_app(page)
        page.locator("canvas").first.wait_for(timeout=PATIENCE)

    return visit


def paused(page: Page, server: AppServer) -> None:
    """A run that was paused in another process."""
    request_pause(run_called(server, "Paused"))
    of_run("Paused")(page, server)
    page.get_by_text("Paused at epoch").first.wait_for(timeout=PATIENCE)


def damaged(page: Page, server: AppServer) -> None:
    """A run whose settings cannot be read, below one that is well."""
    broken = run_called(server, "Jumping").path
    (broken / "status.json").write_text('{"state": "![i](http://elsewhere)", "epoch": 1e400}')
    of_run("One epoch")(page, server)
    page.wait_for_timeout(2_000)  # the plane comes, and what is below it moves
    page.get_by_text(broken.name).first.scroll_into_view_if_needed()


def reconstructed(*names: str) -> Callable[[Page, AppServer], None]:
    """Reconstruct, with runs beside each other."""

    def visit(page: Page, server: AppServer) -> None:
        first, *rest = [f"run:{run_called(server, name).id}" for name in names]
        page.goto(f"{server.url}/reconstruct?model={first}&with={','.join(rest)}")
        wait_for_app(page)
        page.locator(".card").first.wait_for(timeout=PATIENCE)

    return visit


def support(page: Page, server: AppServer) -> None:
    """Words and bars of a spot of ten dimensions that lies beyond the images."""
    page.goto(f"{server.url}/?model=shipped:mnist-10d&z=2.6,-2.4")
    wait_for_app(page)
    atlas(page)
    page.locator(".atlas[data-support]").wait_for(timeout=PATIENCE)


PLACES = {
    "labels": Place(explore),
    "fashion": Place(fashion),
    "support": Place(support),
    "drawn": Place(drawn),
    "selections": Place(lasso),
    "shared-sigma": Place(of_run("Shared σ")),
    "one-epoch": Place(of_run("One epoch")),
    "diverged": Place(of_run("Much too fast")),
    "jumping": Place(of_run("Jumping")),
    "collapsed": Place(of_run("Collapsed")),
    "paused": Place(paused),
    "gaussian-cost": Place(reconstructed("Shared σ")),
    "colour-columns": Place(reconstructed("Colours", "Colours again")),
    "verdict": Place(verdict),
    "explore-820": Place(explore, 820, 1180),
    "train-820": Place(of_run("One epoch"), 820, 1180),
    "explore-768": Place(explore, 768, 1024),
    "damaged": Place(damaged),  # last, for it breaks a run
}


def colour_pictures(folder: Path) -> Path:
    """Two hundred soft gradients of 32 × 32 in three colours, as PNG files."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[0:32, 0:32] / 31
    for number in range(200):
        slope = random.normal(size=(3, 2))
        shade = 0.5 + 0.35 * np.tanh(
            slope[:, :1, None] * (rows - 0.5) * 2 + slope[:, 1:, None] * (columns - 0.5) * 2
        )
        pixels = (255 * shade).astype(np.uint8).transpose(1, 2, 0)
        Image.fromarray(pixels).save(folder / f"{number:03d}.png")
    return folder


def train(server: AppServer, name: str, command: str, *, wait: bool = True) -> None:
    """Train a run by the command line; `wait` until it has ended."""
    words = [sys.executable, "-m", "latent_atlas", "train", *command.split(), "--name", name]
    started = subprocess.Popen(
        [*words, "--runs-dir", str(server.runs_folder)], cwd=REPOSITORY, stdout=subprocess.DEVNULL
    )
    if wait and started.wait() not in (0, 1):  # 1: it has diverged, which one is to do
        raise SystemExit(f"{name} could not be trained.")


def take(browser: Browser, server: AppServer, out: Path, names: list[str]) -> None:
    """The pictures of these places."""
    for name in names:
        place = PLACES[name]
        with opened(browser, Screen(name, place.width, place.height)) as page:
            place.visit(page, server)
            page.wait_for_timeout(2_000)  # tiles come from a worker, curves ease in
            save_webp(page, out / f"{name}.webp")


def save_webp(page: Page, path: Path) -> None:
    """What is in the window now."""
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        shot.save(path, quality=80, method=6)


def main() -> None:
    """Train, start the app, take the pictures, end it."""
    with sitting("Take the screenshots of docs/corrected.md.", OUT, PLACES) as asked:
        server = asked.server
        colours = server.runs_folder.parent / "colours"
        colours.mkdir()
        colour_pictures(colours)
        for name, command in RUNS.items():
            train(server, name, command.format(colours=colours))
        train(server, "Paused", "digits --epochs 5000", wait=False)
        take(asked.browser, server, asked.out, asked.names)


if __name__ == "__main__":
    main()
