"""Explore as a person uses it: roam, pin, switch, reload, open a file."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from playwright.sync_api import BrowserContext, Page, expect

from latent_atlas.stored_models import file_digest
from tests.browser.helpers import box_of, until, until_equal, wait_for_app
from tests.browser.plane import (
    atlas,
    is_drawn,
    link_to,
    move_to,
    open_views,
    random_vae,
    shown_z,
    told,
    write_file,
)
from tests.browser.server import AppServer
from tests.latent_atlas.ui.model_fixtures import add_checkpoint, run_with_model
from vae_core.models import TrainingRecord, model_bytes
from vae_core.runs.lock import FileLock

OpenApp = Callable[..., Page]
NewContext = Callable[..., BrowserContext]


def z_after(page: Page, before: list[float] | None) -> list[float]:
    """The point that the picture is decoded from, once it is another one and stays."""
    page.wait_for_timeout(60)
    until(page, lambda: shown_z(page) != before)
    return shown_z(page)


def wait_for_query(page: Page, pattern: str) -> None:
    page.wait_for_url(re.compile(pattern), timeout=30_000)


def until_quiet(page: Page, sent: list[object]) -> None:
    """Waits until nothing more is sent of what a page says as it opens."""
    before = -1
    while before != len(sent):
        before = len(sent)
        page.wait_for_timeout(500)


def test_the_pointer_decodes_at_once_and_says_nothing_to_the_server(
    page: Page, app_server: AppServer
) -> None:
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(app_server.url)
    wait_for_app(page)
    atlas(page)
    until_quiet(page, sent)
    sent.clear()
    seen: list[list[float]] = []
    for x in (0.3, 0.5, 0.7):
        move_to(page, x, 0.4)
        seen.append(z_after(page, seen[-1] if seen else None))
    until(page, lambda: seen[0][0] < seen[1][0] < seen[2][0])
    expect(page.locator(".status")).to_have_text("Preview")
    page.wait_for_timeout(600)
    assert sent == []


def test_leaving_brings_back_the_pin(open_app: OpenApp) -> None:
    page = open_app("/?z=0.5,-1")
    atlas(page)
    move_to(page, 0.2, 0.2)
    until(page, lambda: shown_z(page) != [0.5, -1.0])
    page.mouse.move(2, 2)
    until_equal(page, lambda: shown_z(page), [0.5, -1.0])
    expect(page.locator(".status")).to_have_text("Pinned")


def test_a_click_pins_and_the_reloaded_link_restores_pin_model_and_view(open_app: OpenApp) -> None:
    page = open_app("/")
    atlas(page)
    page.locator("[data-layers=both]").click()
    open_views(page)
    page.locator("[data-axis=cdf]").click()
    move_to(page, 0.3, 0.6)
    page.mouse.down()
    page.mouse.up()
    wait_for_query(page, r"z=-0\.52")
    pinned = shown_z(page)
    for part in ("model=shipped", "layers=both", "axis=cdf"):
        wait_for_query(page, part)
    page.reload()
    atlas(page)
    until_equal(page, lambda: shown_z(page), pytest.approx(pinned, rel=1e-3))
    expect(page.locator("[data-layers=both]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-axis=cdf]")).to_have_attribute("aria-pressed", "true")


def until_alone(page: Page, layers: str, z: list[float]) -> None:
    """Waits until one plane is left that shows these layers and decodes this point."""
    planes = page.locator(".atlas[data-ready=true]")
    found = """planes => planes.map(plane => [
        plane.querySelector("[data-layers][aria-pressed=true]").dataset.layers,
        ...plane.dataset.z.split(",").map(Number),
    ])"""

    def is_alone() -> bool:
        shown = planes.evaluate_all(found)
        if len(shown) != 1:
            return False
        (pressed, *at), *_ = shown
        return pressed == layers and at == pytest.approx(z, abs=1e-4)

    until(page, is_alone)


def test_back_and_forward_show_what_the_address_says(open_app: OpenApp) -> None:
    page = open_app("/?model=shipped:digits-2d&z=0.5,-1")
    atlas(page)
    page.locator("[data-layers=both]").click()
    wait_for_query(page, "layers=both")
    move_to(page, 0.3, 0.6)
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url(lambda url: "z=0.5%2C-1" not in url)
    pinned = shown_z(page)
    page.mouse.move(2, 2)
    for go, layers, z in (
        (page.go_back, "both", [0.5, -1.0]),
        (page.go_back, "points", [0.5, -1.0]),
        (page.go_forward, "both", [0.5, -1.0]),
        (page.go_forward, "both", pinned),
    ):
        go()
        until_alone(page, layers, z)
        wait_for_app(page)
    wait_for_query(page, link_to(pinned))


def test_pin_and_model_outlive_a_visit_to_another_page(open_app: OpenApp) -> None:
    page = open_app("/?model=shipped:digits-2d&z=0.5,-1")
    atlas(page)
    page.get_by_role("link", name="Train").click()
    wait_for_app(page)
    page.get_by_role("link", name="Explore").click()
    atlas(page)
    until_equal(page, lambda: shown_z(page), [0.5, -1.0])
    wait_for_query(page, "digits-2d")


def test_who_comes_back_from_a_page_before_it_shows_finds_the_model_in_the_address(
    open_app: OpenApp,
) -> None:
    page = open_app("/?model=shipped:digits-2d&z=0.5,-1")
    for milliseconds in (2, 6, 10, 14):
        atlas(page)
        page.evaluate(
            """milliseconds => {
                const go = name => [...document.querySelectorAll("header a")]
                    .find(link => link.innerText.trim() === name).click();
                go("Train");
                setTimeout(go, milliseconds, "Explore");
            }""",
            milliseconds,
        )
        # What is taken from the address is so a moment later.
        page.wait_for_timeout(1500)
        wait_for_app(page)
        wait_for_query(page, r"/\?model=shipped%3Adigits-2d")


def test_arrow_keys_move_the_pin_and_the_live_region_tells(open_app: OpenApp) -> None:
    page = open_app("/?z=0.5,-1")
    atlas(page)
    page.locator(".field").focus()
    page.keyboard.press("ArrowRight")
    until_equal(page, lambda: shown_z(page), pytest.approx([0.55, -1.0]))
    page.keyboard.press("Shift+ArrowUp")
    until_equal(page, lambda: shown_z(page), pytest.approx([0.55, -0.5]))
    expect(told(page, "spot")).to_have_text(
        re.compile(r"^z \(0\.55, −0\.50\), nearest class \d(, [a-z ]*supported)?$")
    )
    wait_for_query(page, r"z=0\.55")


def test_a_drag_with_a_finger_decodes_and_lifting_pins(
    new_context: NewContext, app_server: AppServer
) -> None:
    context = new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(app_server.url)
    atlas(page)
    box = box_of(page, page.locator(".field"))
    finger = context.new_cdp_session(page)
    places = [(0.5, 0.5), (0.4, 0.55), (0.25, 0.6)]
    seen: list[list[float]] = []
    for kind, (x, y) in zip(("touchStart", "touchMove", "touchMove"), places, strict=True):
        at = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [at]})
        seen.append(z_after(page, seen[-1] if seen else None))
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".status")).to_have_text("Pinned")
    until_equal(page, lambda: shown_z(page), seen[-1])
    wait_for_query(page, r"z=")


def stands_still(page: Page) -> bool:
    """Whether nothing moves on the plane for a while."""
    before = ground_digest(page)
    page.wait_for_timeout(300)
    return ground_digest(page) == before


def ground_digest(page: Page) -> str:
    digest: str = page.locator(".ground").evaluate("canvas => canvas.toDataURL()")
    return digest


def test_the_axis_switch_arrives_without_the_server(
    new_context: NewContext, app_server: AppServer, expected_errors: list[re.Pattern[str]]
) -> None:
    # Images that come ahead of being asked for may still be on their way.
    expected_errors.append(re.compile("ERR_INTERNET_DISCONNECTED"))
    page = new_context().new_page()
    page.goto(app_server.url)
    wait_for_app(page)
    atlas(page)
    expect(page.locator(".readout")).to_contain_text("beyond the edge")
    until(page, lambda: stands_still(page))
    open_views(page)
    before = ground_digest(page)
    page.context.set_offline(True)  # new requests cannot help; the socket stays open
    page.locator("[data-axis=cdf]").click()
    until(page, lambda: ground_digest(page) != before)
    until(page, lambda: stands_still(page))
    expect(page.locator(".readout")).not_to_contain_text("beyond the edge")


def test_reduced_motion_switches_in_one_step(page: Page, app_server: AppServer) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{app_server.url}/?z=0.5,-1")
    wait_for_app(page)
    atlas(page)
    # The pin tells: on a slow machine the points come a moment after their axes. One switch there,
    # one back, until a switch moved it at once and it stayed.
    switched_at_once = """() => {
        const root = [...document.querySelectorAll("*")].map((e) => e.shadowRoot)
            .find((shadow) => shadow?.querySelector(".atlas"));
        const marks = root.querySelector(".over");
        const before = marks.toDataURL();
        root.querySelector("[data-axis][aria-pressed=false]").click();
        const atOnce = marks.toDataURL();
        return new Promise((resolve) => setTimeout(
            () => resolve(before !== atOnce && atOnce === marks.toDataURL()), 400));
    }"""
    page.wait_for_function(switched_at_once)


def test_a_good_file_opens_and_a_bad_one_costs_nothing(open_app: OpenApp, tmp_path: Path) -> None:
    page = open_app("/?z=0.5,-1")
    atlas(page)
    bad = write_file(tmp_path, "model.pt", b"\x80\x04K*.")
    vae = random_vae(3, latent_dim=2, hidden=(16,), image_shape=(1, 8, 8))
    # Of fewer images: what is still on the plane asks for none of these by a number of its own.
    record = TrainingRecord(dataset="digits")
    good = write_file(tmp_path, "mine.safetensors", model_bytes(vae, record))

    page.get_by_role("button", name="Open a model").click()
    uploader = page.get_by_test_id("stPopoverBody").locator("input[type=file]")
    uploader.set_input_files(bad)
    expect(page.get_by_text("model.pt is a PyTorch pickle")).to_be_visible()
    until_equal(page, lambda: shown_z(page), [0.5, -1.0])

    uploader.set_input_files(good)
    wait_for_query(page, r"model=file(:|%3A)[0-9a-f]{12}")
    expect(page.get_by_text("model.pt is a PyTorch pickle")).to_have_count(0)
    expected = vae.decode(torch.tensor([[0.5, -1.0]])).mean[0]
    until(page, lambda: is_drawn(page, expected, within=0.51))
    until_equal(page, lambda: shown_z(page), [0.5, -1.0])
    page.reload()
    atlas(page)
    expect(page.get_by_role("combobox", name="Model")).to_have_value(re.compile("mine"))


def test_when_a_run_comes_to_rest_its_plane_shows_the_model_that_it_has_left(
    page: Page, app_server: AppServer
) -> None:
    """The states are written as a worker would write them."""
    run = run_with_model(app_server.runs_folder, name="Resting one")
    held = FileLock(run.lock_path)  # as by a worker, so that the app starts none
    assert held.acquire()
    try:
        run.write_status(run.stored_status().model_copy(update={"state": "running"}))
        page.goto(f"{app_server.url}/?model=run:{run.id}")
        wait_for_app(page)
        expect(page.locator(".atlas")).to_have_count(1)
        add_checkpoint(run, seed=1, step=20)  # since the page was drawn
        run.write_status(run.stored_status().model_copy(update={"state": "paused", "epoch": 9}))
        left = file_digest(run.model_path() or run.path)
        expect(page.locator(".atlas")).to_have_attribute("data-decoder", re.compile(left))
        expect(page.get_by_role("combobox", name="Model")).to_have_value(re.compile("epoch 9"))
    finally:
        held.release()
