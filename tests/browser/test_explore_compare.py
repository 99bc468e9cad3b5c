"""Explore through time, and two models at once: what one pointer shows is what PyTorch decodes."""

import re
from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import Tensor

from latent_atlas.reports.pixels import error_rgb
from latent_atlas.ui.latent_plane.encodings import point_order
from tests.browser.helpers import box_of, compute, until, until_equal
from tests.browser.modules import modules_at
from tests.browser.plane import atlas, is_drawn, move_to, picture_pixels, shown_z
from tests.browser.server import REPOSITORY, AppServer
from vae_core.checkpoint import read_checkpoint
from vae_core.data import load_dataset
from vae_core.latent import encode_images
from vae_core.models import VAE, load_model
from vae_core.runs import (
    Run,
    SnapshotContent,
    create_run,
    list_snapshots,
    make_config,
    read_snapshot,
)
from vae_core.runs.faults import train_run

OpenApp = Callable[..., Page]
START = [0.5, -0.5]


@pytest.fixture(scope="module")
def run(app_server: AppServer) -> Run:
    """Four epochs of the small digits."""
    config = make_config(dataset="digits", hidden=(16,), epochs=4, threads=1, name="A small run")
    run = create_run(config, app_server.runs_folder)
    train_run(run)
    return run


def kept_after(run: Run, epoch: float) -> SnapshotContent:
    """What was kept of a run after an epoch."""
    vae = model_after(run, 4)
    (found,) = [each for each in list_snapshots(run.snapshots_path) if each.epoch == epoch]
    return read_snapshot(found, vae.architecture)


def model_after(run: Run, epoch: float) -> VAE:
    """The run's model, with the decoder as it was kept: rounded to 16 bits."""
    path = run.model_path()
    assert path is not None
    vae = load_model(path).vae
    if epoch < 4:
        decoder = read_checkpoint(kept_after(run, epoch).decoder).tensors
        vae.load_state_dict(vae.state_dict() | decoder)
    return vae


def decoded(vae: VAE, z: list[float]) -> Tensor:
    """The mean of p(x|z). [1, H, W]."""
    return vae.decode(torch.tensor([z])).mean[0]


def test_a_spot_is_seen_at_each_epoch_as_pytorch_decodes_it(open_app: OpenApp, run: Run) -> None:
    page = open_app(f"/?model=run:{run.id}&z=0.5,-0.5&layers=tiles")
    atlas(page)
    slider = page.get_by_role("slider", name="Epoch")
    expect(slider).to_have_attribute("aria-valuetext", "4, the model itself")
    until(page, lambda: is_drawn(page, decoded(model_after(run, 4), START)))
    page.locator(".atlas[data-grids~='linear']").wait_for()
    tiles = picture_pixels(page, ".ground")

    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "epoch 0 of 4")
    page.locator(".atlas[data-epoch='0']").wait_for()
    first = model_after(run, 0)
    until(page, lambda: is_drawn(page, decoded(first, START)))
    expect(page.locator(".time-words")).to_contain_text("support and backgrounds are the model’s")
    until(page, lambda: not torch.equal(picture_pixels(page, ".ground"), tiles))
    move_to(page, 0.3, 0.3)
    until(page, lambda: shown_z(page) != START)
    until(page, lambda: is_drawn(page, decoded(first, shown_z(page))))
    page.mouse.move(2, 2)

    stops = [each.epoch for each in list_snapshots(run.snapshots_path)]
    slider.focus()
    page.keyboard.press("End")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.locator(f".atlas[data-epoch='{named(stops[-3])}']").wait_for()
    atlas(page).evaluate(
        """root => {
            window.seen = [];
            new MutationObserver(() => window.seen.push(root.dataset.epoch ?? "4"))
                .observe(root, { attributeFilter: ["data-epoch"] });
        }"""
    )
    page.get_by_role("button", name="Play the epochs").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Play the epochs")).to_be_visible()
    until_equal(
        page, lambda: page.evaluate("window.seen"), [named(stops[-2]), named(stops[-1]), "4"]
    )
    expect(slider).to_have_attribute("aria-valuetext", "4, the model itself")
    until(page, lambda: is_drawn(page, decoded(model_after(run, 4), START)))

    slider.focus()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(f"epoch={re.escape(named(stops[-2]))}"))
    page.reload()
    page.locator(f".atlas[data-epoch='{named(stops[-2])}']").wait_for()
    until(page, lambda: is_drawn(page, decoded(model_after(run, stops[-2]), START)))


