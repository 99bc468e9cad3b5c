"""The posterior that the browser works out by itself against Python's grid."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from playwright.sync_api import Page
from torch import Tensor

from latent_atlas.ui.components.modules import module_address
from latent_atlas.ui.diagnose.posterior.sheet import sheet_bytes
from tests.browser.helpers import compute
from tests.browser.plane import random_vae
from vae_core.checkpoint import read_checkpoint
from vae_core.data import load_dataset
from vae_core.inference.grid import grid_integration
from vae_core.models import LIKELIHOODS, VAE, standard_normal_log_prob

IMAGES = 1
# Those whose log p(x|z) is quadratic in x.
INTEGRATED = [name for name, kind in LIKELIHOODS.items() if kind.nats != "levels"]

FIND = """async ([decode, here, decoderAt, sheetAt, count]) => {
    const at = (name) => import(`${here}/${name}.js`);
    const [{ buildDecoder }, { fetchSafetensors }] = await Promise.all(
        ["decoder", "safetensors"].map((name) => import(`${decode}/${name}.js`)));
    const [{ integrate }, { boundOf, foundOf }, { readSheet }, table] = await Promise.all(
        ["grid", "found", "sheet", "table"].map(at));
    const run = (steps) => {
        for (;;) {
            const { done, value } = steps.next();
            if (done) return value;
        }
    };
    const decoder = buildDecoder(await fetchSafetensors(decoderAt));
    const sheet = readSheet(await fetchSafetensors(sheetAt));
    const plane = run(table.decodeTable(decoder, sheet.extent));
    return Array.from({ length: count }, (_, image) => {
        const x = sheet.pixels(image);
        const [height, mean] = [table.heightOf(decoder, x), sheet.mean(image)];
        const grid = run(integrate(plane, table.coarseHeights(plane, x), height, mean));
        const bound = run(boundOf(height, sheet.nodes(image)));
        const found = foundOf(image, grid, bound, height(...mean), sheet.rings(image));
        return { ...found, window: { ...found.window, depths: Array.from(found.window.depths) } };
    });
}"""


def found_in_page(page: Page, decoder: str) -> list[dict[str, Any]]:
    digest = decoder.split("/")[3]
    modules = [
        f"/{module_address(name)}" for name in ("latent_plane/js/decode", "diagnose/posterior")
    ]
    told = decoder.replace("decoder.safetensors", "deviations.safetensors")
    asked = [*modules, told, f"/api/posteriors/{digest}/digits/test/grey", IMAGES]
    found: list[dict[str, Any]] = compute(page, FIND, asked)
    return found


def joint(vae: VAE, x: Tensor, z: Tensor) -> Tensor:
    """log p(x, z) of one image at places [Z, 2]. [Z]."""
    with torch.no_grad():
        return vae.decode(z).log_prob(x) + standard_normal_log_prob(z)


def map_of(window: dict[str, Any]) -> tuple[Tensor, Tensor]:
    """The middles of the pixels that are drawn brightly [P, 2], and their depths [P]."""
    depths, across = torch.tensor(window["depths"]), window["across"]
    pixel = torch.arange(len(depths))
    place = torch.stack([pixel % across, pixel // across], 1) + 0.5
    corner = torch.tensor([window["left"], window["bottom"]])
    bright = depths < 5
    return (corner + place * window["side"])[bright], depths[bright]


@pytest.mark.parametrize(
    ("likelihood", "more"),
    [*((name, {}) for name in INTEGRATED), ("bernoulli", {"network": "conv", "posterior": "iaf"})],
)
def test_log_p_the_bound_and_the_map_are_those_of_python(
    blank: Page, keep: Callable[[VAE], str], likelihood: str, more: dict[str, Any]
) -> None:
    sizes: dict[str, Any] = {"latent_dim": 2, "hidden": (12,), "image_shape": (1, 8, 8)}
    vae = random_vae(**sizes, channels=(4,), likelihood=likelihood, scale=0.3, **more)
    found = found_in_page(blank, keep(vae))
    images = load_dataset("digits").split("test").images[:IMAGES]
    x, sent = (
        images.float() / 255,
        read_checkpoint(sheet_bytes(vae, images, "grey"), "sheet").tensors,
    )
    exact = grid_integration(vae, x)
    assert exact.settled is not None
    assert bool(exact.settled.all())
    for image, each in enumerate(found):
        assert each["settled"]
        assert each["logP"] == pytest.approx(exact.log_p[image].item(), abs=0.02)
        weighed = joint(vae, x[image], sent["z"][image]) - sent["log_q"][image]
        assert each["elbo"] == pytest.approx((sent["weights"] * weighed).sum().item(), abs=2e-3)
        mode = torch.tensor([[each["mode"]["x"], each["mode"]["y"]]])
        z, depths = map_of(each["window"])
        assert len(z) > 100
        expected = joint(vae, x[image], mode) - joint(vae, x[image], z)
        assert (expected - depths).abs().max() < 0.25
