"""What hides, selects, finds and fetches points: the modules one by one, against Python."""

import torch
from playwright.sync_api import Page
from torch import Tensor

from tests.browser.modules import run
from tests.browser.plane import floats
from tests.browser.server import AppServer


def inside(outline: list[float], points: Tensor) -> Tensor:
    """Which points [N, 2] an outline x, y, x, y, … has inside, by the even-odd rule. bool [N]."""
    corners = torch.tensor(outline, dtype=torch.float64).view(-1, 2)
    x, y = points.double().unbind(1)
    odd = torch.zeros(len(points), dtype=torch.bool)
    for (ax, ay), (bx, by) in zip(corners.tolist(), corners.roll(-1, 0).tolist(), strict=True):
        if ay != by:
            odd ^= ((ay > y) != (by > y)) & (x < ax + (y - ay) / (by - ay) * (bx - ax))
    return odd


def test_points_are_found_and_selected_as_by_looking_at_each(
    page: Page, app_server: AppServer
) -> None:
    page.goto(f"{app_server.url}/_stcore/health")
    torch.manual_seed(0)
    mu = torch.randn(3_000, 2)
    mu[:5] *= 40  # strays, which end in the outer cells
    asked = torch.cat([torch.randn(200, 2) * 1.5, torch.randn(20, 2) * 30])
    left = (torch.arange(3_000) % 3 == 0).long()
    script = """const [mu, asked] = values.slice(0, 2).map(read);
        const left = Uint8Array.from(values[2]);
        return [null, left].map((marks) => {
            const grid = neighbours.sortIntoCells(mu, 2, marks);
            return Array.from({ length: asked.length / 2 }, (_, n) =>
                neighbours.nearestIn(grid, [asked[2 * n], asked[2 * n + 1]]));
        });"""
    found = run(
        page, "features/selection/neighbours", script, floats(mu), floats(asked), left.tolist()
    )
    distances = torch.cdist(asked.double(), mu.double())
    assert found[0] == distances.argmin(1).tolist()
    distances[:, left == 1] = torch.inf
    assert found[1] == distances.argmin(1).tolist()
    on_a_line = """const grid = neighbours.sortIntoCells(Float32Array.from([3, 1, 2]), 1);
        const none = neighbours.sortIntoCells(new Float32Array(0), 2);
        return [neighbours.nearestIn(grid, [1.4]), neighbours.nearestIn(none, [0, 0])];"""
    assert run(page, "features/selection/neighbours", on_a_line) == [1, -1]

    # A star that crosses itself: its middle is outside by the even-odd rule.
    angles = torch.arange(5) * 4 * torch.pi / 5
    star = torch.stack([angles.sin(), angles.cos()], 1).flatten().tolist()
    select = "return Array.from(lasso.selectInside(values[0], read(values[1]), 2));"
    chosen = run(page, "features/selection/lasso", select, star, floats(mu))
    assert chosen == inside(star, mu).nonzero().flatten().tolist()
    assert 100 < len(chosen) < int((mu.norm(dim=1) < 1).sum())
    strip = "return Array.from(lasso.selectInside([0.5, 1], Float32Array.of(0, 0.5, 0.7, 2), 1));"
    assert run(page, "features/selection/lasso", strip) == [1, 2]

    circle = torch.linspace(0, 2 * torch.pi, 400)
    stroke = torch.stack([0.5 + 0.3 * circle.cos(), 0.5 + 0.3 * circle.sin()], 1).tolist()
    corners = run(
        page, "features/selection/lasso", "return lasso.simplified(values[0], 0.0015);", stroke
    )
    assert 12 <= len(corners) <= 64
    assert torch.allclose((torch.tensor(corners) - 0.5).norm(dim=1), torch.tensor(0.3), atol=1e-3)

    words = """const labels = Uint8Array.from([4, 4, 4, 9, 9, 1, 2, 3]);
        const found = counts.countByClass(Uint32Array.from([0, 1, 2, 3, 4, 5, 6, 7]), labels);
        return counts.breakdown(found, 8).map(({ label, text }) => [label, text]);"""
    told = run(page, "features/selection/counts", words)
    assert told[:3] == [[None, "8 points"], [4, "38 %"], [9, "25 %"]]
    assert told[-1] == [None, "others 25 %"]
    assert run(page, "features/selection/legend", "return legend.alone([], 1, 3);") == [0, 2]
    assert run(page, "features/selection/legend", "return legend.alone([0, 2], 1, 3);") == []
    assert run(page, "features/selection/legend", "return legend.toggled([2], 0);") == [0, 2]


