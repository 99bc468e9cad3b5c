"""What Explore shows: of models of every kind, on a desk and on a phone."""

import re
from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.helpers import box_of, until, until_equal
from tests.browser.plane import atlas, is_drawn, keep_opened, picture_pixels, random_vae, shown_z
from tests.browser.server import REPOSITORY, AppServer
from vae_core.models import load_model

OpenApp = Callable[..., Page]
NewContext = Callable[..., BrowserContext]


def test_the_plane_is_alive_without_a_click(open_app: OpenApp) -> None:
    page = open_app("/")
    atlas(page)
    expect(page.locator(".readout")).to_contain_text("12,000 points")
    expect(page.locator(".sentence")).to_contain_text("Each dot is an image")
    expect(page.locator(".legend li")).to_have_count(10)
    until(page, lambda: bool(picture_pixels(page)[..., :3].float().std() > 20))


def test_the_picture_is_the_decoded_mean_with_no_grey_stretched(open_app: OpenApp) -> None:
    page = open_app("/?z=0.7,-0.9")
    atlas(page)
    vae = load_model(REPOSITORY / "checkpoints" / "mnist-2d.safetensors").vae
    mean = vae.decode(torch.tensor([[0.7, -0.9]])).mean[0, 0]
    until(page, lambda: is_drawn(page, mean, within=0.51))
    expect(page.locator(".picture")).to_have_css("image-rendering", "pixelated")
    page.wait_for_function(
        "e => e.clientWidth % e.width === 0", arg=page.locator(".picture").element_handle()
    )


def test_a_colour_model_of_any_size_is_drawn_in_colour(
    open_app: OpenApp, app_server: AppServer
) -> None:
    vae = random_vae(latent_dim=2, hidden=(20,), image_shape=(3, 9, 13))
    page = open_app(f"/?model={keep_opened(app_server, vae)}&z=0.5,0.5")
    atlas(page)
    mean = vae.decode(torch.tensor([[0.5, 0.5]])).mean[0]
    until(page, lambda: is_drawn(page, mean, within=0.51))
    expect(page.locator(".sentence")).to_contain_text("There are no points")


def test_the_focused_field_has_a_visible_ring(open_app: OpenApp) -> None:
    page = open_app("/")
    atlas(page)
    page.locator("[data-zoom='0']").focus()
    page.keyboard.press("Tab")
    ring = "e => getComputedStyle(e, '::after').borderTopWidth"
    until_equal(page, lambda: page.locator(".field").evaluate(ring), "2px")


def test_tiles_of_both_grids_come_from_the_worker(open_app: OpenApp) -> None:
    page = open_app("/?layers=tiles")
    atlas(page)
    page.locator(".atlas[data-grids='linear cdf']").wait_for()
    lit = """canvas => {
        const { width, height } = canvas;
        const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
        let count = 0;
        for (let at = 0; at < data.length; at += 4) count += data[at] > 128;
        return count / (data.length / 4);
    }"""
    until(page, lambda: page.locator(".ground").evaluate(lit) > 0.03)


def test_one_dimension_is_a_strip_and_says_so(open_app: OpenApp, app_server: AppServer) -> None:
    vae = random_vae(latent_dim=1, hidden=(30,), image_shape=(1, 28, 28))
    page = open_app(f"/?model={keep_opened(app_server, vae, dataset='mnist-12k')}")
    atlas(page)
    page.wait_for_function(
        "e => e.clientHeight < e.clientWidth", arg=page.locator(".field").element_handle()
    )
    expect(page.locator(".readout")).to_have_text(re.compile(r"^z₁\s+0\.000 · 12,000 points"))
    expect(page.locator(".sentence")).to_contain_text("over the line")


def test_ten_dimensions_show_the_two_that_carry_most(
    open_app: OpenApp, app_server: AppServer
) -> None:
    vae = random_vae(latent_dim=10, hidden=(30,), image_shape=(1, 28, 28))
    page = open_app(f"/?model={keep_opened(app_server, vae, dataset='mnist-12k')}")
    atlas(page)
    expect(page.locator(".sentence")).to_contain_text("10 latent dimensions")
    expect(page.locator(".sentence")).to_contain_text("the other 8 at zero")


def test_an_unknown_model_falls_back_with_a_sentence(open_app: OpenApp) -> None:
    page = open_app("/?model=run:gone&z=nonsense&layers=7")
    atlas(page)
    expect(page.get_by_text("There is no model “run:gone” here now")).to_be_visible()
    until_equal(page, lambda: shown_z(page), [0.0, 0.0])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_the_picture_on_the_plane_and_no_sideways_scroll(
    new_context: NewContext, app_server: AppServer, scheme: str
) -> None:
    page = new_context(
        viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True
    ).new_page()
    page.goto(app_server.url)
    atlas(page)
    page.wait_for_function("document.documentElement.scrollWidth <= 390")

    def picture_is_on_the_field() -> bool:
        field, picture = (box_of(page, page.locator(each)) for each in (".field", ".picture"))
        return (
            field["width"] >= 340
            and field["x"] <= picture["x"]
            and picture["x"] + picture["width"] <= field["x"] + field["width"]
            and field["y"] <= picture["y"]
        )

    until(page, picture_is_on_the_field)
    expect(page.locator(".card")).to_have_css("background-color", "rgb(14, 17, 22)")


def test_what_is_said_of_the_nearest_image_stays_within_the_page(
    page: Page, app_server: AppServer
) -> None:
    """A model that was opened has no slider of epochs, and so a larger plane and less beside it."""
    vae = load_model(REPOSITORY / "checkpoints" / "digits-2d.safetensors").vae
    key = keep_opened(app_server, vae, dataset="digits")
    page.goto(f"{app_server.url}/?model={key}")
    root = atlas(page)

    def end(element: Locator) -> float:
        box = box_of(page, element)
        return box["x"] + box["width"]

    until(page, lambda: end(page.locator(".real-words")) <= end(root) + 1)
