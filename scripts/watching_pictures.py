"""Take the pictures of docs/watching.md: the first minute, and a run that is watched.

    python -m scripts.watching_pictures [NAME …] [--out docs/screenshots/watching]

Each on a wide screen, a tablet and a phone, and in the dark. A run is started for them, watched,
paused, walked through a batch, and played again.
"""

from collections.abc import Callable

from playwright.sync_api import Page

from scripts.corrected_places import save_webp
from scripts.sitting import PATIENCE, SCREENS, Screen, opened, sitting
from tests.browser.helpers import wait_for_app
from tests.browser.plane import atlas
from tests.browser.server import REPOSITORY, AppServer
from vae_core.runs import Run, list_runs, make_config, request_pause, submit

OUT = REPOSITORY / "docs" / "screenshots" / "watching"
TABLET = Screen("tablet", 820, 1180)
UNFOLDS = 12_000  # milliseconds


def start(page: Page, server: AppServer) -> None:
    """The first visit to Train: cards, and a map as it begins."""
    page.goto(f"{server.url}/train")
    wait_for_app(page)
    atlas(page)


def rivals(page: Page, server: AppServer) -> None:
    """The same, of what came after the autoencoders: cards, and what samples are to be like."""
    page.goto(f"{server.url}/train")
    wait_for_app(page)
    page.get_by_role("radio", name="What came after").click()
    page.get_by_alt_text("Images that it learns from").wait_for(timeout=PATIENCE)
    wait_for_app(page)


def tour(page: Page, server: AppServer) -> None:
    """The first visit to Explore, with the first step of the discovery."""
    page.goto(f"{server.url}/?tour=1")
    wait_for_app(page)
    atlas(page)


def hole(page: Page, server: AppServer) -> None:
    """Its third step: where no digit has ever been."""
    tour(page, server)
    for _ in range(2):
        page.get_by_role("button", name="Next").click()
    page.locator(".atlas[data-support]").wait_for(timeout=PATIENCE)


def watching(page: Page, server: AppServer) -> None:
    """A run that trains: its map unfolds beside its curves."""
    run = the_run(server)
    page.goto(f"{server.url}/train?run={run.id}")
    wait_for_app(page)
    atlas(page)
    page.wait_for_timeout(UNFOLDS)


def batch(page: Page, server: AppServer) -> None:
    """One batch of the paused run, at the station of the noise."""
    paused(page, server)
    page.get_by_role("button", name="One batch").click(timeout=PATIENCE)
    page.locator(".station").nth(2).click(timeout=PATIENCE)
    page.locator(".station").nth(2).scroll_into_view_if_needed()


def replayed(page: Page, server: AppServer) -> None:
    """The paused run again, at an earlier state."""
    paused(page, server)
    atlas(page)
    slider = page.get_by_role("slider", name="Epoch")
    slider.press("Home", timeout=PATIENCE)
    for _ in range(8):
        slider.press("ArrowRight")
    page.locator("h1").first.click()


def paused(page: Page, server: AppServer) -> None:
    """The run, which trains no more."""
    run = the_run(server)
    if run.status().active:
        request_pause(run)
    page.goto(f"{server.url}/train?run={run.id}")
    wait_for_app(page)
    page.get_by_text("Paused at epoch").first.wait_for(timeout=PATIENCE)


def the_run(server: AppServer) -> Run:
    """The run that all of them are of, started now if it is not there yet."""
    if runs := list_runs(server.runs_folder):
        return runs[0]
    name = "A map of digits"
    config = make_config(dataset="mnist-12k", hidden=(512, 256), epochs=60, name=name)
    return submit(config, server.runs_folder)


PAGES: dict[str, Callable[[Page, AppServer], None]] = {
    "start": start,  # before there is any run
    "rivals": rivals,
    "tour": tour,
    "hole": hole,
    "watching": watching,
    "batch": batch,
    "replayed": replayed,
}


def main() -> None:
    """Start the app, take the pictures in the order of what happens, end it."""
    with sitting("Take the screenshots of docs/watching.md.", OUT, PAGES) as asked:
        for name in asked.names:
            for screen in (*SCREENS, TABLET):
                with opened(asked.browser, screen) as page:
                    PAGES[name](page, asked.server)
                    page.wait_for_timeout(2_000)  # tiles come from a worker, points glide
                    save_webp(page, asked.out / f"{name}-{screen.name}.webp")


if __name__ == "__main__":
    main()
