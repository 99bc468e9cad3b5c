"""The wall of pictures below the plane of a run: it tells the step that the plane shows."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import until, until_equal
from tests.browser.server import AppServer
from tests.browser.training import PATIENCE, shown
from vae_core.runs import make_config, submit


@pytest.fixture(autouse=True)
def deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """Streamlit asks for its own routes below a page's path first and falls back to the root."""
    expected_errors.append(re.compile(r"/train/_stcore/"))


def test_the_epoch_slider_moves_plane_and_wall_to_one_step(
    page: Page, app_server: AppServer
) -> None:
    config = make_config(dataset="digits", hidden=(16,), epochs=3, name="Short one")
    run = submit(config, app_server.runs_folder)
    until_equal(page, lambda: run.status().state, "finished")
    shown(page, app_server, run)
    caption = page.locator(".wall figcaption")
    expect(caption).to_contain_text("the model itself", timeout=PATIENCE)
    expect(page.locator(".wall")).to_have_attribute("data-images", "6")
    pictures = page.get_by_role("img", name="reconstructions")

    def pixels() -> str:
        return str(pictures.evaluate("canvas => canvas.toDataURL()"))

    last = pixels()
    slider = page.get_by_role("slider", name="Epoch")
    slider.press("Home")
    expect(caption).to_contain_text("after epoch 0", timeout=PATIENCE)
    expect(page.locator(".atlas")).to_have_attribute("data-epoch", "0")
    until(page, lambda: pixels() != last)
    slider.press("End")
    expect(caption).to_contain_text("the model itself")
    until_equal(page, pixels, last)
