"""An image of one's own on Explore, and what can be taken away from there."""

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from playwright.sync_api import Download, FloatRect, Page, expect

from latent_atlas.ui.model_files import list_models, load_by_digest
from tests.browser.helpers import SHEET, box_of, until, wait_for_app
from tests.browser.plane import atlas, shown_z
from vae_core.data import load_dataset
from vae_core.latent import encode_images
from vae_core.models import load_model

SHIPPED = Path("checkpoints/mnist-2d.safetensors")


def draw_a_one(page: Page) -> None:
    sheet = page.locator(SHEET)
    sheet.hover()
    box = box_of(page, sheet)
    page.mouse.move(box["x"] + 0.55 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.45 * box["width"], box["y"] + 0.8 * box["height"], steps=6)
    page.mouse.up()


def _bottom(box: FloatRect) -> float:
    return box["y"] + box["height"]


def nats(page: Page, name: str) -> float:
    return float(page.locator(f".yours .account .{name} td").inner_text().partition(" ± ")[0])


def means(page: Page) -> list[float]:
    """The means of the posterior, as they are written beside it."""
    written = page.locator(".posterior .value").all_inner_texts()
    return [float(text.split(" ±")[0].replace("−", "-")) for text in written]


def downloaded(page: Page, label: str) -> tuple[Download, bytes]:
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    return waiting.value, Path(waiting.value.path()).read_bytes()


def test_a_drawn_one_is_rebuilt_reckoned_and_pinned_and_goes_when_it_is_cleared(
    open_app: Callable[[str], Page],
) -> None:
    page = open_app("/?z=0.5,-1")
    atlas(page)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    draw_a_one(page)
    expect(page.locator(".yours figure img")).to_have_count(3)
    where = page.get_by_role("heading", name="Where it is")
    rows = page.locator(".posterior")
    until(page, lambda: _bottom(box_of(page, where)) <= box_of(page, rows)["y"])
    until(page, lambda: box_of(page, where)["width"] == box_of(page, rows)["width"])
    until(
        page,
        lambda: round(nats(page, "distortion") + nats(page, "rate"), 2) == nats(page, "total"),
    )
    by_dimension = page.locator(".yours .dimensions:not(.posterior) .value")
    until(
        page,
        # The rate has no more digits than the total, of which it is a part.
        lambda: abs(sum(map(float, by_dimension.all_inner_texts())) - nats(page, "rate")) < 0.051,
    )
    until(page, lambda: shown_z(page) != [0.5, -1.0])
    until(page, lambda: means(page) == pytest.approx(shown_z(page), abs=0.006))
    expect(page.locator(".nearest").first).to_contain_text("1")
    page.wait_for_url(re.compile(r"z=(?!0\.5)"))
    # The keyboard reaches Undo, and takes the drawing back.
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".yours")).to_have_count(0)
    expect(page.locator(".invitation")).to_be_visible()


def test_an_uploaded_digit_lands_exactly_where_the_encoder_puts_it_and_files_are_made_on_demand(
    open_app: Callable[[str], Page],
) -> None:
    image = load_dataset("mnist-12k").images[3]
    content = io.BytesIO()
    Image.fromarray(image[0].numpy()).save(content, "PNG")
    page = open_app("/")
    atlas(page)
    upload = page.locator("[class*='st-key-yours-file'] input[type=file]")
    upload.set_input_files({"name": "note.png", "mimeType": "image/png", "buffer": b"hello"})
    expect(page.get_by_text("note.png is not a PNG")).to_be_visible()
    upload.set_input_files(
        {"name": "three.png", "mimeType": "image/png", "buffer": content.getvalue()}
    )
    vae = load_by_digest(list_models()[0].digest).vae
    expected = encode_images(vae, image[None]).mu[0]
    until(page, lambda: torch.allclose(torch.tensor(shown_z(page)), expected, atol=1e-5))
    page.wait_for_url(re.compile(r"z=-?\d"))  # the plane has told the server where it is now
    wait_for_app(page)

    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_text("A link to this view")).to_be_visible()
    expect(page.locator("code").first).to_contain_text(f"z={expected[0]:.4f}"[:8])
    expect(page.locator("[data-testid=stDownloadButton]")).to_have_count(5 + 1 + 5)
    file, model = downloaded(page, "Model, safetensors")
    assert file.suggested_filename == "mnist-2d.safetensors"
    assert load_model(model).training == load_model(SHIPPED).training
    file, film = downloaded(page, "Film, GIF")
    assert file.suggested_filename == "mnist-2d-walk.gif"
    with Image.open(io.BytesIO(film)) as read:
        assert getattr(read, "n_frames", 1) == 2 * 24 - 2
    file, sheet = downloaded(page, "Manifold, PNG")
    with Image.open(io.BytesIO(sheet)) as read:
        assert min(read.size) > 20 * 28 * 2
    wait_for_app(page)
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")


def test_a_pasted_digit_lands_where_the_encoder_puts_it_and_a_broken_one_is_told_of(
    open_app: Callable[[str], Page],
) -> None:
    paste = """([png, type]) => {
        const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
        const clipboardData = new DataTransfer();
        clipboardData.items.add(new File([bytes], "image.png", { type }));
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }"""
    image = load_dataset("mnist-12k").images[7]
    content = io.BytesIO()
    Image.fromarray(image[0].numpy()).save(content, "PNG")
    page = open_app("/")
    atlas(page)
    page.evaluate(paste, [base64.b64encode(b"no picture").decode(), "image/png"])
    expect(page.locator(".told")).to_contain_text("no picture that can be read")
    page.evaluate(paste, [base64.b64encode(content.getvalue()).decode(), "image/png"])
    expect(page.locator(".told")).to_have_text("Pasted")
    expected = encode_images(load_by_digest(list_models()[0].digest).vae, image[None]).mu[0]
    until(page, lambda: torch.allclose(torch.tensor(shown_z(page)), expected, atol=1e-5))
    expect(page.locator(".yours figure img")).to_have_count(3)