def named(epoch: float) -> str:
    """An epoch as JavaScript writes it."""
    return repr(epoch).removesuffix(".0")


def test_the_points_lie_where_the_encoder_put_them_after_each_epoch(
    open_app: OpenApp, run: Run
) -> None:
    digits = load_dataset("digits")
    stops = [each.epoch for each in list_snapshots(run.snapshots_path)]
    last, early = (points_after(run, stops[n]) for n in (-1, 4))
    now = encode_images(model_after(run, 4), digits.images[point_order(digits)]).mu
    page = open_app(f"/?model=run:{run.id}&epoch={named(stops[-1])}")
    atlas(page)
    expect(page.locator(".time-words")).to_contain_text("draws pictures and points (16 bits")
    expect_lone_point(page, last)
    page.get_by_role("slider", name="Epoch").focus()
    for _ in range(len(stops) - 1 - 4):
        page.keyboard.press("ArrowLeft")
    page.locator(f".atlas[data-epoch='{named(stops[4])}']").wait_for()
    expect_lone_point(page, early)
    page.get_by_role("slider", name="Epoch").focus()
    page.keyboard.press("End")
    page.locator(".atlas:not([data-epoch])").wait_for()
    expect_lone_point(page, now)


def points_after(run: Run, epoch: float) -> Tensor:
    """The means that were kept of a run after an epoch."""
    encodings = kept_after(run, epoch).encodings
    assert encodings is not None
    return encodings.mu


def expect_lone_point(page: Page, mu: Tensor) -> None:
    """The point that is farthest from all others is where it should be among them.

    The plane shows 3 units of z to each side.
    """
    apart = (torch.cdist(mu, mu) + 9 * torch.eye(len(mu))).amin(1)
    lone = int(torch.where((mu.abs() < 2.9).all(1), apart, -1).argmax())
    x, y = mu[lone].tolist()
    move_to(page, (x + 3) / 6, (3 - y) / 6)
    expect(page.locator(".atlas")).to_have_attribute("data-nearest", str(lone))
    page.mouse.move(2, 2)


def test_the_modules_of_time_and_difference_keep_their_word(
    page: Page, app_server: AppServer
) -> None:
    page.goto(f"{app_server.url}/_stcore/health")
    shape = (3, 2, 5)
    one, other = torch.rand(shape), torch.rand(shape)
    painted, mean, kept, stops = compute(
        page,
        """async ([base, one, other, [channels, height, width]]) => {
            const [time, files, between] = await Promise.all(
                ["features/epochs", "decode/file_cache", "features/twin/difference"]
                    .map(name => import(`${base}/${name}.js`)));
            const image = new ImageData(width, height);
            const mean = between.paintDifference(one, other, [channels, height, width], image);
            const asked = [];
            const load = async (url) => (asked.push(url), url);
            const some = files.createFileCache(load, 2);
            for (const url of ["a", "b", "a", "c", "a", "b"]) await some.get(url);
            const stops = [null, 1, 5, 6, 41].map(epoch => time.nearestStop([2, 5, 40], epoch));
            return [[...image.data], mean, asked.join(""), stops];
        }""",
        [modules_at(), one.flatten().tolist(), other.flatten().tolist(), shape],
    )
    expected = torch.from_numpy(error_rgb((one - other).numpy())).int()
    assert (torch.tensor(painted).view(2, 5, 4)[..., :3] - expected).abs().max() <= 1
    assert mean == pytest.approx(float((one - other).mean(0).abs().mean()), abs=1e-6)
    assert kept == "abcb"  # two are kept, and b was the one that nobody had used for longest
    assert stops == [3, 0, 1, 2, 3]


def both(page: Page) -> tuple[Locator, Locator]:
    """The two planes, once they show pictures and points."""
    found = [page.locator(f".atlas[data-twin={seat}][data-ready=true]") for seat in SEATS]
    for each in found:
        each.wait_for()
    return found[0], found[1]


def move_in(page: Page, plane: Locator, x: float, y: float) -> None:
    """Moves the mouse to a place of a plane's field."""
    box = box_of(page, plane.locator(".field"))
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])


