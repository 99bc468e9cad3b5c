"""The map of a GAN: a reload finds its pin again, and Back the map before."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect
from torch import Generator

from tests.browser.plane import keep_opened
from tests.browser.server import AppServer
from vae_core.models.gan import Gan, GanArchitecture


def test_a_reload_finds_the_pin_again_and_back_the_map_before(
    open_app: Callable[[str], Page],
    app_server: AppServer,
    expected_errors: list[re.Pattern[str]],
) -> None:
    # The head of a page has the decoder of its model fetched, and a GAN has none.
    expected_errors.append(re.compile(r"404 .*/decoder\.safetensors"))
    gan = Gan(GanArchitecture(image_shape=(1, 8, 8), noise_dim=10, first_channels=2))
    gan.initialise("torch", Generator().manual_seed(0))
    page = open_app(f"/?model={keep_opened(app_server, gan, dataset='digits')}")

    def pinned(spot: str) -> Locator:
        # For a moment there are two maps, the one that goes and the one that comes.
        return page.locator(f".walk[data-pinned='{spot}']")

    expect(pinned("0,0")).to_be_visible()
    page.locator(".walk .map").press("ArrowRight")
    expect(page).to_have_url(re.compile(r"spot=0\.0331(,|%2C)0$"))
    page.reload()
    expect(pinned("0.0331,0")).to_be_visible()
    page.get_by_role("button", name="Another map").click()
    expect(page).to_have_url(re.compile(r"map=1\b"))
    expect(pinned("0,0")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(r"spot="))
    expect(pinned("0.0331,0")).to_be_visible()
