"""The explorer as one HTML file, opened from the disk in a browser that has no network."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from playwright.sync_api import BrowserContext, Page, expect

from latent_atlas.__main__ import main
from tests.browser.plane import atlas, move_to, picture_pixels, random_vae, shown_z
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


def _picture_is_that_of_pytorch(page: Page, vae: VAE) -> None:
    z = torch.tensor([shown_z(page)])
    mean = vae.decode(torch.nn.functional.pad(z, (0, vae.architecture.latent_dim - z.shape[1])))
    expected = 255 * mean.mean[0].permute(1, 2, 0)
    assert expected.std() > 5  # not all one grey
    pixels = picture_pixels(page)[..., :3].float()
    assert (pixels - expected).abs().max() <= 1


def test_the_shipped_model_is_explored_from_a_file_without_a_network(
    new_context: NewContext, tmp_path: Path
) -> None:
    file = _exported(SHIPPED, tmp_path, "--dataset", "mnist-12k")
    assert file.stat().st_size <= LARGEST
    page, asked = _opened(new_context, file)
    vae = load_model(SHIPPED).vae
    expect(page.locator(".readout")).to_contain_text("12,000 points")
    expect(page.locator("dl")).to_contain_text("python -m vae_core train mnist")

    seen = []
    for place in ((0.25, 0.5), (0.75, 0.6), (0.4, 0.2)):
        move_to(page, *place)
        seen.append(picture_pixels(page))
        _picture_is_that_of_pytorch(page, vae)
    assert all((a != b).any() for a, b in pairwise(seen))

    page.mouse.move(0, 0)
    page.locator(".field").focus()
    before = shown_z(page)
    page.keyboard.press("Shift+ArrowRight")
    assert shown_z(page) == pytest.approx([before[0] + 0.5, before[1]])
    _picture_is_that_of_pytorch(page, vae)

    # Paths need no server, but for geodesics.
    page.get_by_role("button", name="Draw a path").click()
    for key in ("Enter", "Shift+ArrowLeft", "Enter", "Escape"):
        page.locator(".field").press(key)
    page.locator(".atlas[data-walk='line']").wait_for()
    strip = page.locator(".walk-strip button")
    expect(strip).to_have_count(9)
    middle = (strip.nth(4).get_attribute("data-z") or "").split(",")
    z = torch.tensor([[float(part) for part in middle]])
    assert before[0] < float(z[0, 0]) < before[0] + 0.5
    expected = 255 * vae.decode(z).mean[0, 0]
    pixels = picture_pixels(page, ".walk-strip button:nth-child(5) canvas")[..., 0]
    assert (pixels.float() - expected).abs().max() <= 1
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
    assert (picture_pixels(page) != before).any()
    expect(page.get_by_role("button", name="t-SNE")).to_be_hidden()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(20, 22, 26)"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