def z_of(plane: Locator) -> list[float]:
    return [float(part) for part in (plane.get_attribute("data-z") or "").split(",")]


def brightness(page: Page, seat: str, z: Tensor) -> float:
    """Of the brightest pixel at a spot of a plane, 3 units of z to each side of the middle."""
    pixels = picture_pixels(page, f".atlas[data-twin={seat}] .ground")[..., :3].float()
    x, y = float(z[0] + 3) / 6, float(3 - z[1]) / 6
    row, column = round(y * pixels.shape[0] - 0.5), round(x * pixels.shape[1] - 0.5)
    return float(pixels[row - 1 : row + 2, column - 1 : column + 2].amax())


SEATS = ("first", "second")


def test_two_planes_have_one_pointer_one_difference_and_one_lasso(
    open_app: OpenApp, run: Run
) -> None:
    shipped = load_model(REPOSITORY / "checkpoints" / "digits-2d.safetensors").vae
    mine = model_after(run, 4)
    page = open_app(f"/?model=run:{run.id}&z=0.5,-0.5")
    atlas(page).evaluate("root => { root.dataset.mark = 'the same element' }")
    page.get_by_role("combobox", name="Compare with").click()
    page.get_by_role("option", name="digits-2d").click()
    first, second = both(page)
    expect(first).to_have_attribute("data-mark", "the same element")  # not loaded anew
    until_equal(page, lambda: z_of(second), START)

    move_in(page, second, 0.6, 0.3)
    until(page, lambda: z_of(second) != START)
    z = z_of(second)
    until_equal(page, lambda: z_of(first), z)
    difference = decoded(mine, z) - decoded(shipped, z)
    expect(page.locator(".between .size")).to_have_text(f"{float(difference.abs().mean()):.3f}")
    painted = torch.from_numpy(error_rgb(difference.numpy())).permute(2, 0, 1) / 255
    until(page, lambda: is_drawn(page, painted, ".between .difference canvas"))
    until(page, lambda: is_drawn(page, decoded(mine, z), ".between .first canvas"))
    page.mouse.move(2, 2)
    until_equal(page, lambda: z_of(first), START)
    second.locator(".field").focus()
    page.keyboard.press("ArrowLeft")
    until_equal(page, lambda: z_of(first), pytest.approx([0.45, -0.5]))

    # A lasso around the left of the first plane fades, in the second, all but the same images.
    dataset = load_dataset("digits")
    images = dataset.images[point_order(dataset)]
    here, there = encode_images(mine, images).mu, encode_images(shipped, images).mu
    beside = here[:, 0] - here[:, 0].median()
    edge = float(here[:, 0].median() + 3) / 6
    first.get_by_role("button", name="Select points").click()
    corners = [(0.02, 0.02), (edge, 0.02), (edge, 0.98), (0.02, 0.98)]
    for n, (x, y) in enumerate(corners):
        move_in(page, first, x, y)
        if n == 0:
            page.mouse.down()
    page.mouse.up()
    expect(second.locator(".twin-words")).to_contain_text("Selected in the other plane: A")
    # Points that stand alone there, away from the lines of the field, and here from the lasso's.
    alone = (torch.cdist(there, there) + 9 * torch.eye(len(there))).amin(1)
    alone = alone * (beside.abs() > 0.05) * (there.abs().amax(1) < 2.8)
    alone = alone * (there.abs().amin(1) > 0.1) * (there.norm(dim=1).sub(1.18).abs() > 0.1)
    inside, outside = (int((alone * side).argmax()) for side in (beside < 0, beside > 0))
    until(page, lambda: brightness(page, "second", there[outside]) < 90)
    until(page, lambda: brightness(page, "second", there[inside]) > 120)
    page.wait_for_url(re.compile(r"[?&]a="))
    page.wait_for_url(lambda url: "twin-a" not in url)

    page.reload()
    first, second = both(page)
    expect(second.locator(".twin-words")).to_contain_text("Selected in the other plane: A")
    until_equal(page, lambda: z_of(second), pytest.approx([0.45, -0.5]))
    page.get_by_role("button", name="Clear value").click()
    expect(page.locator(".atlas")).to_have_count(1)
    page.wait_for_url(lambda url: "twin" not in url)
