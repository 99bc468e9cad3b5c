"""The Runs page as a researcher uses it: find, star, rename, remove, take away, bring back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import box_of, expect_no_cut_text, until, until_equal, wait_for_app
from tests.browser.server import AppServer
from tests.browser.test_accessibility import findings
from tests.browser.training import PATIENCE, button, expect_words
from vae_core.runs import Run, create_run, list_runs, make_config, remove_run

TICK, STAR, NAME = 16, 52, 160  # pixels from the left of the table, which is a canvas
HEAD, ROW = 36, 35  # pixels high


@pytest.fixture(autouse=True)
def deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """Streamlit asks for its own routes below a page's path first and falls back to the root."""
    expected_errors.append(re.compile(r"/runs/_stcore/"))


def made(server: AppServer, name: str, beta: float) -> Run:
    """A run that nobody trains."""
    run = create_run(make_config(dataset="digits", name=name, beta=beta), server.runs_folder)
    run.write_status(run.stored_status().model_copy(update={"state": "finished"}))
    return run


def expect_rows(page: Page, count: int) -> None:
    """Wait until the table has so many: within its canvas it is one for screen readers, too."""
    table = page.get_by_test_id("stDataFrame").first.locator("canvas table")
    expect(table).to_have_attribute("aria-rowcount", f"{count + 1}", timeout=PATIENCE)
    wait_for_app(page)


def click(page: Page, across: int, name: str) -> None:
    """Click so far from the left into the row of a run."""
    canvas = page.get_by_test_id("stDataFrame").locator("canvas").first
    row = canvas.locator("tbody tr", has_text=name)
    row.wait_for(state="attached", timeout=PATIENCE)
    place = int(row.get_attribute("aria-rowindex") or 0) - 2
    box = box_of(page, canvas)
    page.mouse.click(box["x"] + across, box["y"] + HEAD + ROW * place + ROW / 2)


def find(page: Page, words: str) -> None:
    field = page.get_by_label("Find runs")
    field.fill(words)
    field.press("Enter")


@pytest.mark.timeout(240)
def test_runs_are_found_starred_renamed_and_removed_with_an_undo(
    page: Page, app_server: AppServer
) -> None:
    made(app_server, "deep", 1.0)
    made(app_server, "plain", 1.0)
    wide = made(app_server, "wide", 4.0)
    page.goto(f"{app_server.url}/runs")
    expect_rows(page, 3)

    find(page, "beta>2")
    expect_rows(page, 1)
    click(page, STAR, "wide")
    until(page, lambda: wide.annotations.starred)
    find(page, "")
    expect_rows(page, 3)
    page.get_by_text("Starred", exact=True).click()
    expect_rows(page, 1)

    click(page, TICK, "wide")
    button(page, "Edit…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("the one for the thesis")
    dialog.get_by_role("button", name="Save").click()
    until_equal(page, lambda: wide.title, "the one for the thesis")
    expect(dialog).to_have_count(0, timeout=PATIENCE)
    page.get_by_text("Starred", exact=True).click()
    expect_rows(page, 3)

    click(page, TICK, "plain")
    expect_words(page, "2 ticked")
    until_equal(page, lambda: findings(page), [])
    expect_no_cut_text(page)
    button(page, "Remove 2").click()
    until_equal(page, lambda: titles(app_server), {"deep"})
    button(page, "Undo").click()
    until_equal(page, lambda: titles(app_server), {"deep", "plain", "the one for the thesis"})
    expect_words(page, "2 ticked")
    expect(page).to_have_url(re.compile("run=.*run="))
    page.reload()  # the link holds what is chosen
    expect(page.get_by_role("link", name="Overlay on Train")).to_be_visible(timeout=PATIENCE)


def titles(server: AppServer) -> set[str]:
    return {run.title for run in list_runs(server.runs_folder)}


def bring(page: Page, file: Path) -> None:
    """Choose a file in the popover that imports, which is open afterwards."""
    chooser = page.get_by_test_id("stFileUploader")
    if not chooser.is_visible():
        button(page, "Import runs…").click()
    expect(chooser).to_be_visible(timeout=PATIENCE)
    chooser.locator("input[type=file]").set_input_files(file)


def test_runs_leave_as_a_zip_and_come_back_and_what_is_no_zip_loses_nothing(
    page: Page, app_server: AppServer, tmp_path: Path
) -> None:
    app_server.clear()
    gone, stays = made(app_server, "gone", 2.0), made(app_server, "stays", 3.0)
    page.goto(f"{app_server.url}/runs?run={gone.id}&run={stays.id}")
    expect_rows(page, 2)
    with page.expect_download() as downloading:
        button(page, "Export").click()
    taken = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(taken)
    remove_run(gone)

    no_zip = tmp_path / "holiday.png"
    no_zip.write_bytes(b"\x89PNG")
    bring(page, no_zip)
    expect_words(page, "This file is no ZIP, or a damaged one")
    until_equal(page, lambda: titles(app_server), {"stays"})

    bring(page, taken)
    expect_words(page, "2 runs imported, 1 of them beside one of the same name.")
    expect_rows(page, 3)
    until_equal(page, lambda: titles(app_server), {"gone", "stays"})


def test_a_name_leads_to_its_run_and_leads_there_again_after_the_way_back(
    page: Page, app_server: AppServer, expected_errors: list[re.Pattern[str]]
) -> None:
    expected_errors.append(re.compile(r"/train/_stcore/"))
    for left in list_runs(app_server.runs_folder):  # of other tests, or of a first try of this one
        remove_run(left)
    run = made(app_server, "once more", 1.0)
    page.goto(f"{app_server.url}/runs")
    for _ in range(2):
        expect_rows(page, 1)  # a click on a table that is still being drawn goes nowhere
        click(page, NAME, "once more")
        page.wait_for_url(re.compile(f"/train.*run={run.id}"), timeout=PATIENCE)
        wait_for_app(page)
        page.get_by_role("link", name="Runs", exact=True).click()
        page.wait_for_url(re.compile("/runs"), timeout=PATIENCE)
