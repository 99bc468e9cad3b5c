"""The main job as one person does it in one sitting, from first look to a model of their own."""

import re
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Page, expect

from tests.browser.helpers import until, until_equal, wait_for_app
from tests.browser.plane import atlas, move_to, picture_pixels, shown_z, write_file
from tests.browser.server import AppServer, kill_processes_naming
from vae_core.runs import list_runs

PATIENCE = 120_000  # milliseconds: two epochs of real digits, while other tests compute


@pytest.fixture(autouse=True)
def _deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """A page opened by its address makes Streamlit look for its server there first."""
    expected_errors.append(re.compile(r"404 .*/_stcore/"))


def fill(page: Page, label: str, value: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Tab")


def open_file(page: Page, path: Path) -> None:
    uploader = page.get_by_test_id("stPopoverBody").locator("input[type=file]")
    if not uploader.count():
        page.get_by_role("button", name="Open a model…").click()
    uploader.set_input_files(str(path))


@pytest.mark.timeout(480)
def test_a_newcomer_roams_trains_loses_the_worker_resumes_explores_and_reconstructs(
    app_server: AppServer, page: Page, tmp_path: Path
) -> None:
    # Opens the app: the shipped model is alive. Roams, pins, and comes back by the link.
    page.goto(app_server.url)
    wait_for_app(page)
    atlas(page)
    move_to(page, 0.3, 0.3)
    first = picture_pixels(page)
    move_to(page, 0.7, 0.6)
    until(page, lambda: not torch.equal(picture_pixels(page), first))
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url(re.compile(r"z="), timeout=PATIENCE)
    pinned = shown_z(page)
    page.reload()
    atlas(page)
    until_equal(page, lambda: shown_z(page), pytest.approx(pinned, rel=1e-3))

    # Trains on real digits and sees the curve move.
    page.get_by_role("link", name="Train", exact=True).click()
    page.wait_for_url(re.compile(r"/train"), timeout=PATIENCE)
    preset = page.locator("label", has_text="A map of digits")
    preset.wait_for(timeout=PATIENCE)
    wait_for_app(page)  # a click on a form that is still being drawn goes nowhere
    preset.click()
    page.get_by_text("Settings", exact=True).click()
    fill(page, "Epochs", "2")
    page.get_by_role("button", name="Watch it learn").click()
    page.wait_for_url(re.compile(r"[?&]run="), timeout=PATIENCE)
    [run] = list_runs(app_server.runs_folder)
    assert run.config.dataset == "mnist-12k"
    curve = page.locator(".st-key-chart-elbo canvas").first
    curve.wait_for(timeout=PATIENCE)
    before = curve.evaluate("canvas => canvas.toDataURL()")

    # The worker is killed; the page says so and resumes it to its end.
    kill_processes_naming(run.path)
    expect(page.get_by_text("Resume goes on from the last checkpoint").first).to_be_visible(
        timeout=PATIENCE
    )
    page.get_by_role("button", name="Resume", exact=True).click()
    # A worker gives way to all else, and other tests compute at the same time.
    until_equal(page, lambda: run.status().state, "finished", seconds=2 * PATIENCE / 1000)
    expect(page.get_by_text("Finished in").first).to_be_visible(timeout=PATIENCE)
    until(page, lambda: run.status().test is not None)
    until(page, lambda: curve.evaluate("canvas => canvas.toDataURL()") != before)

    # The model is in Explore and in Reconstruct without a restart.
    page.get_by_role("link", name="Explore it").click()
    page.wait_for_url(re.compile(rf"model=run(:|%3A){run.id}"), timeout=PATIENCE)
    atlas(page)
    expect(page.locator(".readout")).to_contain_text("12,000 points")
    page.goto(f"{app_server.url}/reconstruct?model=run:{run.id}")
    expect(page.locator(".card").first).to_be_visible(timeout=PATIENCE)

    # A bad model file gets a sentence and costs nothing; a good one opens.
    page.goto(app_server.url)
    wait_for_app(page)
    atlas(page)
    bad = write_file(tmp_path, "bad.safetensors", b"\x80\x04 not a model at all")
    open_file(page, bad)
    expect(page.get_by_text("pickle").first).to_be_visible(timeout=PATIENCE)
    atlas(page)
    trained = run.model_path()
    assert trained is not None
    good = write_file(tmp_path, "mine.safetensors", trained.read_bytes())
    open_file(page, good)
    page.wait_for_url(re.compile(r"model=(file|run)"), timeout=PATIENCE)
    atlas(page)
