"""Training as a person does it: start, watch the curve move, pause, resume, refresh, stop."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import until, until_equal, wait_for_app
from tests.browser.server import AppServer, kill_processes_naming
from tests.browser.training import (
    FOR_LONG,
    PATIENCE,
    button,
    expect_curve,
    expect_movement,
    expect_words,
    shown,
)
from vae_core.runs import (
    Run,
    State,
    create_run,
    list_runs,
    make_config,
    open_run,
    remove_run,
    submit,
)
from vae_core.runs.lock import FileLock


@pytest.fixture(autouse=True)
def deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """Streamlit asks for its own routes below a page's path first and falls back to the root."""
    expected_errors.append(re.compile(r"/train/_stcore/"))


@pytest.fixture(autouse=True)
def silence(app_server: AppServer) -> Iterator[None]:
    """No test leaves a run behind that the next one would wait for."""
    yield
    for run in list_runs(app_server.runs_folder):
        kill_processes_naming(run.path)
        # A killed process loses its name first and its lock last, on a busy machine much later.
        lock = FileLock(run.lock_path)
        assert lock.acquire(patience=PATIENCE / 1000)
        lock.release()
        remove_run(run)


@pytest.fixture
def run(app_server: AppServer) -> Run:
    """A tiny network that trains for as long as the test needs it."""
    config = make_config(dataset="digits", hidden=(16,), epochs=FOR_LONG, name="Long one")
    return submit(config, app_server.runs_folder)


def change_learning_rate(page: Page, rate: float) -> None:
    """As a person does it: the page goes on moving underneath, and what was typed stays."""
    button(page, "More").click()
    page.get_by_text("Change a setting").click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_label("Learning rate", exact=True)
    field.fill(str(rate))
    field.press("Tab")
    expect_movement(page)
    expect(field).to_have_value(str(rate))
    dialog.get_by_role("button", name="Change", exact=True).click()
    expect_words(page, str(rate))


@pytest.mark.timeout(300)  # two processes start, each to be waited for with patience
def test_a_first_run_is_started_watched_paused_resumed_changed_and_stopped(
    page: Page, app_server: AppServer
) -> None:
    page.goto(f"{app_server.url}/train")
    wait_for_app(page)
    expect_words(page, "Nothing has been trained here yet")
    page.get_by_text("Settings").click()
    epochs = page.get_by_label("Epochs", exact=True)
    epochs.fill(str(FOR_LONG))
    epochs.press("Tab")
    button(page, "Watch it learn").click()

    expect(page).to_have_url(re.compile(r"[?&]run="), timeout=PATIENCE)
    expect_curve(page)
    expect_movement(page)
    [run_id] = parse_qs(urlsplit(page.url).query)["run"]
    run = open_run(app_server.runs_folder, run_id)
    other_tab = shown(page.context.new_page(), app_server, run)
    page.reload()
    for tab in (page, other_tab):
        expect(tab.get_by_role("heading", name="Fast digits")).to_be_visible(timeout=PATIENCE)
        expect_curve(tab)

    button(page, "Pause").click()
    for tab in (page, other_tab):
        expect(button(tab, "Resume")).to_be_visible(timeout=PATIENCE)
        expect_words(tab, "Nothing is lost")
    paused_at = run.status().samples
    button(page, "Resume").click()
    for tab in (page, other_tab):  # the other one hears of it without being touched
        expect(button(tab, "Pause")).to_be_visible(timeout=PATIENCE)
    # Another process goes on with the run, and has to start first.
    until(page, lambda: run.status().state == "running")
    expect_movement(page)
    until(page, lambda: run.status().samples > paused_at)

    change_learning_rate(page, 0.0025)
    until_equal(page, lambda: run.metrics()[-1].learning_rate, 0.0025)

    button(page, "Stop").click()
    expect_words(page, "Stopped at epoch")
    until_equal(page, lambda: run.status().state, "stopped")
    # And how it came about can be played again.
    expect(page.get_by_role("slider", name="Epoch")).to_be_visible(timeout=PATIENCE)


