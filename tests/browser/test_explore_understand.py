"""Explore for people who want to know why: directions with a meaning, one's own image, doubt."""

import base64
import re
from collections.abc import Callable
from functools import partial
from itertools import product

import pytest
import torch
from playwright.sync_api import Page, expect

from latent_atlas.ui.latent_plane.encodings import point_order
from tests.browser.helpers import until, until_equal
from tests.browser.plane import (
    atlas,
    is_drawn,
    keep_opened,
    move_to,
    open_views,
    picture_pixels,
    random_vae,
    shown_z,
)
from tests.browser.server import REPOSITORY, AppServer
from tests.browser.test_accessibility import findings
from tests.browser.test_own_image import draw_a_one
from tests.browser.test_roam_modules import inside, run
from vae_core.data import load_dataset
from vae_core.latent import attribute_vector, encode_images
from vae_core.models import LIKELIHOODS, decoder_bytes, load_model

OpenApp = Callable[..., Page]
# Matplotlib's viridis at even steps, as in js/layers/ramps.js.
VIRIDIS = torch.tensor(
    [[68, 1, 84], [70, 50, 126], [54, 92, 141], [39, 127, 142]]
    + [[31, 161, 135], [74, 193, 109], [160, 218, 57], [253, 231, 37]]
)
ACCENT, YOURS = (127, 176, 255), (255, 209, 102)


def near(page: Page, colour: tuple[int, int, int]) -> torch.Tensor:
    """Where a colour is on the pointer's canvas: shares of its sides, from the top left. [n, 2]."""
    pixels = picture_pixels(page, ".over").int()
    found = (pixels[..., :3] - torch.tensor(colour)).abs().amax(-1) < 24
    size = torch.tensor([pixels.shape[1], pixels.shape[0]])
    return (found & (pixels[..., 3] > 200)).nonzero().flip(1) / size


def test_the_difference_of_two_selections_is_added_to_the_pin_in_parts(open_app: OpenApp) -> None:
    saved = load_model(REPOSITORY / "checkpoints" / "digits-2d.safetensors")
    dataset = load_dataset("digits")
    encodings = encode_images(saved.vae, dataset.images[point_order(dataset)])
    a, b = [-3.0, -3.0, -0.5, -3.0, -0.5, 0.5, -3.0, 0.5], [0.5, 0.0, 3.0, 0.0, 3.0, 3.0, 0.5, 3.0]
    v = attribute_vector(encodings, inside(a, encodings.mu), inside(b, encodings.mu))
    pin = torch.tensor([0.25, 0.5])
    corners = "&".join(f"{k}={','.join(map(str, each))}" for k, each in (("a", a), ("b", b)))
    page = open_app(f"/?model=shipped:digits-2d&z=0.25,0.5&along=0.5&{corners}")
    atlas(page)
    slider = page.get_by_role("slider", name="How much of A − B is added to the pin")
    expect(slider).to_have_value("0.5")
    half = (pin + 0.5 * v).tolist()
    until_equal(page, lambda: shown_z(page), pytest.approx(half, abs=1e-5))
    expect(page.locator(".status")).to_have_text("Pin + 0.50 (A − B)")
    until(page, lambda: len(near(page, ACCENT)) > 100)  # the ring of the pin, and the arrow

    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "−2.00 times A minus B")
    end = pin - 2 * v
    until_equal(page, lambda: shown_z(page), pytest.approx(end.tolist(), abs=1e-5))
    until(page, lambda: is_drawn(page, saved.vae.decode(end[None]).mean[0]))
    page.wait_for_url(re.compile(r"along=-2"))

    # So far out there is no plane: an arrow and a sentence say so, and stepping back shows it.
    assert max(end.abs()) > 3.5
    outside = page.locator(".outside")
    expect(outside).to_contain_text("Pin − 2.00 (A − B) is outside of what is shown.")
    outside.get_by_role("button", name="Zoom out").click()
    expect(outside).to_be_hidden()
    page.mouse.move(2, 2)
    expect(page.locator(".atlas")).to_have_attribute("data-zoom", re.compile(r"^0\.[1-9]"))
    until_equal(page, lambda: shown_z(page), pytest.approx(end.tolist(), abs=1e-5))
    page.get_by_role("button", name="Show all").click()
    expect(outside).to_be_visible()

    move_to(page, 0.5, 0.5)  # the pointer is stronger, and lets go
    until(page, lambda: shown_z(page) != pytest.approx(end.tolist(), abs=1e-5))
    expect(page.locator(".status")).to_have_text("Preview")
    page.get_by_role("button", name="Reset").click()
    until(page, lambda: shown_z(page) == [0.25, 0.5])
    page.wait_for_url(re.compile(r"^((?!along=).)*$"))
    page.get_by_role("button", name="Clear selection B").click()
    expect(slider).to_be_hidden()


