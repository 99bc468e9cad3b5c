"""Roaming as a person does it: hide classes, draw around points, come close enough to see them."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from numpy import array, savez, uint8
from numpy.random import RandomState
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page, expect
from torch import Tensor

from latent_atlas.ui.latent_plane.encodings import point_order
from latent_atlas.ui.palette import CLASS_COLOURS, PLANE_SURFACE
from tests.browser.helpers import until, until_equal
from tests.browser.plane import atlas, keep_opened, move_to, random_vae
from tests.browser.server import REPOSITORY, AppServer
from tests.browser.test_roam_modules import inside
from vae_core.data import load_dataset
from vae_core.data.own import import_images
from vae_core.latent import encode_images
from vae_core.models import load_model

OpenApp = Callable[..., Page]
MODEL = "/?model=shipped:digits-2d"


def points() -> tuple[Tensor, Tensor, Tensor]:
    """What the plane shows: means [N, 2], labels [N] and images [N, 1, 8, 8], in its order."""
    digits = load_dataset("digits")
    order = point_order(digits)
    assert digits.labels is not None
    vae = load_model(REPOSITORY / "checkpoints" / "digits-2d.safetensors").vae
    images = digits.images[order]
    return encode_images(vae, images).mu, digits.labels[order], images


def dots_of(page: Page, label: int) -> int:
    """How many pixels are what a dot of this class alone makes of the plane's surface."""
    surface, ink = (
        [int(text[n : n + 2], 16) for n in (1, 3, 5)]
        for text in (PLANE_SURFACE, CLASS_COLOURS[label])
    )
    expected = [0.72 * i + 0.28 * s for i, s in zip(ink, surface, strict=True)]
    count: int = page.locator(".ground").evaluate(
        """(canvas, [r, g, b]) => {
            const { data } = canvas.getContext("2d")
                .getImageData(0, 0, canvas.width, canvas.height);
            const near = (value, other) => Math.abs(value - other) < 3;
            let count = 0;
            for (let n = 0; n < data.length; n += 4)
                if (near(data[n], r) && near(data[n + 1], g) && near(data[n + 2], b)) count++;
            return count;
        }""",
        expected,
    )
    return count


def middle(page: Page, side: int) -> Tensor:
    """The middle of the plane as it is drawn, its red. uint8 [side, side]."""
    values = page.locator(".ground").evaluate(
        """(canvas, side) => Array.from(canvas.getContext("2d").getImageData(
            (canvas.width - side) / 2, (canvas.height - side) / 2, side, side).data)""",
        side,
    )
    return torch.tensor(values, dtype=torch.uint8).view(side, side, 4)[..., 0]


def outline_of(page: Page, selection: str) -> list[float]:
    """The corners x, y, x, y, … of a selection in the address."""
    return [float(n) for n in parse_qs(urlsplit(page.url).query)[selection][0].split(",")]


def test_the_legend_hides_classes_alone_or_in_turn_and_the_link_keeps_it(open_app: OpenApp) -> None:
    mu, labels, _ = points()
    z = mu[labels == 3].mean(0).round(decimals=3)
    page = open_app(f"{MODEL}&z={z[0]:.3f},{z[1]:.3f}")
    atlas(page)
    three = page.locator(".legend button").nth(3)
    expect(three).to_have_attribute("aria-pressed", "true")
    until(page, lambda: dots_of(page, 3) > 50)
    others = dots_of(page, 0)
    three.focus()
    page.keyboard.press("Space")
    expect(three).to_have_attribute("aria-pressed", "false")
    until_equal(page, lambda: dots_of(page, 3), 0)
    until(page, lambda: dots_of(page, 0) >= others)
    expect(page.locator(".filtered")).to_contain_text("1 of 10 classes hidden")
    # “Nearest” is of what is shown.
    shown = mu.where(labels[:, None] != 3, torch.inf)
    nearest = int(labels[(shown - z).norm(dim=1).argmin()])
    expect(page.locator(".facts .nearest")).to_contain_text(re.compile(rf"{nearest}$"))
    page.wait_for_url(re.compile("hide=3"), timeout=30_000)
    page.reload()
    atlas(page)
    until_equal(page, lambda: dots_of(page, 3), 0)

    page.locator(".legend button").nth(3).dblclick()
    pressed = page.locator(".legend button[aria-pressed=true]")
    expect(pressed).to_have_text(["3"])
    until_equal(page, lambda: dots_of(page, 0), 0)
    page.get_by_role("button", name="All classes").click()
    expect(pressed).to_have_count(10)


@pytest.mark.parametrize("classes", [40, 700])
def test_of_many_classes_one_is_found_by_its_name_and_shown_alone(
    classes: int, open_app: OpenApp, app_server: AppServer
) -> None:
    images = RandomState(classes).randint(0, 256, (2 * classes, 8, 8)).astype(uint8)
    labels = array([f"Größe {k:03d}" for k in range(classes)]).repeat(2)
    stream = BytesIO()
    savez(stream, images=images, labels=labels)
    folder = app_server.runs_folder / "datasets"
    about = import_images(("many.npz", stream.getvalue()), folder=folder).about
    vae = random_vae(image_shape=(1, 8, 8), latent_dim=2, hidden=(8,))
    page = open_app(f"/?model={keep_opened(app_server, vae, dataset=about.name)}")
    atlas(page)
    legend = page.locator(".legend li:visible")
    expect(legend).to_have_count(classes)
    expect(page.locator(".sentence").first).to_contain_text("its colour is its class")
    field = page.get_by_role("searchbox", name="Find a class")
    field.fill("grosse 012".replace("ss", "ß"))
    expect(legend).to_have_text(["Größe 012"])
    expect(page.get_by_text(f"1 of {classes}", exact=True)).to_be_visible()
    field.press("Enter")
    expect(page.locator(".filtered")).to_contain_text(f"{classes - 1} of {classes} classes hidden")
    page.wait_for_url(lambda url: f"hide=0-11%2C13-{classes - 1}" in url)
    field.fill("nothing")
    expect(page.get_by_text("No class is called so.")).to_be_visible()
    page.reload()
    atlas(page)
    expect(page.locator(".legend button[aria-pressed=true]")).to_have_text(["Größe 012"])
    page.get_by_role("button", name="All classes").click()
    expect(page.locator(".legend button[aria-pressed=true]")).to_have_count(classes)


