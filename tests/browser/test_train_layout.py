"""The page of a run that trains, wide and narrow, light and dark. All tests look at one run."""

import re

import pytest
import torch
from playwright.sync_api import Page, expect

from tests.browser.helpers import (
    expect_as_wide_as_the_window,
    expect_no_cut_text,
    until,
    until_equal,
)
from tests.browser.plane import atlas, move_to, picture_pixels, shown_z
from tests.browser.server import AppServer
from tests.browser.training import FOR_LONG, button, expect_curve, expect_movement, shown
from vae_core.runs import Run, make_config, submit

# Looks at every frame where it stands. A frame in which it is being replaced has none.
WATCH_THE_GRADIENT_NORM = """() => {
    window.places = Object.assign(new Set(), { looks: 0 });
    const look = () => {
        const shadows = [...document.querySelectorAll("*")].map(({ shadowRoot }) => shadowRoot);
        const readout = shadows.find(shadow => shadow?.querySelector(".readout .gauges"));
        const label = [...readout?.querySelectorAll("span") ?? []].find(
            span => span.textContent === "gradient norm");
        if (label) {
            const { x, y } = label.getBoundingClientRect();
            window.places.add(`${x}, ${y}`);
            window.places.looks += 1;
        }
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest.fixture(autouse=True)
def deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """Streamlit asks for its own routes below a page's path first and falls back to the root."""
    expected_errors.append(re.compile(r"/train/_stcore/"))


@pytest.fixture(scope="module")
def run(app_server: AppServer) -> Run:
    """A tiny network that trains for as long as the tests need it; it ends with the app."""
    config = make_config(
        dataset="digits", hidden=(16,), latent_dim=3, epochs=FOR_LONG, name="Long one"
    )
    return submit(config, app_server.runs_folder)


def test_the_counter_does_not_move_what_stands_beside_it(
    page: Page, app_server: AppServer, run: Run
) -> None:
    shown(page, app_server, run)
    expect_curve(page)
    page.evaluate(WATCH_THE_GRADIENT_NORM)
    for _ in range(4):
        expect_movement(page, changes=1)
    until(page, lambda: page.evaluate("places.looks > 4 && places.size === 1"))


def test_the_page_of_a_run_cuts_no_text_at_any_width_and_its_primary_button_can_be_read_in_the_dark(
    page: Page, app_server: AppServer, run: Run
) -> None:
    """Nor has anything to be scrolled sideways, in the light or in the dark."""
    shown(page, app_server, run)
    expect_curve(page)
    expect_no_cut_text(page)
    page.emulate_media(color_scheme="dark")
    shown(page, app_server, run)
    expect_curve(page)
    expect(button(page, "Pause")).to_have_css("color", "rgb(20, 22, 26)")
    expect_as_wide_as_the_window(page)


def test_the_map_moves_while_the_run_learns_and_answers_the_pointer(
    page: Page, app_server: AppServer, run: Run
) -> None:
    shown(page, app_server, run)
    atlas(page)
    before = picture_pixels(page, ".ground")
    until(page, lambda: not torch.equal(picture_pixels(page, ".ground"), before))
    pinned = shown_z(page)
    move_to(page, 0.3, 0.3)
    until(page, lambda: shown_z(page) != pinned)
    # Under a pointer that rests the picture goes on: it is drawn with the newest weights.
    resting, picture = shown_z(page), picture_pixels(page)
    until(page, lambda: not torch.equal(picture_pixels(page), picture))
    until_equal(page, lambda: shown_z(page), resting)
    page.get_by_role("button", name="Tiles").click()
    page.locator(".atlas[data-grids~='linear']").wait_for()
    # Of three dimensions two are seen at a time, or where the encodings spread most.
    for plane, name in (("pca", "PCA"), ("axes", "Axes"), ("pca", "PCA")):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(".atlas")).to_have_attribute("data-plane", re.compile(plane))
    button(page, "Points").click()
    dots = picture_pixels(page, ".ground")
    until(page, lambda: not torch.equal(picture_pixels(page, ".ground"), dots))