def test_images_travel_together_are_kept_and_never_waited_for(
    page: Page, app_server: AppServer
) -> None:
    page.goto(f"{app_server.url}/_stcore/health")
    script = """const asked = [];
        window.fetch = async (address) => {
            const points = address.split("=")[1].split(",").map(Number);
            asked.push(points.length);
            if (points.includes(999)) return new Response("no", { status: 404 });
            return new Response(Uint8Array.from(points.flatMap((n) => [n % 256, 7])));
        };
        const store = images.createImages("/images", 300);
        const wanted = Array.from({ length: 280 }, (_, n) => n);
        const before = [store.want(wanted, () => {}), store.get(3)];
        const ready = () => new Promise((resolve) => {
            const look = () => (store.want(wanted, look) ? resolve() : null);
            look();
        });
        await ready();
        const after = [store.want(wanted, () => {}), [...store.get(3)], asked.slice()];
        await new Promise((resolve) => store.get(999, resolve));
        const refused = [store.get(999), asked.length];
        await new Promise((resolve) => setTimeout(resolve, 20));
        for (let n = 300; n < 325; n++) store.want([n], () => {});
        await new Promise((resolve) => store.get(324, resolve));
        const absent = images.createImages(null);
        return { before, after, refused, later: asked.length,
            kept: [store.get(3) !== null, store.get(24) === null],
            absent: [absent.offered, absent.get(1)] };"""
    found = run(page, "layers/images", script)
    assert found["before"] == [False, None]
    assert found["after"] == [True, [3, 7], [256, 24]]
    assert found["refused"] == [None, 3]
    assert found["later"] == 4
    assert found["kept"] == [True, True]  # looked at lately, and come first: the last 256 do
    assert found["absent"] == [False, None]


def test_thumbnails_have_room_and_never_lie_on_each_other(
    page: Page, app_server: AppServer
) -> None:
    page.goto(f"{app_server.url}/_stcore/health")
    torch.manual_seed(1)
    places = torch.rand(300, 2)
    script = """const box = { left: -100, top: -100, width: 800, height: 800 };
        const [xs, ys] = [read(values[0]), read(values[1])];
        const marks = Uint8Array.from(values[2]);
        const points = { xs, ys, marks, box };
        const area = { width: 600, height: 600, ratio: 1 };
        const middle = new Float32Array(900).fill(0.5);
        const many = { xs: middle, ys: middle, marks: null, box };
        return [thumbs.layOut(points, area, 32, 20), thumbs.spacingOf(points, area),
            thumbs.spacingOf(many, area)];"""
    marks = [0] * 100 + [1] * 100 + [2] * 100
    laid, spacing, crowded = run(
        page, "layers/thumbs", script, floats(places[:, 0]), floats(places[:, 1]), marks
    )
    at = torch.tensor([[each["x"], each["y"]] for each in laid], dtype=torch.float64)
    apart = (at[:, None] - at[None]).abs()
    touching = (apart[..., 0] < 32) & (apart[..., 1] < 20)
    assert int(touching.sum()) == len(laid)  # each with itself alone
    numbers = [each["n"] for each in laid]
    assert numbers == sorted(numbers)  # shown ones before faded ones
    assert max(numbers) < 200  # and hidden ones not at all
    first = places[0] * 800 - 100 - torch.tensor([16.0, 10.0])
    assert torch.allclose(at[0].float(), first, atol=0.51)
    sight = ((places[:200] * 800 - 100 >= 0) & (places[:200] * 800 - 100 <= 600)).all(1).sum()
    assert abs(spacing - (600 * 600 / int(sight)) ** 0.5) < 1e-6
    assert crowded is None