def test_ones_own_image_shows_how_sure_the_encoder_is_until_it_goes(open_app: OpenApp) -> None:
    page = open_app("/?z=3,3&zoom=8")
    atlas(page)
    until(page, lambda: not len(near(page, YOURS)))
    draw_a_one(page)
    expect(page.locator(".landed")).to_have_text("your image, 1σ and 2σ")
    until(page, lambda: len(near(page, YOURS)) > 120)  # the diamond alone has 72

    def is_as_long_as_written() -> bool:
        written = page.locator(".posterior .value").all_inner_texts()
        sigma = [float(text.split(" ± ")[1]) for text in written]
        if not len(found := near(page, YOURS)):
            return False  # the map has moved, and the ellipse is drawn in the next frame
        width, height = (found.amax(0) - found.amin(0)).tolist()
        return bool(width / height == pytest.approx(sigma[0] / sigma[1], rel=0.15))

    until(page, is_as_long_as_written)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".landed")).to_be_hidden()
    until(page, lambda: not len(near(page, YOURS)))


SPREAD = """const parse = (text) => safetensors.parseSafetensors(
        Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
    const { decode, deviations } = decoder.buildDecoder(parse(values[0]));
    return values[1].map((z) => {
        decode(z);
        return deviations && Array.from(deviations());
    });"""


def test_the_deviation_of_every_likelihood_is_worked_out_as_in_python(
    page: Page, app_server: AppServer
) -> None:
    page.goto(f"{app_server.url}/_stcore/health")
    z = 2 * torch.randn(40, 3, generator=torch.Generator().manual_seed(2))
    for network, kind in product(("mlp", "conv"), LIKELIHOODS):
        vae = random_vae(
            latent_dim=3,
            image_shape=(2, 9, 6),
            hidden=(20,),
            network=network,
            channels=(4, 5),
            likelihood=kind,
            scale=0.07,
        )
        if kind == "gaussian-shared":
            with torch.no_grad():
                vae.get_parameter("decoder.log_scale").fill_(-1.3)
        contents = [decoder_bytes(vae, widths=widths) for widths in (True, False)]
        texts = [base64.b64encode(content).decode() for content in contents]
        found = run(page, "decode/safetensors decode/decoder", SPREAD, texts[0], z.tolist())
        expected = vae.decode(z).deviation.flatten(1)
        assert (torch.tensor(found) - expected).abs().max() < 1e-5
        alone = run(page, "decode/safetensors decode/decoder", SPREAD, texts[1], z[:1].tolist())[0]
        assert (alone is None) == bool(LIKELIHOODS[kind].heads)


def coloured(deviation: torch.Tensor, most: float) -> torch.Tensor:
    """The colours of deviations [H, W]. int [H, W, 3]."""
    at = (deviation / most).clamp(0, 1) * (len(VIRIDIS) - 1)
    low = at.floor().clamp(max=len(VIRIDIS) - 2).long()
    return torch.lerp(VIRIDIS[low].float(), VIRIDIS[low + 1].float(), (at - low)[..., None]).int()


def test_the_picture_shows_the_deviation_on_a_scale_and_says_what_it_is_not(
    open_app: OpenApp, app_server: AppServer
) -> None:
    z = torch.tensor([[0.5, -0.75]])
    for most, vae, model in (
        (0.5, load_model(REPOSITORY / "checkpoints" / "digits-2d.safetensors").vae, "digits-2d"),
        (0.3, random_vae(latent_dim=2, image_shape=(1, 8, 8), likelihood="gaussian"), None),
    ):
        key = f"shipped:{model}" if model else keep_opened(app_server, vae)
        page = open_app(f"/?model={key}&z=0.5,-0.75")
        atlas(page)
        mean = vae.decode(z).mean[0]
        until(page, partial(is_drawn, page, mean.expand(3, -1, -1)))
        open_views(page)
        page.get_by_role("button", name="Uncertainty", exact=True).click()
        expect(page.locator(".spread-high")).to_have_text("0.5" if model else "0.3 or more")
        expect(page.locator(".spread-words")).to_contain_text("not doubt about the model")
        expected = coloured(vae.decode(z).deviation[0, 0], most)
        until(page, partial(is_drawn, page, expected.permute(2, 0, 1) / 255, within=4))
        page.wait_for_url(re.compile("uncertainty=on"))
        page.get_by_role("button", name="Mean", exact=True).click()
        until(page, partial(is_drawn, page, mean.expand(3, -1, -1)))
        expect(page.locator(".spread-words")).to_be_hidden()


def test_the_equations_fit_a_phone_and_show_the_code(page: Page, app_server: AppServer) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(app_server.url)
    atlas(page)
    page.get_by_role("button", name="Equations", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("ratio = aggregate.log_prob(points)")).to_be_visible()
    formulas = dialog.locator(".katex-display")
    expect(formulas).to_have_count(6)
    fit = "all => all.every(each => each.scrollWidth - each.clientWidth <= 2)"
    until(page, lambda: bool(formulas.evaluate_all(fit)))
    until_equal(page, lambda: findings(page), [])
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
