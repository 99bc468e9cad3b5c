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
    expect(page.locator("canvas")).to_have_count(2)

    wait_for_app(page)
    page.get_by_role("radio", name="Collapse").click()
    until(page, lambda: "view=collapse" in page.url)
    page.get_by_role("button", name="Measure", exact=True).click()
    expect(title).to_have_text("Both latent dimensions are in use", timeout=60_000)
    expect(page.get_by_text("300 images can show 5.70 nats at most (log N)")).to_be_visible()
    expect(page.get_by_text("In use by the forecast: 2; in this model: 2")).to_be_visible()
    expect(page.locator("canvas")).to_have_count(1)
