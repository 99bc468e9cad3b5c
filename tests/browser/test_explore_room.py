"""What stands where on Explore: what experts look at is folded, and the plane has its room."""

from collections.abc import Callable
from functools import partial

from playwright.sync_api import FloatRect, Page, ViewportSize, expect

from tests.browser.helpers import box_of, until
from tests.browser.plane import atlas, open_views

OpenApp = Callable[..., Page]

# Phones, one of them on its side in two sizes, a tablet, desks.
SIZES: list[ViewportSize] = [
    {"width": width, "height": height}
    for width, height in (
        *((320, 640), (390, 844), (844, 390), (667, 375), (820, 1180)),
        *((1000, 800), (1280, 800), (1920, 1080)),
    )
]


def test_expert_views_are_folded_named_while_on_and_reached_by_keys(open_app: OpenApp) -> None:
    page = open_app("/?background=holes")
    atlas(page)
    button, choices = page.locator(".views-tool"), page.locator(".views-list")
    expect(page.locator(".views-name")).to_have_text("More views: Holes")
    expect(page.locator(".map-words")).to_contain_text("Orange: holes")
    expect(choices).to_be_hidden()

    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    nothing = page.get_by_role("button", name="None", exact=True)
    expect(nothing).to_be_focused()
    expect(nothing).to_have_accessible_description("Nothing behind the dots")
    expect(page.get_by_role("tooltip")).to_have_text("Nothing behind the dots")
    page.keyboard.press("Enter")
    expect(page.locator(".views-purpose")).to_be_visible()
    page.keyboard.press("Escape")
    expect(choices).to_be_hidden()
    expect(button).to_be_focused()
    expect(page.get_by_role("tooltip")).to_be_hidden()

    open_views(page)
    page.get_by_role("button", name="Φ(z)", exact=True).click()
    page.wait_for_url("**axis=cdf*")
    page.reload()
    atlas(page)
    expect(page.locator(".views-name")).to_have_text("More views: Φ(z)")
    expect(choices).to_be_hidden()
    page.locator(".sentence dfn", has_text="encoder").focus()
    expect(page.get_by_role("tooltip")).to_contain_text("reads a picture")


def test_the_plane_has_its_room_in_windows_of_every_size(open_app: OpenApp) -> None:
    page = open_app("/")
    atlas(page)
    for size in SIZES:
        page.set_viewport_size(size)
        until(page, partial(fits, page, size))


def fits(page: Page, size: ViewportSize) -> bool:
    """Whether nothing is wider than the window, and what a newcomer needs is in it."""
    width, height = size["width"], size["height"]
    field, sheet = (box_of(page, page.locator(each)) for each in (".field", ".pad canvas"))
    right = field["x"] + field["width"]
    needed = [".discovery", ".field"] if height < 480 or width >= 1000 else []
    needed += [".picture", ".pad canvas"] if width >= 1000 else []
    needed += [".sentence"] if width >= 1280 else []
    wide = page.evaluate("document.documentElement.scrollWidth") == width
    seen = all(is_in_sight(box_of(page, page.locator(each)), height) for each in needed)
    low = height >= 480 or field["height"] >= 0.6 * height
    beside = width < 1000 or right <= sheet["x"]
    grown = width < 1280 or field["height"] >= 0.35 * width
    return bool(wide and seen and low and beside and grown)


def is_in_sight(box: FloatRect, height: int) -> bool:
    return box["y"] >= 0 and box["y"] + box["height"] <= height + 1
