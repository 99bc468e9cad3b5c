"""Reconstruct as a person uses it: sort, filter, shuffle, compare, read a ledger, come back."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from latent_atlas.ui.images import png_bytes
from tests.browser.helpers import SHEET, box_of, until, until_equal, wait_for_app
from tests.browser.server import AppServer
from tests.pages.test_reconstruct import tiny

DIGITS = "/reconstruct?model=shipped:digits-2d"


@pytest.fixture(autouse=True)
def _deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """A page opened by its address makes Streamlit look for its server there first."""
    expected_errors.append(re.compile(r"404 .*/reconstruct/_stcore/"))


def cards(page: Page) -> list[int]:
    return [
        int(text)
        for text in page.locator(".card").evaluate_all("all => all.map(e => e.dataset.id)")
    ]


def totals(page: Page) -> list[float]:
    return [float(text) for text in page.locator(".card .total").all_inner_texts()]


def opened(open_app: Callable[[str], Page], path: str = DIGITS) -> Page:
    page = open_app(path)
    expect(page.locator(".card")).to_have_count(24, timeout=30_000)
    return page


def descends(numbers: list[float]) -> bool:
    return numbers == sorted(numbers, reverse=True)


def choose(page: Page, label: str, option: str) -> None:
    field = page.get_by_label(label, exact=True)
    listed = page.get_by_role("option", name=option, exact=True)
    field.hover()

    def is_open() -> bool:
        # A list that opens while the page scrolls to it shuts again: a person clicks once more.
        if not listed.is_visible():
            field.click()
            page.wait_for_timeout(300)
        return listed.is_visible()

    until(page, is_open)
    listed.click()
    wait_for_app(page)


def ledger(page: Page) -> dict[str, float]:
    rows = page.locator(".panel .account tr")
    return {
        name: float(cell.inner_text().partition(" ± ")[0])
        for name in ("distortion", "rate", "total")
        for cell in [rows.locator(f"xpath=self::*[contains(@class, '{name}')]/td")]
    }


def test_worst_first_descends_and_a_class_is_seen_alone(open_app: Callable[[str], Page]) -> None:
    page = opened(open_app)
    until(page, lambda: not descends(totals(page)))
    choose(page, "Order", "Worst first")
    until(page, lambda: descends(totals(page)))
    choose(page, "Class", "7")
    until(page, lambda: set(page.locator(".card .label").all_inner_texts()) == {"7"})
    until(page, lambda: descends(totals(page)))


def test_shuffle_shows_other_images_and_a_reload_the_same(open_app: Callable[[str], Page]) -> None:
    page = opened(open_app)
    before = cards(page)
    page.get_by_role("button", name="Shuffle").click()
    until(page, lambda: set(cards(page)) != set(before))
    wait_for_app(page)
    after = cards(page)
    page.locator(".card").nth(5).click()
    page.wait_for_function("id => location.search.includes(`image=${id}`)", arg=after[5])
    page.reload()
    wait_for_app(page)
    expect(page.locator(".card")).to_have_count(24, timeout=30_000)
    until_equal(page, lambda: cards(page), after)
    expect(page.locator(".card[aria-pressed='true']")).to_have_attribute("data-id", str(after[5]))


def test_the_ledger_of_a_clicked_image_adds_up(open_app: Callable[[str], Page]) -> None:
    page = opened(open_app)
    card = page.locator(".card").nth(2)
    card.click()
    expect(card).to_have_attribute("aria-pressed", "true")
    title = page.locator(".panel h2")
    expect(title).to_contain_text(f"Test image {card.get_attribute('data-id')}, class")
    values = page.locator(".panel .dimensions .value")

    def adds_up() -> bool:
        nats, total = ledger(page), float(card.locator(".total").inner_text())
        return (
            round(nats["distortion"] + nats["rate"], 2) == nats["total"]
            # The rate has no more digits than the total, of which it is a part.
            and abs(sum(map(float, values.all_inner_texts())) - nats["rate"]) < 0.051
            and abs(nats["total"] - total) < 0.051
        )

    until(page, adds_up)


def test_the_arrow_keys_walk_the_images_and_enter_opens_one(
    open_app: Callable[[str], Page],
) -> None:
    page = opened(open_app)
    first, second = page.locator(".card").nth(0), page.locator(".card").nth(1)
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(second).to_be_focused()
    expect(second).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowLeft")
    expect(first).to_be_focused()


def test_images_are_whole_multiples_unsmoothed_and_have_words(
    open_app: Callable[[str], Page],
) -> None:
    page = opened(open_app)
    images = page.locator(".card img, .panel img.pixels")
    expect(images).to_have_count(24 * 3 + 3)
    others = """all => all.map(image => {
        const { width, height } = image.getBoundingClientRect();
        const times = [width / image.naturalWidth, height / image.naturalHeight];
        return [...times, getComputedStyle(image).imageRendering, image.alt];
    }).filter(([x, y, rendering, alt]) =>
        x !== y || x !== Math.round(x) || x < 8 || rendering !== "pixelated" || !alt)"""
    until_equal(page, lambda: images.evaluate_all(others), [])


def test_two_models_are_held_against_each_other_pixel_by_pixel(
    open_app: Callable[[str], Page],
) -> None:
    page = open_app("/reconstruct?model=shipped:mnist-2d&with=shipped:mnist-10d")
    find = page.get_by_role("textbox", name="Find")
    find.fill("3")
    find.press("Enter")
    expect(page.locator(".card")).to_have_count(1, timeout=30_000)
    # What the bound bounds comes by itself, a column a model.
    facts = page.locator(".panel .fact.first td")
    expect(facts).to_have_text([re.compile("−[0-9.]+ ± "), re.compile("−[0-9.]+ ± ")])
    page.get_by_role("button", name="Swipe, flicker, magnify").click()
    lens = page.get_by_role("dialog")
    expect(lens.get_by_role("combobox", name=re.compile("^Left"))).to_have_value("mnist-2d")
    expect(lens.get_by_role("combobox", name=re.compile("^Right"))).to_have_value("mnist-10d")
    stage, swipe = lens.locator(".stage"), lens.get_by_role("slider")
    swipe.press("End")
    expect(stage).to_have_attribute("style", re.compile("--at: 100%"))
    flicker = lens.get_by_role("button", name="Flicker")
    flicker.click()
    expect(stage).to_have_class(re.compile("flickers"))
    expect(stage).to_have_attribute("style", re.compile("--at: 0%"))
    flicker.click()
    expect(stage).not_to_have_class(re.compile("flickers"))
    stage.hover()
    expect(lens.locator(".readout")).to_contain_text(
        re.compile(r"Row \d+, column \d+: mnist-2d \d+")
    )
    page.keyboard.press("Escape")
    expect(lens).to_have_count(0)
    page.get_by_role("button", name="More like it").click()
    expect(page.get_by_label("Order", exact=True)).to_have_value("Nearest to 3")


def test_ones_own_pictures_are_compared_in_the_models_columns(
    open_app: Callable[[str], Page], tmp_path: Path
) -> None:
    page = opened(open_app)
    strokes = np.zeros((40, 40), np.uint8)
    strokes[8:32, 18:22] = 255
    for name, levels in (("one.png", strokes), ("minus.png", strokes.T)):
        (tmp_path / name).write_bytes(png_bytes(levels))
    page.get_by_role("button", name="Bring images").click()
    page.locator("input[type='file']").last.set_input_files(
        [tmp_path / "one.png", tmp_path / "minus.png"]
    )
    expect(page.locator(".card")).to_have_count(2, timeout=30_000)
    expect(page.locator(".compared")).to_contain_text("on Your images")
    page.get_by_role("button", name="Bring images").click()
    page.get_by_text("Draw or paste one").click()
    # The popover moves as the sheet makes it higher: each step waits until it stands still.
    sheet = page.locator(SHEET)
    sheet.hover(position={"x": 40, "y": 40})
    page.mouse.down()
    sheet.hover(position={"x": 160, "y": 120})
    page.mouse.up()
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    wait_for_app(page)
    page.get_by_role("button", name="Add the drawing").click()
    expect(page.locator(".card")).to_have_count(3)


def test_the_keyboard_goes_into_what_a_button_opens_and_on_from_where_it_was(
    open_app: Callable[[str], Page],
) -> None:
    page = opened(open_app)
    door = page.get_by_role("button", name="Bring images")
    door.press("Enter")
    upload = page.get_by_test_id("stPopoverBody").get_by_role("button", name="Upload").last
    expect(upload).to_be_visible()
    page.keyboard.press("Tab")
    expect(upload).to_be_focused()
    page.keyboard.press("Escape")
    expect(door).to_be_focused()
    page.get_by_role("button", name="Swipe, flicker, magnify").press("Enter")
    page.get_by_role("application").press("ArrowRight")
    expect(page.locator(".readout")).to_contain_text("Row 5, column 6")
    page.keyboard.press("Escape")
    like = page.get_by_role("button", name="More like it")
    like.press("Enter")
    expect(page.get_by_label("Order", exact=True)).to_have_value(re.compile("Nearest"))
    expect(like).to_be_focused()


@pytest.mark.parametrize("rivals", [0, 11])
def test_what_is_compared_stays_in_sight_and_hides_nothing_that_has_the_focus(
    rivals: int,
    open_app: Callable[[str], Page],
    app_server: AppServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_CACHE", str(app_server.cache_folder))
    others = ",".join(tiny(f"rival {n}", (1, 8, 8), seed=n).key for n in range(rivals))
    page = open_app(DIGITS + (f"&with={others}" if others else ""))
    expect(page.locator(".card").first).to_be_visible()
    wait_for_app(page)
    bar = page.locator(".st-key-compared")
    expect(bar.locator(".compared b")).to_have_count(rivals + 1)
    page.get_by_text("What this number is, and what it is not").hover()
    expect(page.get_by_role("textbox", name="Find")).not_to_be_in_viewport()
    expect(bar.get_by_text("digits-2d", exact=True)).to_be_in_viewport()
    page.get_by_role("textbox", name="Find").focus()

    def lies_below_the_bar() -> bool:
        field, above = box_of(page, page.get_by_role("textbox", name="Find")), box_of(page, bar)
        return field["y"] >= above["y"] + above["height"] >= 60

    until(page, lies_below_the_bar)
    page.get_by_text("What this number is, and what it is not").hover()
    bar.get_by_role("radio", name="The whole split").click()
    expect(page).to_have_url(re.compile("view=split"))


def test_a_model_of_other_images_is_named_and_stands_beside(
    open_app: Callable[[str], Page],
) -> None:
    page = opened(open_app, "/reconstruct?model=shipped:mnist-2d&with=shipped:digits-2d")
    expect(page.get_by_text("digits-2d reads images of 8 × 8, grey")).to_be_visible()
    expect(page.locator(".card").first.get_by_role("img")).to_have_count(5)


def test_on_a_phone_the_ledger_opens_under_its_image_and_nothing_overflows(
    new_context: Callable[..., BrowserContext], app_server: AppServer
) -> None:
    page = new_context(viewport={"width": 390, "height": 844}, has_touch=True).new_page()
    page.goto(app_server.url + DIGITS)
    wait_for_app(page)
    expect(page.locator(".card")).to_have_count(24, timeout=30_000)
    expect(page.locator(".card img").first).to_be_in_viewport(ratio=0.5)
    split = page.get_by_label("Split", exact=True)
    expect(split).to_be_hidden()
    page.get_by_text("Data and more").tap()
    expect(split).to_be_visible()
    card = page.locator(".card").nth(1)
    card.tap()
    expect(page.locator(".cards > .panel")).to_be_visible()

    def lies_under_its_image() -> bool:
        below, above = box_of(page, page.locator(".cards > .panel")), box_of(page, card)
        return below["y"] >= above["y"] + above["height"]

    until(page, lies_under_its_image)
    page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
    card.tap()
    expect(page.locator(".panel")).to_have_count(0)
