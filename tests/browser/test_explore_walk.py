"""Walks over the plane: the modules against the core, and a path as a person draws it."""

import csv
import re
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from playwright.sync_api import Page, expect
from torch import Tensor

from tests.browser.helpers import compute, until, until_equal
from tests.browser.modules import modules_at
from tests.browser.plane import atlas, floats, is_drawn, link_to, move_to, picture_pixels, shown_z
from tests.browser.server import REPOSITORY, AppServer
from vae_core.data import load_dataset
from vae_core.latent import (
    SupportMeter,
    count_within,
    encode_images,
    geodesic,
    length,
    line,
    slerp,
)
from vae_core.models import VAE, load_model

MODEL = "model=shipped:digits-2d"
STOPS = torch.tensor([[-1.2, 0.9], [0.3, -1.5], [1.8, 0.6]])


@pytest.fixture(scope="module")
def vae() -> Iterator[VAE]:
    """Under test it only decodes and encodes."""
    with torch.no_grad():
        yield load_model(REPOSITORY / "checkpoints" / "digits-2d.safetensors").vae


def _is_a_picture(mean: Tensor) -> bool:
    """Whether it is not all one grey."""
    return bool(mean.std() > 0.02)


def stops_of(page: Page) -> Tensor:
    """The stops of the path in the address. [N, 2]."""
    [path] = parse_qs(urlsplit(page.url).query)["path"]
    return torch.tensor([float(part) for part in path.split(",")]).view(-1, 2)


def evenly_along(vae: VAE, path: Tensor, frames: int) -> Tensor:
    """Points that divide a path into pieces along which the picture changes equally much."""
    fine = line(path, 16)
    far = vae.decode(fine).mean.flatten(1).diff(dim=0).norm(dim=1).cumsum(0)
    share = torch.cat([torch.zeros(1), far / far[-1]])
    at = torch.searchsorted(share, torch.linspace(0, 1, frames)).clamp(1, len(fine) - 1)
    t = (torch.linspace(0, 1, frames) - share[at - 1]) / (share[at] - share[at - 1])
    return torch.lerp(fine[at - 1], fine[at], t[:, None])


def test_ways_and_counts_are_those_of_the_core(page: Page, app_server: AppServer) -> None:
    page.goto(f"{app_server.url}/_stcore/health")
    page.emulate_media(reduced_motion="reduce")
    torch.manual_seed(0)
    mu, asked = torch.randn(3_000, 2), torch.randn(40, 2) * 2
    script = """async ([modules, a, b, mu, asked]) => {
        const load = (name) => import(`${modules}/${name}.js`);
        const [ways, neighbours, play] = await Promise.all(
            ["features/walk/ways", "features/selection/neighbours", "features/walk/play"]
                .map(load));
        const read = (text) => new Float32Array(
            Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
        const grid = neighbours.sortIntoCells(read(mu), 2), at = read(asked);
        // A picture of two pixels that changes four times as fast in the second half.
        const decode = ([x]) => Float32Array.of(x < 0.5 ? x : 0.5 + 4 * (x - 0.5), 0);
        const measured = await ways.measure(ways.line([0, 7], [1, 9], 64), decode, () => true);
        const seen = [];
        await new Promise((done) => {
            const player = play.createPlayer((share) => seen.push(share), (on) => on || done());
            player.play(10, () => true, 2);
        });
        return {
            line: ways.line(a, b, 8), slerp: ways.slerp(a, b, 8),
            turn: ways.slerp(a, a.map((x) => -x), 4),
            length: ways.lengthOf(measured),
            points: [0, 0.2, 0.6, 1].map((share) => ways.pointAt(measured, share)),
            twice: ways.lengthOf(ways.joined([measured, measured])),
            still: ways.pointAt({ path: [[0], [1], [2]], far: new Float64Array(3) }, 0.75),
            counts: Array.from({ length: at.length / 2 }, (_, n) =>
                neighbours.countWithin(grid, [at[2 * n], at[2 * n + 1]], 0.3)),
            alone: neighbours.countWithin(
                neighbours.sortIntoCells(Float32Array.of(1, 2, 5), 1), [2], 1),
            seen,
        };
    }"""
    a, b = [1.0, 0.5], [-0.25, 2.0]
    found = compute(page, script, [modules_at(), a, b, floats(mu), floats(asked)])
    ends = torch.tensor([a, b])
    for name, way in (("line", line), ("slerp", slerp)):
        torch.testing.assert_close(torch.tensor(found[name]), way(ends, 8))
    # Half a turn has no one great circle.
    assert found["turn"][2] == [0, 0]
    assert found["length"] == pytest.approx(2.5)
    assert found["twice"] == pytest.approx(5)
    across = [point[0] for point in found["points"]]
    assert across == pytest.approx([0, 0.5, 0.75, 1])
    assert found["points"][2][1] == pytest.approx(8.5)
    assert found["still"] == [1.5]
    assert found["counts"] == (torch.cdist(asked, mu) <= 0.3).sum(1).tolist()
    assert found["alone"] == 2
    # Whoever asked for less motion sees single frames, and then it rests.
    assert found["seen"] == [0, 1]


