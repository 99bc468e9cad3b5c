"""The guided discovery, walked as somebody does who has never been here."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.helpers import SHEET, box_of, wait_for_app
from tests.browser.modules import run
from tests.browser.plane import atlas
from tests.browser.server import AppServer

NewContext = Callable[..., BrowserContext]


def walk_over(page: Page, *, rows: int = 12, step: str) -> None:
    """Moves the mouse over the plane in rows, from its middle on, while it is at this step."""
    guide = page.locator(f".discovery[data-step={step}][data-done=false]")
    box = box_of(page, page.locator(".field"))
    for row in sorted(range(rows), key=lambda row: abs(row - rows / 2)):
        y = box["y"] + (row + 0.5) / rows * box["height"]
        page.mouse.move(box["x"] + 1, y)
        page.mouse.move(box["x"] + box["width"] - 1, y, steps=24)
        if not guide.count():
            return


def test_a_newcomer_is_led_over_the_map_to_training_and_is_remembered(
    new_context: NewContext, app_server: AppServer
) -> None:
    page = new_context().new_page()
    page.goto(f"{app_server.url}/?model=shipped:digits-2d&tour=1")
    wait_for_app(page)
    atlas(page)
    words, guide = page.locator(".discovery-words"), page.locator(".discovery")
    expect(words).to_have_text(re.compile("^Move over the map"))
    expect(page.locator(".discovery-count")).to_have_text("1 of 5")
    expect(page).not_to_have_url(re.compile("tour="))
    walk_over(page, step="move")

    # Of these digits, 4 and 9 do not border; two others do.
    expect(words).to_have_text(re.compile(r"^Find where a \d becomes a \d"))
    walk_over(page, rows=36, step="border")

    expect(words).to_have_text(re.compile("^The white circle marks a hole"))
    page.mouse.move(2, 2)  # the pin, well supported, is not what the step is about
    expect(page.locator(".status")).to_have_text("In the circle")
    walk_over(page, rows=36, step="hole")

    expect(words).to_have_text(re.compile("^Draw your own digit"))
    sheet = page.locator(SHEET)
    sheet.hover()
    box = box_of(page, sheet)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.45 * box["width"], box["y"] + 0.8 * box["height"], steps=6)
    page.mouse.up()

    expect(words).to_have_text(re.compile("^Now watch one learn"))
    page.get_by_role("button", name="Open Train").click()
    page.wait_for_url(re.compile("/train"))
    page.get_by_role("link", name="Explore").click()
    atlas(page)
    expect(words).to_have_text(re.compile("^Each spot of this map is a picture"))
    expect(guide).to_have_attribute("data-step", "")

    page.get_by_role("button", name="Show me around").click()
    page.get_by_role("button", name="Next").click()
    expect(guide).to_have_attribute("data-step", "border")
    page.get_by_role("button", name="End the tour").click()
    page.reload()
    atlas(page)
    expect(page.get_by_role("button", name="Show me around")).to_be_visible()


def test_holes_and_borders_are_where_they_were_put(page: Page, app_server: AppServer) -> None:
    page.goto(f"{app_server.url}/_stcore/health")
    body = """
        const mu = [], labels = [];
        for (let x = -3; x <= 3; x += 0.05) for (let y = -3; y <= 3; y += 0.05) {
            if (Math.hypot(x - 0.8, y + 0.5) < 0.6) continue;
            mu.push(x, y);
            labels.push(y > 1 ? 2 : x < 0 ? 0 : 1);
        }
        const order = labels.map((_, n) => n).sort((a, b) => (a * 7919) % 9973 - (b * 7919) % 9973);
        const points = {
            mu: Float32Array.from(order.flatMap(n => [mu[2 * n], mu[2 * n + 1]])),
            labels: Uint8Array.from(order, n => labels[n]),
        };
        const pairs = spots.borderingClasses(points, 2, 3);
        return {
            hole: spots.largestHole(points.mu),
            pairs,
            named: spots.borderOf(["b", "a"], ["a", "b", "c"], pairs),
            others: spots.borderOf(["4", "9"], ["a", "b", "c"], pairs),
            none: spots.borderingClasses({ mu: points.mu, labels: null }, 2, 3),
        };
    """
    found = run(page, "features/discovery/spots", body)
    (x, y), radius = found["hole"]["z"], found["hole"]["radius"]
    assert abs(x - 0.8) < 0.1
    assert abs(y + 0.5) < 0.1
    assert 0.45 < radius <= 0.6
    assert found["pairs"][0] == [0, 1] or [0, 1] in found["pairs"]
    assert found["named"] == [1, 0]
    assert found["others"] == found["pairs"][0]
    assert found["none"] == []
