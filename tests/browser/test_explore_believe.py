"""Explore with doubts: is this picture backed by images, and where is the plane empty?"""

import re
from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import Page, Route, expect
from torch import Tensor

from latent_atlas.ui.latent_plane.encodings import point_order
from tests.browser.helpers import until, until_equal
from tests.browser.plane import (
    atlas,
    keep_opened,
    move_to,
    open_views,
    picture_pixels,
    random_vae,
    shown_z,
    told,
)
from tests.browser.server import REPOSITORY, AppServer
from tests.vae_core.data.own.makers import png, zipped
from vae_core.data import load_dataset
from vae_core.data.own import import_images
from vae_core.latent import (
    Encodings,
    Plane,
    SupportMeter,
    encode_images,
    hole_map,
    manifold_coordinates,
    nearest_encodings,
)
from vae_core.models import load_model

OpenApp = Callable[..., Page]
MODEL = "model=shipped:digits-2d"


@pytest.fixture(scope="module")
def points() -> Encodings:
    """The posteriors of the plane's points, in their order."""
    dataset = load_dataset("digits")
    vae = load_model(REPOSITORY / "checkpoints" / "digits-2d.safetensors").vae
    return encode_images(vae, dataset.images[point_order(dataset)])


def written(z: Tensor) -> str:
    return ",".join(f"{value:.4f}" for value in z.tolist())


def place(z: Tensor) -> tuple[float, float]:
    """Where a point is on a field of Φ(z): shares of its sides, from the top left."""
    u = torch.special.ndtr(z)
    return float(u[0]), float(1 - u[1])


def colour_at(pixels: Tensor, x: float, y: float) -> Tensor:
    """The brightest and most opaque of the 3 × 3 pixels about a place. [4]."""
    row, column = round(y * pixels.shape[0] - 0.5), round(x * pixels.shape[1] - 0.5)
    return pixels[row - 1 : row + 2, column - 1 : column + 2].reshape(-1, 4).float().amax(0)


def test_the_badge_the_meter_and_the_real_image_follow_the_pointer(
    open_app: OpenApp, points: Encodings
) -> None:
    meter = SupportMeter(points)
    along = manifold_coordinates(20, "linear", 2.5)
    grid = Plane.of_axes(2).grid(along, along).flatten(0, 1)
    density = meter.measure(grid).log_density
    crowded, empty = grid[density.argmax()], grid[density.argmin()]
    assert meter.measure(torch.stack([crowded, empty])).supported.tolist() == [True, False]

    page = open_app(f"/?{MODEL}&z={written(crowded)}")
    atlas(page)
    page.locator(".atlas[data-support='5']").wait_for()
    expect(page.locator(".badge")).to_be_hidden()
    expect(page.locator(".support-title")).to_have_text("Strongly supported")
    expect(page.locator(".meter .lit")).to_have_count(5)
    expect(told(page, "spot")).to_have_text(re.compile(r"nearest class \d, strongly supported"))

    # The real image is that of the nearest encoding, pixel by pixel.
    found = nearest_encodings(points, torch.tensor([shown_z(page)]))
    expect(atlas(page)).to_have_attribute("data-nearest", str(int(found.index)))
    expect(page.locator(".real-picture:not(.waiting)")).to_be_visible()
    dataset = load_dataset("digits")
    image = dataset.images[point_order(dataset)[int(found.index)], 0]
    until(page, lambda: torch.equal(picture_pixels(page, ".real-picture")[..., 0], image))
    distance = float(found.distance)
    expect(page.locator(".real-far")).to_contain_text(
        f"is {distance:.{3 if distance < 0.1 else 2}f}"
    )

    move_to(page, float(empty[0] + 3) / 6, float(3 - empty[1]) / 6)
    until_equal(page, lambda: shown_z(page), pytest.approx(empty.tolist(), abs=0.02))
    page.locator(".atlas[data-support='0']").wait_for()
    expect(page.locator(".badge")).to_be_visible()
    expect(page.locator(".support-words")).to_contain_text("do not trust the picture")
    expect(page.locator(".meter .lit")).to_have_count(0)
    page.mouse.move(2, 2)
    page.locator(".atlas[data-support='5']").wait_for()
    expect(page.locator(".badge")).to_be_hidden()


def test_the_real_image_and_its_words_change_together(open_app: OpenApp, page: Page) -> None:
    held: list[Route] = []
    asked: list[str] = []
    free: set[int | str] = {1}  # of the requests, the first is answered; the others wait

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if "all" in free or len(asked) in free:
            route.continue_()
        else:
            held.append(route)

    page.route("**/images?points=*", answer)
    open_app(f"/?{MODEL}&z=-1.2,0.9")
    atlas(page)
    real, words = page.locator(".real-picture"), page.locator(".real-words")
    expect(page.locator(".real-picture:not(.waiting)")).to_be_visible()
    until(page, lambda: bool(picture_pixels(page, ".real-picture")[..., :3].any()))
    image, said = picture_pixels(page, ".real-picture"), words.text_content() or ""

    move_to(page, 0.8, 0.4)
    expect(page.locator(".real-picture.waiting")).to_be_visible()
    expect(words).to_have_text(said)
    until(page, lambda: torch.equal(picture_pixels(page, ".real-picture"), image))
    free.add("all")
    for route in held:
        route.continue_()
    expect(page.locator(".real-picture:not(.waiting)")).to_be_visible()
    expect(words).not_to_have_text(said)
    expect(real).to_have_attribute("aria-label", re.compile("^Nearest real image, "))
    until(page, lambda: not torch.equal(picture_pixels(page, ".real-picture"), image))


