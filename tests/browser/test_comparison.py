"""Comparing runs as a person does it: group the seeds, smooth, zoom by dragging, take it away."""

import csv
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import box_of, expect_as_wide_as_the_window, until, wait_for_app
from tests.browser.server import AppServer
from tests.latent_atlas.ui.compare.runs_on_disk import written


@pytest.fixture(scope="module")
def compared(app_server: AppServer) -> AppServer:
    """The app with three runs of two configurations."""
    for seed, beta in ((0, 1.0), (1, 1.0), (0, 4.0)):
        written(
            lambda images: -30.0 - 500 / images,
            below=seed + beta,
            seed=seed,
            beta=beta,
            folder=app_server.runs_folder,
        )
    return app_server


def _choose(page: Page, what: str, value: str) -> None:
    page.get_by_role("combobox", name=what).click()
    page.get_by_role("option", name=value, exact=True).click()
    wait_for_app(page)


def _zoom(page: Page) -> list[str]:
    return parse_qs(urlsplit(page.url).query).get("zoom", [])


def expect_rows(path: Path, low: float, high: float) -> None:
    """Expects the mean of two runs that are 1 apart, smoothed, in the part that is seen."""
    rows = list(csv.DictReader(path.read_text().splitlines()))
    means = [row for row in rows if row["kind"] == "mean, smoothed"]
    assert {(row["line"], row["standard_error"]) for row in means} == {("beta 1", "0.5")}
    assert all(low <= float(row["images seen"]) <= high for row in rows)


def test_seeds_are_grouped_and_smoothed_and_the_zoom_stays_while_the_axis_changes(
    compared: AppServer, page: Page, expected_errors: list[re.Pattern[str]]
) -> None:
    expected_errors.append(re.compile(r"/runs/_stcore/"))
    names = sorted(path.name for path in compared.runs_folder.iterdir() if path.is_dir())
    page.goto(f"{compared.url}/runs?{'&'.join(f'run={name}' for name in names)}")
    wait_for_app(page)
    whole = page.get_by_role("button", name="Whole axis")
    legend = page.get_by_role("listitem")  # the table of differences has the name as well
    expect(legend.get_by_text("beta 1 · seed 1", exact=True)).to_be_visible()
    _choose(page, "Lines", "all but the seed")
    expect(page.get_by_text("beta 1 (n = 2)")).to_be_visible()
    expect(page.get_by_text("“beta 4” is one run, so without a band.")).to_be_visible()
    _choose(page, "Smoothing", "mean of 5 points")
    expect(page.get_by_text("mean of 5 neighbouring points")).to_be_visible()
    expect(whole).to_be_disabled()

    chart = box_of(page, page.get_by_test_id("stEChartsChart"))
    at = chart["y"] + chart["height"] / 2
    page.mouse.move(chart["x"] + 0.3 * chart["width"], at)
    page.mouse.down()
    page.mouse.move(chart["x"] + 0.5 * chart["width"], at, steps=4)
    page.mouse.move(chart["x"] + 0.8 * chart["width"], at, steps=4)
    page.mouse.up()
    expect(whole).to_be_enabled()
    until(page, lambda: len(_zoom(page)) == 1)
    (kept,) = _zoom(page)
    low, high = map(float, kept.removeprefix("images:").split("~"))
    until(page, lambda: 200 < low < 350 and 750 < high < 850)

    along = page.get_by_role("radiogroup", name="Along")
    along.get_by_text("epochs").click()
    expect(page.get_by_text("Zoom, in epochs")).to_be_visible()
    expect(whole).to_be_disabled()
    along.get_by_text("images").click()
    expect(page.get_by_text("Zoom, in images")).to_be_visible()
    expect(whole).to_be_enabled()
    until(page, lambda: _zoom(page) == [kept])

    with page.expect_download() as downloading:
        page.get_by_role("button", name="CSV", exact=True).click()
    expect_rows(Path(downloading.value.path()), low, high)

    page.reload()
    wait_for_app(page)
    expect(page.get_by_text("beta 1 (n = 2)")).to_be_visible()
    expect(whole).to_be_enabled()
    expect_as_wide_as_the_window(page)
    page.get_by_test_id("stEChartsChart").dblclick()
    expect(whole).to_be_disabled()
    until(page, lambda: _zoom(page) == [])
    expect(page).to_have_url(re.compile("smoothing="))


def test_small_multiples_are_a_chart_for_each_group_and_share_one_zoom(
    compared: AppServer, page: Page, expected_errors: list[re.Pattern[str]]
) -> None:
    expected_errors.append(re.compile(r"/runs/_stcore/"))
    names = sorted(path.name for path in compared.runs_folder.iterdir() if path.is_dir())
    chosen = "&".join(f"run={name}" for name in names)
    page.goto(f"{compared.url}/runs?{chosen}&lines=all+but+the+seed")
    charts = page.get_by_test_id("stEChartsChart")
    expect(page.get_by_text("beta 1 (n = 2)")).to_be_visible()
    expect(charts).to_have_count(1)

    overlay = page.get_by_role("radio", name="overlay")
    overlay.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(charts).to_have_count(2)
    for group in ("beta 1 (n = 2)", "beta 4"):
        expect(page.get_by_text(group, exact=True)).to_be_visible()

    whole = page.get_by_role("button", name="Whole axis")
    last = box_of(page, charts.last)
    at = last["y"] + last["height"] / 2
    page.mouse.move(last["x"] + 0.4 * last["width"], at)
    page.mouse.down()
    page.mouse.move(last["x"] + 0.8 * last["width"], at, steps=4)
    page.mouse.up()
    expect(whole).to_be_enabled()
    page.wait_for_url(re.compile("zoom="))
    page.reload()
    expect(charts).to_have_count(2)
    expect(whole).to_be_enabled()
    charts.first.dblclick()  # shared: another chart gives it back
    expect(whole).to_be_disabled()
    until(page, lambda: _zoom(page) == [])