def test_images_of_a_small_dataset_come_ahead_of_being_asked_for(
    page: Page, app_server: AppServer
) -> None:
    page.goto(f"{app_server.url}/_stcore/health")
    script = """let broken = false, asked = 0;
        window.fetch = async (address) => {
            asked += 1;
            if (broken) throw new TypeError("the line is down");
            const run = address.match(/=([0-9]+)-([0-9]+)$/)?.slice(1).map(Number);
            const points = run
                ? Array.from({ length: run[1] - run[0] + 1 }, (_, n) => run[0] + n)
                : address.split("=")[1].split(",").map(Number);
            return new Response(Uint8Array.from(points));
        };
        const settled = async (still) => {
            for (let before = -1; before !== asked || still(); ) {
                before = asked;
                await new Promise((resolve) => setTimeout(resolve, 150));
            }
        };
        const all = images.createImages("/images", 100);
        all.fetchAhead(1_600, 1);
        // The last ones are asked for last, and may come first.
        await settled(() => [1_599, 300, 0].some((n) => all.get(n) === null));
        const few = [asked, [0, 300, 1_599].map((n) => all.get(n)[0])];
        const many = images.createImages("/images");
        many.fetchAhead(70_000, 784);
        await settled(() => false);
        const none = asked;
        broken = true;
        const cut = images.createImages("/images");
        cut.fetchAhead(600, 1);
        await settled(() => false);
        const gaveUp = asked - none;
        broken = false;
        await new Promise((resolve) => cut.get(7, resolve));
        return { few, none, gaveUp, later: cut.get(7)[0] };"""
    found = run(page, "layers/images", script)
    assert found["few"] == [2, [0, 300 % 256, 1_599 % 256]]
    assert found["none"] == 2  # 55 MB are left where they are
    assert found["gaveUp"] == 1
    assert found["later"] == 7


def test_what_is_paced_happens_at_once_and_then_with_the_latest(
    page: Page, app_server: AppServer
) -> None:
    page.goto(f"{app_server.url}/_stcore/health")
    script = """let now = 0;
        const due = [];
        performance.now = () => now;
        window.setTimeout = (act, wait) => due.push({ act, at: now + wait });
        window.clearTimeout = (id) => delete due[id - 1];
        const pass = (ms) => {
            now += ms;
            due.forEach(({ act, at }, place) => {
                if (at <= now && delete due[place]) act();
            });
        };
        const seen = [];
        const show = throttle.throttled((n) => seen.push(n), 60);
        for (const n of [1, 2, 3]) show.tell(n);
        const atOnce = [...seen];
        pass(59);
        const before = [...seen];
        pass(1);
        const later = [...seen];
        pass(60);
        show.tell(4);
        show.tell(5);
        show.stop();
        pass(150);
        return { atOnce, before, later, stopped: seen };"""
    found = run(page, "util/throttle", script)
    assert found["atOnce"] == found["before"] == [1]
    assert found["later"] == [1, 3]
    assert found["stopped"] == [1, 3, 4]


def test_names_of_files_come_a_batch_at_a_time_and_anew_when_more_points_have_come(
    blank: Page,
) -> None:
    script = """const asked = [];
        const load = async url => {
            const points = url.split("=")[1].split(",").map(Number);
            asked.push([points[0], points.length]);
            if (points[0] === 512) throw new Error("no");
            return points.map(point => `${point}.png`);
        };
        const names = file_names.createFileNames("names", load);
        const come = (index, count) => new Promise(resolve => {
            if (names.get(index, count, resolve) !== null) resolve();
        });
        await come(3, 300);
        const first = [names.get(3, 300, () => {}), names.get(255, 300, () => {})];
        await come(260, 300);
        const short = names.get(299, 300, () => {});
        await come(310, 600);
        const long = [names.get(310, 600, () => {}), names.get(511, 600, () => {})];
        names.get(520, 600, () => {});
        await new Promise(resolve => setTimeout(resolve, 5));
        const none = file_names.createFileNames(null);
        return { first, short, long, asked, lost: names.get(520, 600, () => {}),
            none: [none.offered, none.get(1, 9, () => {}), names.get(-1, 9, () => {})] };"""
    found = run(blank, "layers/file_names", script)
    assert found["first"] == ["3.png", "255.png"]
    assert found["short"] == "299.png"
    assert found["long"] == ["310.png", "511.png"]
    assert found["asked"] == [[0, 256], [256, 44], [256, 256], [512, 88]]
    assert found["lost"] is None
    assert found["none"] == [False, None, None]
