"""A person measures the gap in a bound in its two parts, then whether the code has collapsed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import until, wait_for_app


@pytest.fixture(autouse=True)
def _deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """A page opened by its address makes Streamlit look for its server there first."""
    expected_errors.append(re.compile(r"404 .*/diagnose/_stcore/"))


def test_blur_is_measured_of_means_and_samples_apart_and_its_pictures_are_shown(
    open_app: Callable[[str], Page],
) -> None:
    page = open_app("/diagnose?model=shipped:mnist-2d")
    title = page.get_by_role("heading", level=1)
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name=re.compile("^digits-2d")).click()
    until(page, lambda: "digits-2d" in page.url)
    wait_for_app(page)
    expect(page.get_by_role("combobox", name="Split")).to_have_value("test · 300 images")
    page.get_by_role("radio", name="Blur").click()
    expect(title).to_have_text("How sharp its pictures are, beside real ones")
    page.get_by_role("button", name="Measure", exact=True).click()
    expect(title).to_have_text(
        re.compile(r"^Means are 0\.\d+ times as sharp as real images, samples 3\.\d+$"),
        timeout=60_000,
    )
    expect(page.get_by_test_id("stAlert")).to_have_count(0)  # of images that nobody asked for
    expect(page.locator("canvas")).to_have_count(1)
    rows = page.locator(".diagnose-strips h4")
    expect(rows.first).to_have_text("Real images (test)")
    expect(rows).to_have_count(8)
    expect(page.get_by_alt_text("the most blurred means E[x|z]").first).to_be_visible()

    page.get_by_role("radio", name="Samples").click()
    until(page, lambda: "view=samples" in page.url)
    expect(title).to_have_text("Whether its samples look real, and show all there is")
    expect(page.get_by_role("button", name="Measure", exact=True)).to_be_visible()


def test_the_gap_is_measured_in_its_two_parts_and_the_collapse_beside_its_forecast(
    open_app: Callable[[str], Page],
) -> None:
    page = open_app("/diagnose?model=shipped:digits-2d&images=10")
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("How far the bound is below log p(x), and why")
    page.get_by_role("button", name="Measure", exact=True).click()
    expect(title).to_have_text(
        re.compile(r"^The bound is 0\.\d+ ± 0\.\d+ nats below log p\(x\)"), timeout=120_000
    )
    for part in ("approximation", "amortisation"):
        said = re.compile(rf"\d ± 0\.\d+ because .*\({part}\)")
        expect(page.get_by_text(said).first).to_be_visible()
    for chart in ("gaps", "curve"):
        expect(page.locator(f".st-key-diagnose-{chart} canvas")).to_have_count(1)

    wait_for_app(page)
    page.get_by_role("radio", name="Collapse").click()
    until(page, lambda: "view=collapse" in page.url)
    page.get_by_role("button", name="Measure", exact=True).click()
    expect(title).to_have_text("Both latent dimensions are in use", timeout=60_000)
    expect(page.get_by_text("300 images can show 5.70 nats at most (log N)")).to_be_visible()
    expect(page.get_by_text("In use by the forecast: 2; in this model: 2")).to_be_visible()
    expect(page.locator("canvas")).to_have_count(1)
