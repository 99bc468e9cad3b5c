"""A click that the page shows counts, whatever runs of the page come in between."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.helpers import until, wait_for_app
from tests.browser.server import AppServer, kill_processes_naming
from tests.browser.training import FOR_LONG, PATIENCE, button, expect_curve, shown
from vae_core.runs import Run, list_runs, make_config, request_pause, submit


@pytest.fixture(autouse=True)
def deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """Streamlit asks for its own routes below a page's path first and falls back to the root."""
    expected_errors.append(re.compile(r"/train/_stcore/"))


@pytest.fixture(scope="module")
def run(app_server: AppServer) -> Run:
    """A tiny network that trains for as long as the tests need it."""
    config = make_config(dataset="digits", hidden=(16,), epochs=FOR_LONG, name="Long one")
    return submit(config, app_server.runs_folder)


def new_run_dialog(page: Page) -> Locator:
    button(page, "New run…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Epochs", exact=True)).to_be_visible(timeout=PATIENCE)
    return dialog


def was_started(app_server: AppServer, epochs: int) -> bool:
    return any(each.config.epochs == epochs for each in list_runs(app_server.runs_folder))


def press_straight_from_a_field(page: Page, app_server: AppServer, held_for: int) -> None:
    """Writes so many epochs and presses the button for so many milliseconds, which starts a run."""
    dialog = new_run_dialog(page)
    start = dialog.get_by_role("button", name="Start training")
    start.hover()  # which scrolls to it, and tries again when the dialog is drawn anew
    dialog.get_by_label("Epochs", exact=True).fill(str(1_000 + held_for))
    start.hover()  # which waits until it stands still, as a hand does
    page.mouse.down()
    page.wait_for_timeout(held_for)
    page.mouse.up()
    until(page, lambda: was_started(app_server, 1_000 + held_for))
    expect(dialog).to_have_count(0)


def test_a_press_straight_from_a_field_starts_what_the_field_says(
    page: Page, app_server: AppServer, run: Run
) -> None:
    """Pressing takes the focus from the field, so that the page runs while the button is held."""
    shown(page, app_server, run)
    for held_for in (0, 60, 250):
        press_straight_from_a_field(page, app_server, held_for)


def test_a_dialog_stays_with_what_was_typed_when_a_run_changes_its_state_underneath(
    page: Page, app_server: AppServer, run: Run
) -> None:
    shown(page, app_server, run)
    expect_curve(page)
    dialog = new_run_dialog(page)
    epochs = dialog.get_by_label("Epochs", exact=True)
    epochs.fill("2000")
    epochs.press("Tab")
    request_pause(run)
    expect(page.get_by_text("Nothing is lost").first).to_be_visible(timeout=PATIENCE)
    expect(epochs).to_have_value("2000")
    dialog.get_by_role("button", name="Start training").click()
    until(page, lambda: was_started(app_server, 2_000))
    expect(dialog).to_have_count(0)
    kill_processes_naming(app_server.runs_folder)


def test_a_closed_dialog_stays_closed(page: Page, app_server: AppServer, run: Run) -> None:
    shown(page, app_server, run)
    dialog = new_run_dialog(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.reload()
    wait_for_app(page)
    button(page, "New run…").click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    # Another run of the page does not bring it back.
    page.get_by_role("button", name="More").click()
    page.get_by_text("Remove this run…").click()
    expect(dialog.get_by_role("button", name="Keep it")).to_be_visible(timeout=PATIENCE)
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)


# Changes the plane and clicks on something else before the browser's next turn, in which what both
# have changed goes to the server in one message. That asks for the run of one fragment alone.
TOGETHER = """(control, [layers]) => {
    const plane = [...document.querySelectorAll("*")].map(({ shadowRoot }) => shadowRoot)
        .find(shadow => shadow?.querySelector(".atlas"));
    plane.querySelector(`[data-layers=${layers}]`).click();
    control.click();
}"""


def expect_together(control: Locator, layers: str) -> None:
    """Clicks on a control while the plane tells of other layers, which then are in the address."""
    control.evaluate(TOGETHER, [layers])
    control.page.wait_for_url(re.compile(f"layers={layers}"), timeout=PATIENCE)


def test_what_is_clicked_in_the_moment_that_the_plane_tells_is_drawn(
    page: Page, app_server: AppServer
) -> None:
    page.goto(f"{app_server.url}/?model=shipped:digits-2d&twin=shipped:mnist-2d")
    planes = page.locator(".atlas[data-ready=true]")
    expect(planes).to_have_count(2)
    wait_for_app(page)
    expect_together(page.get_by_role("button", name="Clear value"), "both")
    expect(planes).to_have_count(1)
    wait_for_app(page)
    expect_together(page.get_by_role("button", name="Take away"), "tiles")
    expect(page.get_by_text("A link to this view")).to_be_visible()
    page.keyboard.press("Escape")
    wait_for_app(page)
    expect_together(page.get_by_role("button", name="Equations"), "both")
    expect(page.get_by_role("dialog")).to_be_visible()