def test_a_queued_run_says_what_it_waits_for_and_can_be_removed(
    page: Page, app_server: AppServer, run: Run
) -> None:
    queued = submit(make_config(dataset="digits", name="Patient one"), app_server.runs_folder)
    shown(page, app_server, queued)
    expect_words(page, "Waiting for “Long one” to end")
    button(page, "More").click()
    page.get_by_text("Remove this run…").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("heading", name="Long one")).to_be_visible(timeout=PATIENCE)
    until(page, lambda: not queued.path.exists())


def test_samples_of_a_run_without_a_plane_sharpen_and_can_be_slid_back(
    page: Page, app_server: AppServer
) -> None:
    small = {"hidden": (8,), "channels": (4,), "receptive_field": 1}
    config = make_config(
        dataset="digits", network="pixelcnn", binarize="dynamic", epochs=FOR_LONG, **small
    )
    shown(page, app_server, submit(config, app_server.runs_folder))
    expect_words(page, "Watch it learn to draw")
    sheet, pictures = page.locator("figure.sheet"), page.locator("figure.sheet canvas")
    told = page.locator("figure.sheet figcaption")
    expect(told).to_contain_text("samples x ~ p(x|z) of codes z ~ p(z)", timeout=PATIENCE)
    until(page, lambda: pictures.count() in (16, 36))  # fewer where drawing takes long
    expect(sheet).to_have_attribute("data-epoch", re.compile(r"."), timeout=PATIENCE)
    first = sheet.get_attribute("data-epoch")
    expect(sheet).not_to_have_attribute("data-epoch", first or "", timeout=PATIENCE)
    multiples = "each => parseInt(each.style.width) % each.width"
    until(page, lambda: pictures.first.evaluate(multiples) == 0)

    button(page, "Stop").click()
    expect_words(page, "How it learned to draw")
    slider = sheet.get_by_role("slider")
    until(page, lambda: slider.input_value() == slider.get_attribute("max"))
    slider.fill("0")
    expect(told).to_contain_text("before the first step")
    cursor = "getComputedStyle(document.querySelector('.st-key-chart-elbo'), '::after').content"
    until(page, lambda: page.evaluate(cursor) == '""')  # where the curves were then


def test_the_page_follows_a_run_through_its_states_and_a_dialog_keeps_what_is_typed(
    page: Page, app_server: AppServer
) -> None:
    """The states are written as a worker, another tab or a command would write them."""
    config = make_config(dataset="digits", hidden=(16,), epochs=9, name="Changing one")
    run = create_run(config, app_server.runs_folder)
    held = FileLock(run.lock_path)  # as by a worker, so that the app starts none

    def becomes(state: State, epoch: int) -> None:
        update = {"state": state, "epoch": epoch, "samples": epoch, "seconds": 1.0}
        run.write_status(run.stored_status().model_copy(update=update))

    def expect_epoch(epoch: int) -> None:
        expect(page.get_by_text(f"{epoch:03d} / 009")).to_be_attached(timeout=PATIENCE)

    assert held.acquire()
    try:
        becomes("paused", 0)
        shown(page, app_server, run)
        walk: tuple[tuple[int, State, str], ...] = (
            (1, "running", "Pause"),
            (2, "paused", "Resume"),
            (3, "queued", "Pause"),  # resumed in another tab
        )
        for epoch, state, answer in walk:
            becomes(state, epoch)
            expect_epoch(epoch)
            expect(button(page, answer)).to_be_enabled(timeout=PATIENCE)

        button(page, "New run…").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("Advanced").click()
        rate = dialog.get_by_label("Learning rate", exact=True)
        rate.fill("200")  # and neither Enter nor Tab
        under: tuple[State, ...] = ("running", "paused", "finished")
        for epoch, state in enumerate(under, 4):
            becomes(state, epoch)
            expect_epoch(epoch)
            expect(rate).to_have_value("200")
            expect(dialog.get_by_label("Batch size")).to_be_visible()  # unfolded as it was
        held.release()
        remove_run(run)
        expect(page.locator(f".st-key-stop-{run.id}")).to_have_count(0, timeout=PATIENCE)
        expect(rate).to_have_value("200")

        dialog.get_by_role("button", name="Start training").click()
        told = dialog.get_by_text("Learning rate cannot be 200: give a number above 0")
        expect(told).to_be_in_viewport(timeout=PATIENCE)
        expect(rate).to_have_value("200")
        page.keyboard.press("Escape")
        expect_words(page, "Nothing has been trained here yet")
    finally:
        held.release()
