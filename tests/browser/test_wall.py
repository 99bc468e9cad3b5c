"""The epoch slider of a run: curves, plane and wall of pictures tell of one and the same step."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import until, until_equal
from tests.browser.server import AppServer
from tests.browser.training import PATIENCE, shown
from vae_core.runs import create_run, make_config
from vae_core.runs.faults import train_run


@pytest.fixture(autouse=True)
def deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """Streamlit asks for its own routes below a page's path first and falls back to the root."""
    expected_errors.append(re.compile(r"/train/_stcore/"))


def cursors(page: Page) -> list[str]:
    """How far to the right the line over each curve lies, `auto` where there is none."""
    return [
        str(chart.evaluate("chart => getComputedStyle(chart, '::after').left"))
        for chart in page.locator("[class*='st-key-chart-']").all()
    ]


def test_the_epoch_slider_moves_curves_plane_and_wall_to_one_step(
    page: Page, app_server: AppServer
) -> None:
    config = make_config(dataset="digits", hidden=(16,), epochs=3, threads=1, name="Short one")
    run = create_run(config, app_server.runs_folder)
    train_run(run)
    shown(page, app_server, run)
    caption, plane = page.locator(".wall figcaption"), page.locator(".atlas")
    expect(caption).to_contain_text("the model itself", timeout=PATIENCE)
    expect(page.locator(".wall")).to_have_attribute("data-images", "6")
    expect(page.locator(".st-key-chart-distortion canvas").first).to_be_visible()
    pictures = page.get_by_role("img", name="reconstructed")

    def pixels() -> str:
        return str(pictures.evaluate("canvas => canvas.toDataURL()"))

    last = pixels()
    slider = page.get_by_role("slider", name="Epoch")
    until_equal(page, lambda: cursors(page), ["auto"] * 3)
    slider.press("Home")
    expect(caption).to_contain_text("epoch 0", timeout=PATIENCE)
    expect(plane).to_have_attribute("data-epoch", "0")
    until(page, lambda: pixels() != last)
    until(page, lambda: "auto" not in cursors(page))
    at_first = cursors(page)
    slider.press("End")
    expect(caption).to_contain_text("the model itself")
    until_equal(page, pixels, last)
    until_equal(page, lambda: cursors(page), ["auto"] * 3)

    # A click on a curve asks for the epoch that lies there, and the address keeps it.
    chart = page.locator(".st-key-chart-elbo canvas").first
    chart.click(position={"x": 400, "y": 100})
    expect(plane).to_have_attribute("data-epoch", re.compile(r"[1-9]"))
    epoch = str(plane.get_attribute("data-epoch"))
    expect(page).to_have_url(re.compile(rf"[?&]epoch={re.escape(epoch)}(&|$)"))
    expect(page.locator(".time-words")).to_contain_text("on test")
    until(page, lambda: all(now != then for now, then in zip(cursors(page), at_first, strict=True)))
    found = cursors(page)
    page.reload()
    expect(plane).to_have_attribute("data-epoch", epoch, timeout=PATIENCE)
    until_equal(page, lambda: cursors(page), found)
