"""The decoder in the page against PyTorch, on the bytes that the server sends."""

import base64
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
import torch
from playwright.sync_api import Page, Route, expect
from torch import Tensor

from tests.browser.helpers import compute, open_blank, until
from tests.browser.modules import modules_at
from tests.browser.plane import atlas, floats, random_vae
from tests.browser.server import REPOSITORY, AppServer
from vae_core.checkpoint import read_checkpoint
from vae_core.models import LIKELIHOODS, NETWORKS, VAE, load_model
from vae_core.runs import create_run, make_config
from vae_core.runs.faults import train_run

POINTS = 1_000
TOLERANCE = 1e-5

DECODE = """async ([modules, url, points, latentDim]) => {
    const { buildDecoder } = await import(`${modules}/decode/decoder.js`);
    const { fetchSafetensors } = await import(`${modules}/decode/safetensors.js`);
    const { decode } = buildDecoder(await fetchSafetensors(url));
    const bytes = Uint8Array.from(atob(points), (c) => c.charCodeAt(0));
    const zs = new Float32Array(bytes.buffer);
    const parts = [];
    for (let at = 0; at < zs.length; at += latentDim) {
        parts.push(new Uint8Array(decode(zs.subarray(at, at + latentDim)).slice().buffer));
    }
    return await new Promise((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result.split(",")[1]);
        reader.readAsDataURL(new Blob(parts));
    });
}"""


def decoded_in_page(page: Page, url: str, z: Tensor) -> Tensor:
    """The means [N, D] that a page of the app decodes from z [N, J] with a decoder of the app's."""
    asked = [modules_at(), url, floats(z), z.shape[1]]
    content = base64.b64decode(compute(page, DECODE, asked))
    return torch.frombuffer(bytearray(content), dtype=torch.float32).view(len(z), -1)


def is_close(found: Tensor, expected: Tensor) -> bool:
    return bool((found - expected).abs().max() < TOLERANCE)


def decoder_of_plane(page: Page) -> str:
    """The address of the decoder that the plane of a page has, from the root of the app."""
    return f"/{atlas(page).get_attribute('data-decoder')}"


def points(latent_dim: int, count: int = POINTS) -> Tensor:
    """Points from N(0, 2²): well beyond what a plane shows."""
    return 2 * torch.randn(count, latent_dim, generator=torch.Generator().manual_seed(1))


def test_the_shipped_model_decodes_in_the_page_as_in_pytorch(
    open_app: Callable[..., Page], app_server: AppServer
) -> None:
    page = open_app("/")
    vae = load_model(REPOSITORY / "checkpoints" / "mnist-2d.safetensors").vae
    z = points(2)
    expected = vae.decode(z).mean.flatten(1)
    address = decoder_of_plane(page)
    open_blank(page, app_server.url)
    until(page, lambda: is_close(decoded_in_page(page, address, z), expected))


@pytest.mark.parametrize(
    ("latent_dim", "activation", "hidden", "shape"),
    [
        (1, "tanh", (64,), (1, 28, 28)),
        (2, "relu", (130, 70), (1, 28, 28)),
        (2, "tanh", (), (1, 8, 8)),
        (2, "relu", (33,), (3, 9, 13)),
        (10, "relu", (100, 50, 30), (1, 28, 28)),
        (10, "tanh", (120,), (1, 28, 28)),
    ],
)
def test_any_decoder_decodes_in_the_page_as_in_pytorch(
    blank: Page,
    keep: Callable[[VAE], str],
    latent_dim: int,
    activation: str,
    hidden: tuple[int, ...],
    shape: tuple[int, int, int],
) -> None:
    vae = random_vae(latent_dim=latent_dim, activation=activation, hidden=hidden, image_shape=shape)
    z = points(latent_dim)
    expected = vae.decode(z).mean.flatten(1)
    assert expected.std() > 0.1  # not all one half
    assert is_close(decoded_in_page(blank, keep(vae), z), expected)


