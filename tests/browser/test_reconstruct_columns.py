"""What stands in the columns of Reconstruct, in which order, what bounds it, and what is kept."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import until, wait_for_app
from tests.browser.test_reconstruct import DIGITS, cards, choose, descends, opened, totals


@pytest.fixture(autouse=True)
def _deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """A page opened by its address makes Streamlit look for its server there first."""
    expected_errors.append(re.compile(r"404 .*/reconstruct/_stcore/"))


def numbers(page: Page, of: int) -> list[float]:
    """What the images cost under one of two models, in the order of the wall."""
    return totals(page)[of::2]


def differences(page: Page) -> list[float]:
    """How far apart the two models are, by what is written under their pictures."""
    return [abs(a - b) for a, b in zip(numbers(page, 0), numbers(page, 1), strict=True)]


def falls(values: list[float]) -> bool:
    """Whether none is larger than the one before it, as far as two rounded numbers say."""
    return all(later <= earlier + 0.11 for earlier, later in pairwise(values))


def test_an_epoch_of_the_model_is_a_column_and_each_order_puts_other_images_first(
    open_app: Callable[[str], Page],
) -> None:
    page = opened(open_app)
    page.get_by_role("button", name="Epochs…").click()
    page.get_by_role("button", name=re.compile(r"^epoch 5\.")).click()
    expect(page.locator(".compared")).to_contain_text("digits-2d, epoch 5.")
    page.wait_for_function("() => /with=shipped%3Adigits-2d%405/.test(location.search)")
    page.keyboard.press("Escape")
    until(page, lambda: len(totals(page)) == 48)
    choose(page, "Order", "Best first")
    until(page, lambda: descends(numbers(page, 0)[::-1]))
    choose(page, "Order", "Models differ most")
    until(page, lambda: falls(differences(page)))
    before = cards(page)
    choose(page, "Order", "Largest rate first")
    until(page, lambda: cards(page) != before)

    # The same order of the images that the model has learned from.
    choose(page, "Beside", "beside train")
    expect(page.locator(".card")).to_have_count(48)
    choose(page, "Beside", "This split alone")

    # Drawn from the posterior, and drawn again.
    copy = page.locator(".card img").nth(1)
    page.get_by_role("radio", name="Sample z", exact=True).click()
    page.get_by_role("button", name="Draw again").click()
    page.wait_for_function("() => /draw=1/.test(location.search)")
    wait_for_app(page)
    drawn = copy.get_attribute("src")
    page.get_by_role("button", name="Draw again").click()
    expect(copy).not_to_have_attribute("src", drawn or "")


def test_log_p_is_measured_when_asked_can_be_called_off_and_then_finds_outliers(
    open_app: Callable[[str], Page],
) -> None:
    page = open_app("/reconstruct?model=shipped:mnist-2d&view=split")
    expect(page.get_by_text("expected calibration error")).to_be_visible(timeout=60_000)
    choose(page, "Images", "first 500 images")
    page.get_by_role("button", name="Measure log p").click()
    page.locator(".st-key-split-log-p-cancel button").click(timeout=60_000)
    expect(page.get_by_text("Stopped: nothing was measured.")).to_be_visible()

    page.goto(page.url.split("?")[0] + "?model=shipped:digits-2d&view=split")
    wait_for_app(page)
    expect(page.get_by_text("By class")).to_be_visible()
    choose(page, "Images", "first 25 images")
    page.get_by_role("button", name="Measure log p").click()
    expect(page.get_by_text("A: by integration over a grid of z")).to_be_visible(timeout=60_000)
    page.get_by_role("radio", name="Image by image", exact=True).click()
    choose(page, "Order", "Least likely first")
    expect(page.locator(".card")).to_have_count(24)
    until(page, lambda: max(cards(page)) < 25)


def test_the_comparison_is_taken_away_as_report_table_and_picture(
    open_app: Callable[[str], Page],
) -> None:
    page = opened(open_app, f"{DIGITS}&with=shipped:digits-2d@5.267201")
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_text("latent-atlas compare")).to_have_count(0)  # no epoch has a name there
    kinds = {
        "Numbers of each image, CSV": b"index,",
        "Wall, PNG": b"\x89PNG",
        "Report, HTML": b"<!",
        "Report, PDF": b"%PDF",
    }
    for label, head in kinds.items():
        with page.expect_download(timeout=120_000) as waiting:
            page.get_by_role("button", name=label, exact=True).click()
        assert Path(waiting.value.path()).read_bytes().startswith(head)