def test_the_nearest_real_image_is_called_by_the_name_of_its_file(
    open_app: OpenApp, app_server: AppServer
) -> None:
    pictures = {f"kinds/{'ab'[k % 2]}/photo {k}.png": png(7 * k % 256) for k in range(300)}
    folder = app_server.runs_folder / "datasets"
    about = import_images(("kinds.zip", zipped(pictures)), folder=folder).about
    dataset = load_dataset(about.name, folder)
    vae = random_vae(image_shape=dataset.image_shape, latent_dim=2, hidden=(8,))
    page = open_app(f"/?model={keep_opened(app_server, vae, dataset=about.name)}")
    plane, shown = atlas(page), page.locator(".real-file")
    for x in (0.45, 0.6):
        move_to(page, x, 0.5)

        def is_named() -> bool:
            nearest = int(plane.get_attribute("data-nearest") or -1)
            name = dataset.image_names[point_order(dataset)[nearest]]
            return shown.text_content() == name.split("/")[-1] and (
                shown.get_attribute("title") == name
            )

        until(page, is_named)


def test_guides_draw_the_posterior_to_the_scale_of_both_axes_under_phi(
    open_app: OpenApp, points: Encodings
) -> None:
    mu, s = points.mu, (0.5 * points.logvar).exp()
    # Not round at all, and where Φ is steeper along one axis than along the other.
    uneven = (s[:, 0] / s[:, 1]).log().abs() + (mu.abs().amax(1) > 1.0) * -9
    n = int(uneven.argmax())
    page = open_app(f"/?{MODEL}&axis=cdf&z={written(mu[n])}")
    atlas(page)
    # On either axis, to either side: where a guide is drawn, and where none is.
    lines, gaps = (
        [
            mu[n] + side * deviations * s[n] * torch.eye(2)[axis]
            for axis in (0, 1)
            for side in (-1, 1)
            for deviations in several
        ]
        for several in ((1, 2), (1.5,))
    )

    def inked(z: Tensor) -> bool:
        red, *_, opacity = colour_at(picture_pixels(page, ".over"), *place(z)).tolist()
        return bool(red > 170 and opacity > 170)

    def bare(z: Tensor) -> bool:
        return bool(colour_at(picture_pixels(page, ".over"), *place(z))[3] == 0)

    until(page, lambda: all(bare(z) for z in lines + gaps))
    open_views(page)
    page.get_by_role("button", name="Guides").click()
    page.wait_for_url(re.compile("guides=on"))
    until(page, lambda: all(inked(z) for z in lines))
    until(page, lambda: not any(inked(z) for z in gaps))


def test_a_background_of_holes_has_the_signs_of_the_map(
    open_app: OpenApp, points: Encodings
) -> None:
    along = manifold_coordinates(60, "gaussian-cdf")
    ratio = hole_map(SupportMeter(points).aggregate, Plane.of_axes(2), along, along)
    grid = Plane.of_axes(2).grid(along, along)
    u = torch.special.ndtr(torch.cat([points.mu, torch.zeros(1, 2)]))
    clear = torch.cdist(torch.special.ndtr(grid).flatten(0, 1), u).amin(1).view(ratio.shape)
    inner = (torch.special.ndtr(grid) - 0.5).abs().amax(-1) < 0.44
    # The spots of either sign that are furthest from any dot.
    spots = [
        grid.flatten(0, 1)[(clear * (sign * ratio > 1.2) * inner).argmax()] for sign in (-1, 1)
    ]

    page = open_app(f"/?{MODEL}&axis=cdf")
    atlas(page)
    before = picture_pixels(page, ".ground")
    open_views(page)
    page.get_by_role("button", name="Holes", exact=True).click()
    page.locator(".atlas[data-background='holes cdf']").wait_for()

    def is_tinted(spot: Tensor, *, orange: bool) -> bool:
        now = colour_at(picture_pixels(page, ".ground"), *place(spot))
        red, _, blue, _ = now.tolist()
        differs = (now - colour_at(before, *place(spot))).abs().max() > 15
        return bool(differs) and ((red > blue + 20) if orange else (blue > red + 20))

    until(page, lambda: is_tinted(spots[0], orange=True))
    until(page, lambda: is_tinted(spots[1], orange=False))
    expect(page.locator(".map-words")).to_contain_text("Orange: holes")
    expect(page.locator(".scale-unit")).to_contain_text("nats")

    page.get_by_role("button", name="Magnification", exact=True).click()
    page.locator(".atlas[data-background='magnification cdf']").wait_for(timeout=60_000)
    expect(page.locator(".scale-low")).to_have_text(re.compile(r"^[\d.,]+$"))
    page.get_by_role("button", name="Classes", exact=True).click()
    page.locator(".atlas[data-background='classes cdf']").wait_for()
    expect(page.locator(".scale")).to_be_hidden()
    page.locator("[data-axis=z]").click()
    page.locator(".atlas[data-background='classes z']").wait_for()
    page.wait_for_url(re.compile("background=classes"))
    page.reload()
    page.locator(".atlas[data-background='classes z']").wait_for(timeout=60_000)