@pytest.mark.parametrize(
    ("shape", "channels", "activation", "hidden", "count"),
    [
        ((1, 28, 28), (32, 64), "relu", (256,), POINTS),
        ((1, 28, 28), (32, 64), "tanh", (500,), 200),
        ((1, 28, 20), (8, 16, 24), "relu", (30,), POINTS),
        ((1, 8, 8), (16, 32, 32, 8), "tanh", (), POINTS),
        ((1, 105, 105), (4, 8, 12), "relu", (20,), 100),
        ((3, 64, 64), (32, 64), "relu", (20,), 50),
        ((3, 9, 13), (5,), "tanh", (12, 7), POINTS),
    ],
)
def test_any_convolutional_decoder_decodes_in_the_page_as_in_pytorch(
    blank: Page,
    keep: Callable[[VAE], str],
    shape: tuple[int, int, int],
    channels: tuple[int, ...],
    activation: str,
    hidden: tuple[int, ...],
    count: int,
) -> None:
    vae = random_vae(
        latent_dim=2,
        network="conv",
        channels=channels,
        activation=activation,
        hidden=hidden,
        image_shape=shape,
    )
    z = points(2, count)
    expected = vae.decode(z).mean.flatten(1)
    assert expected.std() > 0.01  # not all one half
    assert is_close(decoded_in_page(blank, keep(vae), z), expected)


@pytest.mark.parametrize("network", [n for n, kind in NETWORKS.items() if kind.decoder.has_mean])
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_under_every_likelihood_the_page_shows_the_mean(
    blank: Page,
    app_server: AppServer,
    keep: Callable[[VAE], str],
    likelihood: str,
    network: str,
) -> None:
    vae = random_vae(
        latent_dim=3,
        hidden=(40,),
        image_shape=(1, 12, 10),
        network=network,
        channels=(6, 8),
        likelihood=likelihood,
    )
    z = points(3)
    expected = vae.decode(z).mean.flatten(1)
    address = keep(vae)
    assert is_close(decoded_in_page(blank, address, z), expected)
    asked = blank.request.get(urljoin(app_server.url, address))
    sent = read_checkpoint(asked.body()).tensors
    heads = LIKELIHOODS[likelihood].heads
    assert not any(name.split(".")[1] in heads for name in sent)


def test_a_likelihood_that_the_plane_does_not_know_is_said_and_the_page_goes_on(
    open_app: Callable[..., Page],
) -> None:
    page = open_app("/?model=shipped:mnist-2d")
    atlas(page)

    def answer(route: Route) -> None:
        body = route.fetch().body()
        # As long as the one that it takes the place of, so that the file stays whole.
        route.fulfill(body=body.replace(b"bernoulli", b"laplacian", 1))

    page.route("**/decoder.safetensors", answer)
    page.reload()
    expect(page.locator(".notice")).to_have_text(
        "The likelihood “laplacian” cannot be drawn here: the plane has no entry for it."
    )
    expect(page.locator(".atlas")).to_have_attribute("data-ready", "false")
    page.unroute("**/decoder.safetensors")
    page.reload()
    expect(page.locator(".atlas")).to_have_attribute("data-ready", "true")
    expect(page.locator(".notice")).to_be_hidden()


def test_a_model_trained_a_moment_ago_is_found_and_decodes_as_in_pytorch(
    open_app: Callable[..., Page], app_server: AppServer
) -> None:
    config = make_config(dataset="digits", hidden=(64,), epochs=2, threads=1)
    run = create_run(config, app_server.runs_folder)
    train_run(run)
    checkpoint = run.model_path()
    assert checkpoint is not None
    page = open_app(f"/?model=run:{run.id}")
    z = points(2)
    expected = load_model(checkpoint).vae.decode(z).mean.flatten(1)
    address = decoder_of_plane(page)
    open_blank(page, app_server.url)
    until(page, lambda: is_close(decoded_in_page(page, address, z), expected))