def draw(page: Page, corners: list[tuple[float, float]]) -> None:
    """Draws with the mouse from corner to corner, shares of the field from the top left."""
    move_to(page, *corners[0])
    page.mouse.down()
    for x, y in [*corners[1:], corners[0]]:
        move_to(page, x, y)
    page.mouse.up()


def test_what_is_drawn_around_is_counted_exactly_and_kept_by_the_link(open_app: OpenApp) -> None:
    page = open_app(MODEL)
    atlas(page)
    mu, labels, _ = points()
    rows = page.locator(".selections > div")
    page.get_by_role("button", name="Select points").click()
    draw(page, [(0.2, 0.2), (0.6, 0.25), (0.5, 0.6), (0.25, 0.5)])
    page.wait_for_url(re.compile(r"[?&]a="), timeout=30_000)
    until(page, lambda: len(outline_of(page, "a")) == 8)
    found = inside(outline_of(page, "a"), mu)
    until(page, lambda: int(found.sum()) > 50)
    counts = labels[found].bincount(minlength=10)
    expect(rows.nth(0)).to_contain_text(f"{int(found.sum())} points")
    share = round(100 * int(counts.max()) / int(found.sum()))
    expect(rows.nth(0)).to_contain_text(f"{int(counts.argmax())} · {share} %")
    # What is outside fades: its class has fewer bright dots than before.
    outside = int(labels[~found].bincount(minlength=10).sub(counts * 100).argmax())
    until(page, lambda: dots_of(page, outside) < 50)

    page.get_by_role("button", name="Select into B").click()
    draw(page, [(0.5, 0.5), (0.9, 0.5), (0.7, 0.9)])
    page.wait_for_url(re.compile(r"[?&]b="), timeout=30_000)
    second = inside(outline_of(page, "b"), mu)
    expect(rows.nth(1)).to_contain_text(f"{int(second.sum())} points")
    page.reload()
    atlas(page)
    expect(rows.nth(0)).to_contain_text(f"{int(found.sum())} points")
    expect(rows.nth(1)).to_contain_text(f"{int(second.sum())} points")

    # Hidden points are not selected; Escape clears one after the other.
    page.locator(".legend button").nth(int(counts.argmax())).click()
    left = int(found.sum() - counts.max())
    expect(rows.nth(0)).to_contain_text(f"{left} point")
    page.locator(".field").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(".selections")).to_be_hidden()
    page.wait_for_url(lambda url: "&a=" not in url and "&b=" not in url, timeout=30_000)


def test_close_up_the_real_images_stand_at_their_points(open_app: OpenApp) -> None:
    mu, _, images = points()
    at = mu[0]  # the first point has the first right to room
    page = open_app(f"{MODEL}&z=0,0&zoom=40&at={at[0]:.4f},{at[1]:.4f}")
    atlas(page)
    expected = images[0, 0].repeat_interleave(8, 0).repeat_interleave(8, 1)

    def shows_the_image() -> bool:
        windows = middle(page, 68).unfold(0, 64, 1).unfold(1, 64, 1)
        return bool((windows == expected).all(-1).all(-1).any())

    until(page, shows_the_image)
    page.locator("[data-layers=tiles]").click()
    until(page, lambda: not shows_the_image())


def test_the_view_is_saved_as_a_picture_of_the_chosen_size(
    open_app: OpenApp, tmp_path: Path
) -> None:
    page = open_app("/?zoom=2&at=0,0&z=0.5,-0.5&background=classes")
    atlas(page)
    page.locator(".atlas[data-background='classes z']").wait_for(timeout=60_000)
    page.get_by_role("button", name="Save this view as a picture").click()
    side = page.locator(".ground").evaluate("e => e.clientWidth")
    with page.expect_download() as download:
        page.get_by_role("button", name=f"{4 * side} × {4 * side} pixels").click()
    download.value.save_as(tmp_path / "plane.png")
    assert download.value.suggested_filename == "latent-plane.png"
    saved = Image.open(tmp_path / "plane.png")
    ground = page.locator(".ground")
    until_equal(page, lambda: [4 * ground.evaluate("e => e.clientWidth")] * 2, [*saved.size])
    # What is on the screen, four times as large: marks of the pointer included.
    shown = Image.open(BytesIO(page.locator(".over").screenshot()))
    small = saved.convert("RGB").resize(shown.size, Image.Resampling.BOX)
    difference = ImageChops.difference(small, shown.convert("RGB"))
    assert ImageStat.Stat(difference).mean < [12, 12, 12]
    assert ImageStat.Stat(small).stddev > [20, 20, 20]
    expect(page.locator(".snapshot")).to_be_hidden()