def test_a_path_is_drawn_walked_and_found_again_by_its_link(
    open_app: Callable[[str], Page], vae: VAE
) -> None:
    page = open_app(f"/?{MODEL}&z=0.3,-1.5")
    atlas(page)
    tool = page.get_by_role("button", name="Draw a path")
    tool.click()
    for x, y in (STOPS[0].tolist(), STOPS[2].tolist()):
        move_to(page, (x + 3) / 6, (3 - y) / 6)
        page.mouse.down()
        page.mouse.up()
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")  # at the pin
    move_to(page, (1.8 + 3) / 6, (3 - 0.6) / 6)
    page.mouse.down()
    page.mouse.up()
    page.keyboard.press("Escape")
    expect(tool).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Geodesic").click()
    page.locator(".atlas[data-walk='geodesic']").wait_for()
    page.wait_for_url(re.compile(r"way=geodesic"))
    until(page, lambda: torch.allclose(stops_of(page), STOPS, atol=0.02))
    stops = stops_of(page)

    # The way is the core's geodesic, and no longer than the straight one.
    path = geodesic(vae, stops)
    lengths = page.locator(".walk-lengths")
    expected_lengths = [float(length(vae, way)) for way in (path, line(stops))]
    until_equal(
        page,
        lambda: [float(each) for each in re.findall(r"\d+\.\d", lengths.inner_text())],
        pytest.approx(expected_lengths, abs=0.1),
    )
    told = lengths.inner_text()
    until(page, lambda: expected_lengths[0] < expected_lengths[1])

    # Each frame is as far along it as the last one again, and shows what PyTorch decodes there.
    strip = page.locator(".walk-strip button")
    expect(strip).to_have_count(9)

    def frames() -> Tensor:
        texts = strip.evaluate_all("all => all.map(({ dataset }) => dataset.z)")
        return torch.tensor([[float(part) for part in text.split(",")] for text in texts])

    until(page, lambda: torch.allclose(frames(), evenly_along(vae, path, 9), atol=0.03))
    z = frames()
    for n in (0, 3, 8):
        expected = vae.decode(z[n : n + 1]).mean[0]
        until(page, partial(_is_a_picture, expected))
        canvas = f".walk-strip button:nth-child({n + 1}) canvas"
        until(page, partial(is_drawn, page, expected, canvas))
    encodings = encode_images(vae, load_dataset("digits").images)
    meter = SupportMeter(encodings)
    until_equal(
        page,
        lambda: [int(text.strip("– ")) for text in strip.all_inner_texts()],
        count_within(encodings, z, meter.radius).tolist(),
    )
    support = meter.measure(z)
    clear = (support.log_density - meter.floor).abs() > 1
    page.locator(".atlas[data-support]").wait_for()
    is_low = "all => all.map((b) => b.classList.contains('low'))"
    unsupported = ~support.supported
    until(
        page,
        lambda: torch.equal(torch.tensor(strip.evaluate_all(is_low))[clear], unsupported[clear]),
    )

    # The line on the plane runs through the frames.

    def line_runs_through_all() -> bool:
        drawn = picture_pixels(page, ".over")[..., 0]
        places = ((3 - z[1:-1, 1]) / 6, (z[1:-1, 0] + 3) / 6)
        rows, columns = (place.mul(len(drawn)).round().long().tolist() for place in places)
        return all(
            drawn[row - 2 : row + 3, column - 2 : column + 3].max() > 200
            for row, column in zip(rows, columns, strict=True)
        )

    until(page, line_runs_through_all)

    # A frame is a door to its spot.
    strip.nth(3).hover()
    until_equal(page, lambda: shown_z(page), pytest.approx(z[3].tolist()))
    expect(page.locator(".status")).to_have_text("Preview")
    strip.nth(3).click()
    expect(page.locator(".status")).to_have_text("Pinned")
    before = shown_z(page)
    page.wait_for_url(re.compile(link_to(before)))
    page.get_by_role("button", name="Play the path").click()
    until(page, lambda: shown_z(page) != before)
    on_the_way = line(path, 8)
    until(
        page,
        lambda: bool((on_the_way - torch.tensor(shown_z(page))).norm(dim=1).min() < 0.02),
    )
    page.get_by_role("button", name="Pause").click()
    at_rest = shown_z(page)

    page.reload()
    page.locator(".atlas[data-walk='geodesic']").wait_for()
    until(page, lambda: at_rest != shown_z(page) == pytest.approx(z[3].tolist(), abs=1e-3))
    expect(lengths).to_have_text(told)

    # What is taken away is this path, in its way.
    page.get_by_role("button", name="Take away").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Path, CSV").click()
    assert download.value.suggested_filename == "digits-2d-path.csv"
    rows = list(csv.reader(download.value.path().read_text().splitlines()))
    assert len(rows) == 1 + 24
    taken = torch.tensor([[float(value) for value in row[1:3]] for row in rows[1:]])
    until(page, lambda: torch.allclose(taken[[0, -1]], stops_of(page)[[0, -1]]))
    until(page, lambda: torch.allclose(taken, evenly_along(vae, path, 24), atol=0.05))
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Clear the path").click()
    expect(page.locator(".walk")).to_be_hidden()
    page.wait_for_url(re.compile(r"^(?!.*path=)"))
