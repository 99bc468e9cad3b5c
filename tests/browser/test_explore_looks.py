"""What Explore shows: of models of every kind, on a desk and on a phone."""

import re
from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.plane import atlas, keep_opened, picture_pixels, random_vae, shown_z
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
    assert picture_pixels(page)[..., :3].float().std() > 20


def test_the_picture_is_the_decoded_mean_with_no_grey_stretched(open_app: OpenApp) -> None:
    page = open_app("/?z=0.7,-0.9")
    atlas(page)
    vae = load_model(REPOSITORY / "checkpoints" / "mnist-2d.safetensors").vae
    mean = vae.decode(torch.tensor([[0.7, -0.9]])).mean[0, 0]
    drawn = picture_pixels(page)[..., 0].float()
    assert (drawn - 255 * mean).abs().max() <= 0.51
    style = page.locator(".picture").evaluate(
        "e => [getComputedStyle(e).imageRendering, e.clientWidth, e.width]"
    )
    assert style[0] == "pixelated"
    assert style[1] % style[2] == 0


def test_a_colour_model_of_any_size_is_drawn_in_colour(
    open_app: OpenApp, app_server: AppServer
) -> None:
    vae = random_vae(latent_dim=2, hidden=(20,), image_shape=(3, 9, 13))
    page = open_app(f"/?model={keep_opened(app_server, vae)}&z=0.5,0.5")
    atlas(page)
    mean = vae.decode(torch.tensor([[0.5, 0.5]])).mean[0]
    drawn = picture_pixels(page)[..., :3].permute(2, 0, 1).float()
    assert drawn.shape == (3, 9, 13)
    assert (drawn - 255 * mean).abs().max() <= 0.51
    expect(page.locator(".sentence")).to_contain_text("there are no points")


def test_the_focused_field_has_a_visible_ring(open_app: OpenApp) -> None:
    page = open_app("/")
    atlas(page)
    page.locator("[data-axis=cdf]").focus()
    page.keyboard.press("Tab")
    width = page.locator(".field").evaluate("e => getComputedStyle(e, '::after').borderTopWidth")
    assert width == "2px"


def test_tiles_of_both_grids_come_from_the_worker(open_app: OpenApp) -> None:
    page = open_app("/?layers=tiles")
    atlas(page)
    page.locator(".atlas[data-grids='linear cdf']").wait_for()
    lit = page.locator(".ground").evaluate(
        """canvas => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            let count = 0;
            for (let at = 0; at < data.length; at += 4) count += data[at] > 128;
            return count / (data.length / 4);
        }"""
    )
    assert lit > 0.03


def test_one_dimension_is_a_strip_and_says_so(open_app: OpenApp, app_server: AppServer) -> None:
    vae = random_vae(latent_dim=1, hidden=(30,), image_shape=(1, 28, 28))
    page = open_app(f"/?model={keep_opened(app_server, vae, dataset='mnist-12k')}")
    atlas(page)
    box = page.locator(".field").bounding_box()
    assert box is not None
    assert box["height"] < box["width"]
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
    assert shown_z(page) == [0.0, 0.0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_the_picture_on_the_plane_and_no_sideways_scroll(
    new_context: NewContext, app_server: AppServer, scheme: str
) -> None:
    page = new_context(
        viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True
    ).new_page()
    page.goto(app_server.url)
    atlas(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    field = page.locator(".field").bounding_box()
    picture = page.locator(".picture").bounding_box()
    assert field is not None
    assert picture is not None
    assert field["width"] >= 340
    assert field["x"] <= picture["x"]
    assert picture["x"] + picture["width"] <= field["x"] + field["width"]
    assert field["y"] <= picture["y"]
    surface = page.locator(".card").evaluate("e => getComputedStyle(e).backgroundColor")
    assert surface == "rgb(14, 17, 22)"
