"""A sweep as a person makes one: start it, see it end, choose a trial by its point."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import (
    box_of,
    expect_as_wide_as_the_window,
    expect_no_cut_text,
    until,
    until_equal,
    wait_for_app,
)
from tests.browser.plane import atlas
from tests.browser.server import AppServer
from tests.browser.training import PATIENCE, button, expect_words
from vae_core.sweeps import list_sweeps


def trial_named(page: Page) -> list[str]:
    return parse_qs(urlsplit(page.url).query).get("trial", [])


@pytest.mark.timeout(300)  # three processes start, each to be waited for with patience
def test_a_sweep_is_started_seen_to_its_end_and_a_point_shows_the_plane_of_its_trial(
    page: Page, app_server: AppServer, expected_errors: list[re.Pattern[str]]
) -> None:
    expected_errors.append(re.compile(r"/_stcore/"))
    page.goto(f"{app_server.url}/sweeps")
    wait_for_app(page)
    page.get_by_text("Settings", exact=True).click()
    for number, values in enumerate(("1,40", "0", "2", "16")):  # beta, seed, epochs, hidden
        field = page.get_by_label(f"Values of setting {number + 1}", exact=True)
        field.fill(values)
        field.press("Tab")
    expect_words(page, "2 trials")
    button(page, "Train them all").click()
    expect_words(page, "of 2 finished")
    expect(page.get_by_text("2 of 2 finished").first).to_be_visible(timeout=4 * PATIENCE)
    [sweep] = list_sweeps(app_server.runs_folder)
    _, second = sweep.runs()

    # The first trial is shown by itself; the point of the other one is the lowest on its axis.
    expect(page.get_by_role("heading", name="beta 1", exact=True)).to_be_visible()
    chart = page.locator(".st-key-parallel-0 .js-plotly-plot")
    expect(chart.locator(".scatterlayer .point").first).to_be_visible()
    until(page, lambda: chart.locator(".scatterlayer .point").count() >= 6)
    expect(page.get_by_text("Reconstruct with it")).to_be_visible()
    wait_for_app(page)
    lowest = max(
        (box_of(page, point) for point in chart.locator(".scatterlayer .point").all()),
        key=lambda box: (round(box["x"]), box["y"]),
    )
    page.mouse.click(lowest["x"] + lowest["width"] / 2, lowest["y"] + lowest["height"] / 2)
    expect(page.get_by_role("heading", name="beta 40", exact=True)).to_be_visible()
    until_equal(page, lambda: trial_named(page), [second.id])
    atlas(page)
    page.go_back()
    expect(page.get_by_role("heading", name="beta 1", exact=True)).to_be_visible()
    expect_as_wide_as_the_window(page)
    expect_no_cut_text(page)
