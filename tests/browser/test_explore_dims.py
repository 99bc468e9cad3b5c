"""Explore a model of ten dimensions as a person does: choose a plane, turn dimensions, share it."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page, Route, expect
from torch import Tensor

from latent_atlas.ui.latent_plane import tsne_sheet
from latent_atlas.ui.latent_plane.encodings import point_order
from latent_atlas.ui.latent_plane.projections import rates_told
from latent_atlas.ui.latent_plane.tsne_sheet import sheet_bytes
from tests.browser.helpers import box_of, compute, open_blank, until, until_equal
from tests.browser.modules import modules_at
from tests.browser.plane import (
    atlas,
    keep_opened,
    link_to,
    move_to,
    open_views,
    picture_pixels,
    random_vae,
    shown_z,
)
from tests.browser.server import AppServer
from vae_core.data import load_dataset
from vae_core.latent import Activity, Encodings, activity, encode_images, principal_axes
from vae_core.models import VAE

OpenApp = Callable[..., Page]
DIGITS = load_dataset("digits")
DEAD = (4, 7)
LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

LIFTED = """async ([module, name, at, points, base]) => {
    const { loadModel } = await import(module);
    const decoder = at.split("/").slice(0, 4).join("/") + "/decoder.safetensors";
    const encodings = `${at}/${name}/encodings-0.safetensors`;
    for await (const model of loadModel({ decoder, encodings }, new AbortController().signal)) {
        model.place.stayAt(base);
        return points.map((shown) => ({
            z: [...model.place.lift(shown)], means: [...model.decodeShown(shown)],
        }));
    }
}"""


@dataclass(frozen=True)
class Ten:
    """A model of ten dimensions, of which two are dead, and what it makes of the digits."""

    vae: VAE
    points: Encodings
    activity: Activity

    def __post_init__(self) -> None:
        assert self.activity.dead.nonzero().flatten().tolist() == sorted(DEAD)

    @torch.no_grad()
    def drawn(self, z: Tensor) -> Tensor:
        """What is decoded at z [J], as grey levels [8, 8]."""
        return 255 * self.vae.decode(z[None]).mean[0, 0]


@pytest.fixture(scope="module")
def ten() -> Ten:
    vae = random_vae(3, latent_dim=10, hidden=(30,), image_shape=(1, 8, 8))
    with torch.no_grad():
        for layer in (vae.encoder.mu, vae.encoder.logvar):
            for axis in DEAD:
                layer.weight[axis] = 0
                layer.bias[axis] = 0
    points = encode_images(vae, DIGITS.images[point_order(DIGITS)])
    return Ten(vae, points, activity(points))


def shows(page: Page, expected: Tensor) -> bool:
    return bool((picture_pixels(page)[..., 0] - expected).abs().max() <= 1.01)


def slider_of(page: Page, axis: int) -> Locator:
    return page.get_by_role("slider", name=re.compile(f"^z{str(axis + 1).translate(LOW)} ·"))


def test_planes_sliders_pictures_and_the_link_are_those_of_pytorch(
    open_app: OpenApp, app_server: AppServer, ten: Ten
) -> None:
    key = keep_opened(app_server, ten.vae, dataset="digits")
    page = open_app(f"/?model={key}")
    order = ten.activity.order.tolist()
    atlas(page)
    expect(page.locator(".atlas")).to_have_attribute(
        "data-plane", f"axes-{order[0] + 1}-{order[1] + 1}"
    )
    across, upward = (page.locator(".dims select").nth(n) for n in (0, 1))
    options = across.locator("option")
    expect(options).to_have_text(
        [re.compile(rf"^z{str(axis + 1).translate(LOW)}\D") for axis in order]
    )
    expect(options.first).to_have_text(
        re.compile(re.escape(f" {rates_told(ten.activity)[order[0]]} nats") + "$")
    )
    expect(options.last).to_have_text(re.compile("nats, dead$"))
    expect(across.locator("option.dead")).to_have_count(2)

    # Two other axes: the pointer decodes there, all else at zero.
    across.select_option(str(order[3]))
    upward.select_option(str(order[5]))
    name = f"axes-{order[3] + 1}-{order[5] + 1}"
    page.locator(f".atlas[data-plane={name}]").wait_for()
    page.wait_for_url(re.compile(f"dims={name}"))
    move_to(page, 0.7, 0.4)
    until(page, lambda: max(map(abs, shown_z(page))) > 0.5)
    z = torch.zeros(10)
    z[[order[3], order[5]]] = torch.tensor(shown_z(page))
    until(page, lambda: shows(page, ten.drawn(z)))

    # PCA keeps what is pinned.
    field = box_of(page, page.locator(".field"))
    page.mouse.click(field["x"] + 0.7 * field["width"], field["y"] + 0.4 * field["height"])
    page.get_by_role("button", name="PCA").click()
    page.locator(".atlas[data-plane=pca]").wait_for()
    principal = principal_axes(ten.points)
    pinned = (principal.components[:2] @ z).tolist()
    until_equal(page, lambda: shown_z(page), pytest.approx(pinned, abs=2e-3))
    until(page, lambda: shows(page, ten.drawn(z)))

    # A slider turns one dimension, at once, and leaves the others.
    page.get_by_text("Every dimension").click()
    axis = order[2]
    slider_of(page, axis).fill("1.5")
    z[axis] = 1.5
    until(page, lambda: shows(page, ten.drawn(z)))
    expect(slider_of(page, order[3])).to_have_value(f"{round(float(z[order[3]]) / 0.05) * 0.05:g}")
    row = page.locator(".every-row").nth(order.index(axis))
    page.locator(".every[data-drawn]").wait_for()
    told = f"{rates_told(ten.activity)[axis]} nats"
    expect(row.locator("span").first).to_contain_text(told)
    until(page, lambda: all(cell_is(row, ten, z, axis, stop) for stop in range(7)))
    box = box_of(page, row.locator("canvas"))
    row.locator("canvas").click(position={"x": box["width"] * 0.5 / 7, "y": 10})
    z[axis] = -3.0
    until(page, lambda: shows(page, ten.drawn(z)))
    dead = page.locator(".every-row.dead")
    expect(dead).to_have_count(2)
    faint = "each => getComputedStyle(each).opacity < 0.6"
    until(page, lambda: bool(dead.first.locator("canvas").evaluate(faint)))

    # Whoever opens the link sees the same.
    page.wait_for_url(re.compile(f"{link_to(shown_z(page))}&dims=pca&base="))
    page.reload()
    page.locator(".atlas[data-plane=pca][data-ready=true]").wait_for()
    until(page, lambda: shows(page, ten.drawn(z)))
    page.get_by_text("Every dimension").click()
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_url(re.compile(r"^((?!base=).)*$"))

    # Support, holes and tiles are asked for on this plane, and answer.
    page.locator(".atlas[data-support]").wait_for()
    open_views(page)
    page.get_by_role("button", name="Holes", exact=True).click()
    page.locator(".atlas[data-background='holes z']").wait_for()
    page.get_by_role("button", name="Tiles").click()
    page.locator(".atlas[data-grids~='linear']").wait_for()

    t_sne_decodes_at_the_nearest_image(page, ten)
    decodes_as_pytorch(page, ten)


def cell_is(row: Locator, ten: Ten, z: Tensor, axis: int, stop: int) -> bool:
    """Whether a picture of a traversal is what PyTorch decodes with that coordinate."""
    encoded, width, height = row.locator("canvas").evaluate(
        """canvas => {
            const [w, h] = [canvas.width, canvas.height];
            const { data } = canvas.getContext("2d").getImageData(0, 0, w, h);
            let text = "";
            for (let n = 0; n < data.length; n += 4) text += String.fromCharCode(data[n]);
            return [btoa(text), canvas.width, canvas.height];
        }"""
    )
    pixels = torch.frombuffer(bytearray(base64.b64decode(encoded)), dtype=torch.uint8)
    cell = pixels.view(height, width)[:, stop * width // 7 : (stop + 1) * width // 7]
    turned = z.clone()
    turned[axis] = stop - 3
    scale = height // 8
    middles = (torch.arange(8) + 0.5).mul(scale).long()
    found = cell[middles][:, middles + (cell.shape[1] - height) // 2]
    return bool((found - ten.drawn(turned)).abs().max() <= 1.01)


def decodes_as_pytorch(page: Page, ten: Ten) -> None:
    """Lifting and decoding in the page against PyTorch, on two axes and under PCA, at some base."""
    at = page.evaluate(
        """() => performance.getEntriesByType("resource").map((each) => new URL(each.name).pathname)
            .find((each) => each.endsWith("/pca/encodings-0.safetensors")).split("/pca/")[0]"""
    )
    open_blank(page, page.url)
    module = f"{modules_at()}/plane/model.js"
    g = torch.Generator().manual_seed(2)
    shown, base = 2 * torch.randn(50, 2, generator=g), torch.randn(10, generator=g)
    components = principal_axes(ten.points).components[:2]
    for name, directions in (("axes-8-3", torch.eye(10)[[7, 2]]), ("pca", components)):
        found: Any = compute(page, LIFTED, [module, name, at, shown.tolist(), base.tolist()])
        z = torch.tensor([each["z"] for each in found])
        expected = base - (directions @ base) @ directions + shown @ directions
        # The components are of the first 2,000 points, which are all.
        assert torch.allclose(z, expected, atol=1e-4)
        means = torch.tensor([each["means"] for each in found])
        assert (means - ten.vae.decode(z).mean.flatten(1)).abs().max() < 1e-5


def t_sne_decodes_at_the_nearest_image(page: Page, ten: Ten) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tsne_sheet, "tsne_points", lambda mu: mu[:, [0, 2]])
        sheet = sheet_bytes(ten.vae, DIGITS)
    asked = []

    def answer(route: Route) -> None:
        asked.append(1)
        if len(asked) == 1:
            route.fulfill(status=202, body="Arranging the points…")
        else:
            route.fulfill(body=sheet)

    page.route("**/tsne/encodings-0.safetensors", answer)
    page.get_by_role("button", name="t-SNE").click()
    expect(page.locator(".notice")).to_have_text("Arranging the points…")
    move_to(page, 0.3, 0.3)  # the plane that was there still answers
    expect(page.locator(".atlas")).to_have_attribute("data-plane", "pca")
    page.locator(".atlas[data-plane=tsne]").wait_for()
    expect(page.locator(".notice")).to_be_hidden()
    move_to(page, 0.45, 0.55)

    def shows_the_nearest_image() -> bool:
        nearest = int(atlas(page).get_attribute("data-nearest") or -1)
        return shows(page, ten.drawn(ten.points.mu[nearest]))

    until(page, shows_the_nearest_image)
    expect(page.locator(".sentence")).to_contain_text("Between them there is no z")
    expect(page.get_by_role("button", name="Holes", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="Tiles")).to_be_hidden()
    page.wait_for_url(re.compile("dims=tsne"))
