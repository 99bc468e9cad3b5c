"""Explore from close up: magnify, move the view, pin there, come back, and follow the link."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.helpers import box_of, until, until_equal
from tests.browser.plane import atlas, keep_opened, move_to, open_views, random_vae, shown_z, told
from tests.browser.server import AppServer

OpenApp = Callable[..., Page]
NewContext = Callable[..., BrowserContext]


def wait_for_zoom(page: Page, zoom: float) -> None:
    page.locator(f".atlas[data-zoom='{zoom:.3f}']").wait_for()


def zoom_of(page: Page) -> float:
    return float(atlas(page).get_attribute("data-zoom") or "nan")


def zoom_button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def z_at(page: Page, x: float, y: float) -> list[float]:
    """The latent point under a place of the field, shares of its sides from the top left."""
    atlas(page)
    move_to(page, x, y)
    return shown_z(page)


def width_in_z(page: Page) -> float:
    """How much of z₁ lies between two places of the field."""
    right, left = (z_at(page, x, 0.5)[0] for x in (0.9, 0.1))
    return right - left


def ground(page: Page) -> str:
    digest: str = page.locator(".ground").evaluate("canvas => canvas.toDataURL()")
    return digest


def test_the_button_magnifies_about_the_pin(open_app: OpenApp) -> None:
    page = open_app("/?z=0.5,-1")
    whole = width_in_z(page)
    zoom_button(page, "Magnify").click()
    wait_for_zoom(page, 2)
    expect(page.locator(".readout")).to_contain_text("×2.0")
    until_equal(page, lambda: width_in_z(page), pytest.approx(whole / 2))
    page.mouse.move(2, 2)
    until_equal(page, lambda: shown_z(page), [0.5, -1.0])


def test_keys_magnify_step_back_and_show_all(open_app: OpenApp) -> None:
    page = open_app("/")
    atlas(page)
    whole = ground(page)
    page.locator(".field").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    wait_for_zoom(page, 4)
    expect(told(page, "magnification")).to_have_text("Magnified 4.0 times")
    page.keyboard.press("-")
    wait_for_zoom(page, 2)
    page.keyboard.press("0")
    wait_for_zoom(page, 1)
    expect(page.locator(".readout")).not_to_contain_text("×")
    until(page, lambda: ground(page) == whole)


def test_what_is_told_of_a_spot_takes_no_other_words_away(open_app: OpenApp) -> None:
    page = open_app("/")
    atlas(page)
    page.locator(".field").focus()
    for key in ("+", "ArrowRight", "+", "ArrowRight"):
        page.keyboard.press(key)
    expect(told(page, "magnification")).to_have_text("Magnified 4.0 times")
    expect(told(page, "spot")).to_have_text(re.compile(r"nearest class \d, \w+ supported"))
    expect(told(page, "magnification")).to_have_text("Magnified 4.0 times")


def test_magnification_ends_and_its_buttons_say_so(open_app: OpenApp) -> None:
    page = open_app("/?zoom=64&at=0,0")
    atlas(page)
    expect(zoom_button(page, "Magnify")).to_have_attribute("aria-disabled", "true")
    zoom_button(page, "Magnify").click(force=True)
    page.wait_for_timeout(300)
    wait_for_zoom(page, 64)
    zoom_button(page, "Show all").click()
    wait_for_zoom(page, 1)
    for name in ("Step back", "Show all"):
        expect(zoom_button(page, name)).to_have_attribute("aria-disabled", "true")


def test_ctrl_and_wheel_magnify_about_the_pointer(open_app: OpenApp) -> None:
    page = open_app("/")
    before = z_at(page, 0.3, 0.6)
    page.keyboard.down("Control")
    for _ in range(4):
        page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    until(page, lambda: zoom_of(page) > 3)
    move_to(page, 0.31, 0.6)
    until_equal(page, lambda: z_at(page, 0.3, 0.6), pytest.approx(before, abs=1e-6))


def test_the_bare_wheel_scrolls_the_page_and_tells_the_way(open_app: OpenApp) -> None:
    page = open_app("/")
    atlas(page)
    page.set_viewport_size({"width": 1280, "height": 500})
    page.wait_for_timeout(300)
    move_to(page, 0.5, 0.3)
    top = page.locator(".field").evaluate("e => e.getBoundingClientRect().top")
    page.mouse.wheel(0, 120)
    expect(page.locator(".hint")).to_contain_text(re.compile(r"(Ctrl|⌘) \+ scroll magnifies"))
    field = page.locator(".field")
    until(page, lambda: field.evaluate("e => e.getBoundingClientRect().top") < top)
    wait_for_zoom(page, 1)
    expect(page.locator(".hint")).to_be_hidden()


def test_a_drag_of_the_view_moves_it_and_pins_nothing(open_app: OpenApp) -> None:
    page = open_app("/?z=0.5,-1&zoom=4&at=0.5,-1")
    atlas(page)
    for button in ("left", "middle"):
        grabbed = z_at(page, 0.5, 0.5)
        if button == "left":
            page.keyboard.down("Shift")
        page.mouse.down(button=button)
        move_to(page, 0.6, 0.4)
        move_to(page, 0.7, 0.3)
        page.mouse.up(button=button)
        page.keyboard.up("Shift")
        page.wait_for_timeout(100)
        move_to(page, 0.71, 0.3)
        same = pytest.approx(grabbed, abs=1e-6)
        until_equal(page, lambda: z_at(page, 0.7, 0.3), same)
        page.mouse.move(2, 2)
        until_equal(page, lambda: shown_z(page), [0.5, -1.0])


def test_a_click_from_close_up_pins_and_the_link_brings_all_of_it_back(open_app: OpenApp) -> None:
    page = open_app("/?z=0.5,-1")
    atlas(page)
    page.locator(".field").focus()
    for _ in range(3):
        page.keyboard.press("+")
    wait_for_zoom(page, 8)
    move_to(page, 0.25, 0.75)
    page.mouse.down()
    page.mouse.up()
    pinned = shown_z(page)
    page.wait_for_url(re.compile(r"z=0\.1875.*zoom=8.*at="), timeout=30_000)
    corner = z_at(page, 0.02, 0.02)
    page.reload()
    atlas(page)
    wait_for_zoom(page, 8)
    until_equal(page, lambda: shown_z(page), pytest.approx(pinned, abs=1e-4))
    until_equal(page, lambda: z_at(page, 0.02, 0.02), pytest.approx(corner, abs=2e-4))


def test_arrow_keys_take_finer_steps_and_the_view_follows(open_app: OpenApp) -> None:
    page = open_app("/?z=0.5,-1&zoom=10&at=0.5,-1")
    atlas(page)
    page.locator(".field").focus()
    page.keyboard.press("ArrowRight")
    until_equal(page, lambda: shown_z(page), pytest.approx([0.505, -1.0]))
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
    z = 0.505 + 0.6
    until_equal(page, lambda: shown_z(page)[0], pytest.approx(z))
    until(page, lambda: z_at(page, 0.001, 0.5)[0] < z < z_at(page, 0.999, 0.5)[0])


def test_the_view_keeps_its_middle_when_the_axis_changes(open_app: OpenApp) -> None:
    page = open_app("/?z=0.5,-1&zoom=8&at=0.5,-1")
    atlas(page)
    open_views(page)
    page.locator("[data-axis=cdf]").click()
    page.wait_for_timeout(500)
    until_equal(page, lambda: z_at(page, 0.5, 0.5), pytest.approx([0.5, -1.0], abs=0.01))
    wait_for_zoom(page, 8)


def test_tiles_are_decoded_anew_for_a_close_up(open_app: OpenApp) -> None:
    page = open_app("/?layers=tiles")
    page.locator(".atlas[data-grids='linear cdf']").wait_for()
    page.locator(".field").focus()
    page.keyboard.press("+")
    wait_for_zoom(page, 2)
    page.locator(".atlas[data-grids='linear cdf close']").wait_for()


def touch(context: BrowserContext, page: Page) -> Callable[[str, list[tuple[float, float]]], None]:
    """touch("touchMove", [(x, y), …]) with places in shares of the field from the top left."""
    box = box_of(page, page.locator(".field"))
    session = context.new_cdp_session(page)

    def send(kind: str, places: list[tuple[float, float]]) -> None:
        points: list[dict[str, Any]] = [
            {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"], "id": n}
            for n, (x, y) in enumerate(places)
        ]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(60)

    return send


def test_two_fingers_magnify_and_leave_the_pin_alone(
    new_context: NewContext, app_server: AppServer
) -> None:
    context = new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(f"{app_server.url}/?z=0.5,-1")
    atlas(page)
    fingers = touch(context, page)
    fingers("touchStart", [(0.4, 0.5)])
    fingers("touchStart", [(0.4, 0.5), (0.6, 0.5)])
    for reach in (0.15, 0.2, 0.3):
        fingers("touchMove", [(0.5 - reach, 0.5), (0.5 + reach, 0.5)])
    fingers("touchEnd", [])
    until(page, lambda: zoom_of(page) == pytest.approx(3, rel=0.05))
    until_equal(page, lambda: shown_z(page), [0.5, -1.0])
    expect(page.locator(".status")).to_have_text("Pinned")
    page.wait_for_function("document.documentElement.scrollWidth <= 390")


def test_one_dimension_magnifies_along_its_line(open_app: OpenApp, app_server: AppServer) -> None:
    vae = random_vae(latent_dim=1, hidden=(30,), image_shape=(1, 28, 28))
    page = open_app(f"/?model={keep_opened(app_server, vae, dataset='mnist-12k')}&layers=both")
    atlas(page)
    whole = width_in_z(page)
    zoom_button(page, "Magnify").click()
    wait_for_zoom(page, 2)
    until_equal(page, lambda: width_in_z(page), pytest.approx(whole / 2))
