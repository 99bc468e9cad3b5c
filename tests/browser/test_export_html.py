"""The explorer as one HTML file, opened from the disk in a browser that has no network."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch
from playwright.sync_api import BrowserContext, Page, expect
from torch import Tensor

from latent_atlas.__main__ import main
from tests.browser.helpers import until, until_equal
from tests.browser.plane import atlas, is_drawn, move_to, picture_pixels, random_vae, shown_z
from tests.browser.server import REPOSITORY
from vae_core.models import VAE, TrainingRecord, load_model, save_model

NewContext = Callable[..., BrowserContext]
SHIPPED = REPOSITORY / "checkpoints" / "mnist-2d.safetensors"
LARGEST = 8 * 10**6  # bytes


def _exported(checkpoint: Path, folder: Path, *more: str) -> Path:
    out = folder / "explorer.html"
    assert main(["export", str(checkpoint), "--to", "html", "--out", str(out), *more]) == 0
    return out


def _opened(new_context: NewContext, file: Path, **options: object) -> tuple[Page, list[str]]:
    """The page, and every address that it asks for."""
    context = new_context(offline=True, **options)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(file.as_uri())
    atlas(page)
    return page, asked


def _differs(page: Page, before: Tensor) -> bool:
    return not torch.equal(picture_pixels(page), before)


def _picture_is_that_of_pytorch(page: Page, vae: VAE) -> None:
    def is_that_of_pytorch() -> bool:
        z = torch.tensor([shown_z(page)])
        others = (0, vae.architecture.latent_dim - z.shape[1])
        mean = vae.decode(torch.nn.functional.pad(z, others)).mean[0]
        all_one_grey = mean.std() <= 0.02
        return not all_one_grey and is_drawn(page, mean.expand(3, -1, -1))

    until(page, is_that_of_pytorch)


def test_the_shipped_model_is_explored_from_a_file_without_a_network(
    new_context: NewContext, tmp_path: Path
) -> None:
    file = _exported(SHIPPED, tmp_path, "--dataset", "mnist-12k")
    assert file.stat().st_size <= LARGEST
    page, asked = _opened(new_context, file)
    vae = load_model(SHIPPED).vae
    expect(page.locator(".readout")).to_contain_text("12,000 points")
    expect(page.locator("dl")).to_contain_text("python -m vae_core train mnist")

    for place in ((0.25, 0.5), (0.75, 0.6), (0.4, 0.2)):
        before = picture_pixels(page)
        move_to(page, *place)
        until(page, partial(_differs, page, before))
        _picture_is_that_of_pytorch(page, vae)

    page.mouse.move(0, 0)
    page.locator(".field").focus()
    start = shown_z(page)
    page.keyboard.press("Shift+ArrowRight")
    until_equal(page, lambda: shown_z(page), pytest.approx([start[0] + 0.5, start[1]]))
    _picture_is_that_of_pytorch(page, vae)

    # Paths need no server, but for geodesics.
    page.get_by_role("button", name="Draw a path").click()
    for key in ("Enter", "Shift+ArrowLeft", "Enter", "Escape"):
        page.locator(".field").press(key)
    page.locator(".atlas[data-walk='line']").wait_for()
    strip = page.locator(".walk-strip button")
    expect(strip).to_have_count(9)

    def middle() -> list[float]:
        return [float(part) for part in (strip.nth(4).get_attribute("data-z") or "").split(",")]

    until(page, lambda: start[0] < middle()[0] < start[0] + 0.5)
    expected = vae.decode(torch.tensor([middle()])).mean[0]
    until(page, lambda: is_drawn(page, expected, ".walk-strip button:nth-child(5) canvas"))
    expect(page.get_by_role("button", name="Geodesic")).to_be_disabled()
    expect(page.locator(".walk-words")).to_contain_text("Geodesics need the app")

    page.get_by_role("button", name="Tiles").click()
    page.locator(".atlas[data-grids~='linear']").wait_for()  # a worker has decoded them
    assert {address.split(":")[0] for address in asked} == {"file", "blob"}


def test_a_convolutional_model_without_points_works_too_in_the_dark_on_a_phone(
    new_context: NewContext, tmp_path: Path
) -> None:
    vae = random_vae(
        latent_dim=3, network="conv", channels=(6, 8), hidden=(20,), image_shape=(3, 9, 13)
    )
    checkpoint = tmp_path / "model.safetensors"
    save_model(checkpoint, vae, TrainingRecord())
    page, _ = _opened(
        new_context,
        _exported(checkpoint, tmp_path),
        color_scheme="dark",
        viewport={"width": 390, "height": 844},
    )
    move_to(page, 0.9, 0.8)
    _picture_is_that_of_pytorch(page, vae)
    page.get_by_text("Every dimension").click()
    page.locator(".every[data-drawn]").wait_for()  # a worker has decoded its pictures
    before = picture_pixels(page)
    page.get_by_role("slider", name="z₃").fill("-2")
    until(page, partial(_differs, page, before))
    expect(page.get_by_role("button", name="t-SNE")).to_be_hidden()
    expect(page.locator("body")).to_have_css("background-color", "rgb(20, 22, 26)")
    page.wait_for_function("document.documentElement.scrollWidth <= 390")
