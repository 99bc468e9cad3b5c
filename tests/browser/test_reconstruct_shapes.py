"""Images of all shapes on Reconstruct: a person goes through its views, with two models each.

Two of the shapes are looked at on a phone, the others on a desk.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import expect_no_cut_text, until, wait_for_app
from tests.browser.plane import keep_opened, random_vae
from tests.browser.server import AppServer
from tests.browser.test_reconstruct_split import counted, drag
from tests.vae_core.data.own.makers import npz
from vae_core.data.own import import_images

PATIENCE = 60_000  # milliseconds: the judge of classes is trained


@dataclass(frozen=True)
class Shape:
    """Pictures that somebody brought: [H, W] or [H, W, 3], in so many classes or in none."""

    name: str
    pixels: tuple[int, ...]
    classes: int = 0
    likelihood: str = "bernoulli"
    latents: int = 2
    window: int = 1280  # pixels across

    def pictures(self) -> np.ndarray:
        """Soft spots, elsewhere in each class."""
        height, width, *channels = self.pixels
        y, x = np.indices((height, width))
        count = max(120, 6 * self.classes)
        kinds = np.arange(count) % (self.classes or 7)
        far = [
            np.hypot(x / width - (k * 37 % 11) / 11, y / height - (k * 17 % 7) / 7) for k in kinds
        ]
        spots = np.exp(-((np.stack(far) / 0.3) ** 2)) * np.linspace(120, 255, count)[:, None, None]
        grey = spots.astype(np.uint8)
        return np.stack([grey, 255 - grey, np.roll(grey, 9, 1)], -1) if channels else grey

    def labels(self) -> dict[str, np.ndarray]:
        count = max(120, 6 * self.classes)
        return {"labels": np.arange(count) % self.classes} if self.classes else {}


SHAPES = (
    Shape("colour", (64, 64, 3), classes=3, latents=3, window=390),
    Shape("faces", (28, 20), likelihood="gaussian"),
    Shape("small", (8, 8), classes=45, window=390),
    Shape("letters", (105, 105), latents=3),
)


@pytest.fixture(autouse=True)
def _deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """A page opened by its address makes Streamlit look for its server there first."""
    expected_errors.append(re.compile(r"404 .*/reconstruct/_stcore/"))


def opened(shape: Shape, server: AppServer, page: Page, open_app: Callable[[str], Page]) -> None:
    """Two models side by side on pictures of their own."""
    content = npz(images=shape.pictures(), **shape.labels())
    folder = server.runs_folder / "datasets"
    size = (shape.pixels[0], shape.pixels[1])
    about = import_images((f"{shape.name}.npz", content), size=size, folder=folder).about
    keys = [
        keep_opened(
            server,
            random_vae(
                seed,
                image_shape=about.image_shape,
                latent_dim=shape.latents,
                hidden=(8,),
                likelihood=shape.likelihood,
            ),
            f"{shape.name} {seed}",
            about.name,
        )
        for seed in (1, 2)
    ]
    page.set_viewport_size({"width": shape.window, "height": 844})
    open_app(f"/reconstruct?model={keys[0]}&with={keys[1]}")


def go_to(page: Page, view: str) -> None:
    page.get_by_role("radio", name=view, exact=True).click()
    expect(page.get_by_role("radio", name=view, exact=True)).to_be_checked()
    wait_for_app(page)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_every_view_shows_pictures_of_this_shape_and_cuts_nothing(
    shape: Shape, app_server: AppServer, page: Page, open_app: Callable[[str], Page]
) -> None:
    opened(shape, app_server, page, open_app)
    height, width = shape.pixels[:2]
    expect(page.locator(".card").first).to_be_visible(timeout=PATIENCE)
    first = page.locator(".card img").first
    expect(first).to_have_js_property("naturalWidth", width)
    expect(first).to_have_js_property("naturalHeight", height)

    if shape.window == 390:
        page.locator(".card").first.click()
    # The lens: a pixel of each of the two copies is read.
    page.get_by_role("button", name="Swipe, flicker, magnify").click()
    lens = page.get_by_role("dialog")
    lens.locator(".stage").hover()
    expect(lens.locator(".readout")).to_contain_text(re.compile(r"Row \d+, column \d+:"))
    page.keyboard.press("Escape")
    expect(lens).to_have_count(0)
    expect_no_cut_text(page, [shape.window])

    go_to(page, "The whole split")
    expect(page.locator(".split .count")).to_contain_text("drag across", timeout=PATIENCE)
    wait_for_app(page)
    drag(page, page.locator(".split canvas").first, (0.1, 0.5), (0.97, 0.4))
    page.wait_for_function("() => /picked=A%3A/.test(location.search)")
    expect(page.locator(".split .count")).to_contain_text("selected")
    until(page, lambda: counted(page) > 0)
    expect_no_cut_text(page, [shape.window])

    go_to(page, "Corrupt and recover")
    expect(page.locator(".board .row").first.locator("img")).to_have_count(6, timeout=PATIENCE)
    expect(page.get_by_text("doing nothing", exact=False).first).to_be_visible()
    expect_no_cut_text(page, [shape.window])

    go_to(page, "Kept the identity?")
    if shape.classes:
        page.get_by_role("button", name="Train it").click()
        judge = page.locator(".st-key-identity-judge")
        expect(judge).to_contain_text("others rightly", timeout=2 * PATIENCE)
    if shape.classes > 40:
        expect(page.get_by_text("45 classes make no map").first).to_be_visible(timeout=PATIENCE)
        expect(page.locator(".identity-plane .frame")).to_have_count(17, timeout=PATIENCE)
    if not shape.classes:
        expect(page.get_by_text("has no labels, and so no classes to keep")).to_be_visible()
    expect_no_cut_text(page, [shape.window])

    go_to(page, "Rate–distortion")
    expect(page.get_by_text("Cost, train → test")).to_be_visible(timeout=PATIENCE)
    expect_no_cut_text(page, [shape.window])

    go_to(page, "Between two images")
    expect(page.locator(".between img")).to_have_count(54, timeout=PATIENCE)
    expect_no_cut_text(page, [shape.window])

    go_to(page, "Do the maps agree?")
    expect(page.get_by_text("of it does not fit")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".movers tbody tr").first.locator("img")).not_to_have_count(0)
    expect_no_cut_text(page, [shape.window])
