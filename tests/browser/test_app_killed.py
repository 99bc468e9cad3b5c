"""kill -9 of the app does not touch the run that it started, and the next start finds it again."""

import os
import re
import signal
import time
from pathlib import Path

import torch
from playwright.sync_api import Page, expect

from tests.browser.helpers import until, wait_for_app
from tests.browser.plane import atlas, picture_pixels
from tests.browser.server import running_app
from tests.browser.training import button
from vae_core.runs import Run, list_runs

PATIENCE = 30_000  # milliseconds
# What a page says on the console when its server has gone, and while it looks for it.
STREAMLIT_IS_GONE = re.compile(
    r"_stcore|ERR_CONNECTION_(?:REFUSED|RESET)|ERR_EMPTY_RESPONSE|ERR_CONTENT_LENGTH_MISMATCH"
    r"|ERR_INCOMPLETE_CHUNKED_ENCODING|WebSocket|disconnected from server|not responding|404"
    r"|Failed to fetch|NetworkError|DoInitPings timed out|Connection timed out"
)


def _trains_on(run: Run) -> None:
    before, deadline = run.status().step, time.monotonic() + 30
    while run.status().step == before:
        assert time.monotonic() < deadline, run.status()
        time.sleep(0.1)
    assert run.status().state == "running"


def test_a_run_goes_on_when_the_app_is_killed_and_open_tabs_find_all_again_when_it_starts(
    page: Page,
    expected_errors: list[re.Pattern[str]],
    tmp_path: Path,
) -> None:
    expected_errors.append(STREAMLIT_IS_GONE)
    digits = "?model=shipped:digits-2d"  # small data: each app encodes them anew
    shown = {f"/{digits}": ".atlas[data-ready='true']", f"/reconstruct{digits}": ".card"}
    tabs = {path: page.context.new_page() for path in shown}
    with running_app(tmp_path) as server:
        for path, element in shown.items():
            tabs[path].goto(f"{server.url}{path}")
            wait_for_app(tabs[path])
            tabs[path].locator(element).first.wait_for(timeout=PATIENCE)
        page.goto(f"{server.url}/train")
        wait_for_app(page)
        page.get_by_text("Settings").click()
        epochs = page.get_by_label("Epochs", exact=True)
        epochs.fill("100000")
        epochs.press("Tab")
        page.get_by_role("button", name="Watch it learn").click()
        page.wait_for_url(re.compile(r"[?&]run="), timeout=PATIENCE)
        [run] = list_runs(server.runs_folder)
        deadline = time.monotonic() + 30
        while run.status().state != "running":
            assert time.monotonic() < deadline, run.status()
            time.sleep(0.1)
        atlas(page)
        port = int(server.url.rpartition(":")[2])
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(timeout=10)
        _trains_on(run)
        with running_app(tmp_path, port=port):
            for path, element in shown.items():
                tabs[path].reload()
                wait_for_app(tabs[path])
                tabs[path].locator(element).first.wait_for(timeout=PATIENCE)
            # The map of the run goes on by itself, and all of the page when it is opened anew.
            map_then = picture_pixels(page, ".ground")
            until(page, lambda: not torch.equal(picture_pixels(page, ".ground"), map_then))
            page.reload()
            wait_for_app(page)
            expect(page.get_by_role("heading", name="Fast digits")).to_be_visible(timeout=PATIENCE)
            _trains_on(run)
            button(page, "Stop").click()
            expect(page.get_by_text("Stopped at epoch").first).to_be_visible(timeout=PATIENCE)
