"""The camera, the points and the ticks of the plane, in the browser that runs them."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.helpers import compute
from tests.browser.modules import modules_at
from tests.browser.server import AppServer

Call = Callable[..., Any]
WHOLE = {"zoom": 1, "centre": [0, 0]}


@pytest.fixture
def call(page: Page, app_server: AppServer) -> Call:
    """call("plane/camera_math", "inSight", …) is inSight(…) of plane/camera_math.js."""
    page.goto(f"{app_server.url}/_stcore/health")
    script = "async ([url, name, args]) => (await import(url))[name](...args)"

    def call_function(module: str, function: str, *arguments: object) -> Any:
        url = f"{modules_at()}/{module}.js"
        return compute(page, script, [url, function, list(arguments)])

    return call_function


@pytest.mark.parametrize("cdf", [False, True])
def test_a_place_that_is_magnified_about_stays_where_it_is(call: Call, cdf: bool) -> None:
    share = [0.3, 0.8]
    z = call("plane/camera_math", "latentAt", WHOLE, share, 3, cdf)
    for zoom in (2, 7.5, 64):
        camera = call("plane/camera_math", "zoomAt", WHOLE, zoom, share, 3, cdf)
        assert call("plane/camera_math", "latentAt", camera, share, 3, cdf) == pytest.approx(
            z, abs=1e-9
        )


def test_magnification_has_two_ends(call: Call) -> None:
    assert call("plane/camera_math", "zoomAt", WHOLE, 1e6, [0.5, 0.5], 3, False)["zoom"] == 64
    assert call("plane/camera_math", "zoomAt", WHOLE, 0.1, [0.5, 0.5], 3, False)["zoom"] == 1


def test_the_view_never_leaves_the_plane(call: Call) -> None:
    camera = {"zoom": 4, "centre": [99, -99]}
    assert call("plane/camera_math", "inSight", camera, 0, 3, 0) == pytest.approx([0.75, 1])
    assert call("plane/camera_math", "inSight", camera, 1, 3, 0) == pytest.approx([0, 0.25])
    dragged = call("plane/camera_math", "panBy", camera, [-5, 5], 3, False)
    back = call("plane/camera_math", "panBy", dragged, [0.1, -0.1], 3, False)
    assert call("plane/camera_math", "inSight", back, 0, 3, 0) == pytest.approx([0.725, 0.975])


def test_panning_by_a_share_of_the_field_moves_what_is_under_the_hand(call: Call) -> None:
    camera = {"zoom": 4, "centre": [0.5, -1]}
    z = call("plane/camera_math", "latentAt", camera, [0.4, 0.4], 3, False)
    moved = call("plane/camera_math", "panBy", camera, [0.2, -0.1], 3, False)
    assert call("plane/camera_math", "latentAt", moved, [0.6, 0.3], 3, False) == pytest.approx(z)


def test_stepping_back_shows_a_place_beyond_the_edge_and_keeps_the_plane_in_the_middle(
    call: Call,
) -> None:
    place = [5.0, -0.5]
    assert call("plane/camera_math", "sees", WHOLE, place, 3, False) is False
    zoom = call("plane/camera_math", "zoomToSee", [place, [1, 1]], 3, False)
    camera = {"zoom": zoom, "centre": [0, 0]}
    assert 0.4 < zoom < 0.6
    assert call("plane/camera_math", "sees", camera, place, 3, False) is True
    plane = call("plane/camera_math", "project", camera, {"width": 400, "height": 200}, 3, 0)
    assert plane["left"] + plane["width"] / 2 == pytest.approx(200)
    assert plane["width"] == pytest.approx(400 * zoom)
    # On the plane, and on Φ(z), which has a place for every z, there is nothing to step back for.
    assert call("plane/camera_math", "zoomToSee", [[3, -3]], 3, False) == 1
    assert call("plane/camera_math", "zoomToSee", [place], 3, True) == 1
    # A hand that turns the wheel goes back no farther than it is.
    back = call("plane/camera_math", "zoomAt", camera, 0.1, [0.2, 0.2], 3, False)
    assert back["zoom"] == pytest.approx(zoom)


def test_what_is_out_of_sight_is_named(call: Call) -> None:
    names = ["The pin", "Your image", "The spot of the picture"]
    assert call("features/outside", "outsideSentence", names[:1]) == (
        "The pin is outside of what is shown."
    )
    assert call("features/outside", "outsideSentence", names) == (
        "The pin, your image and the spot of the picture are outside of what is shown."
    )


def test_until_its_support_is_known_a_spot_has_its_images_counted(call: Call) -> None:
    assert call("features/trust/support", "meanwhile", {"count": 1, "radius": 0.12}).startswith(
        "1 image lies within 0.12 of here"
    )
    assert "how crowded each spot is" in call("features/trust/support", "meanwhile", None)


def test_the_view_follows_a_pin_that_leaves_it_and_no_other(call: Call) -> None:
    camera = {"zoom": 10, "centre": [0.5, -1]}
    assert call("plane/camera_math", "follow", camera, [0.7, -1.2], 3, False) == camera
    followed = call("plane/camera_math", "follow", camera, [1.5, -1], 3, False)
    assert followed["centre"] == pytest.approx([1.5, -1])


@pytest.mark.parametrize("mix", [0, 0.4, 1])
def test_the_projection_fills_the_field_with_what_is_in_sight(call: Call, mix: float) -> None:
    camera = {"zoom": 5, "centre": [0.3, -0.6]}
    plane = call("plane/camera_math", "project", camera, {"width": 400, "height": 200}, 3, mix)
    low, high = call("plane/camera_math", "inSight", camera, 0, 3, mix)
    assert plane["left"] + low * plane["width"] == pytest.approx(0)
    assert plane["left"] + high * plane["width"] == pytest.approx(400)
    bottom, top = call("plane/camera_math", "inSight", camera, 1, 3, mix)
    assert plane["top"] + (1 - top) * plane["height"] == pytest.approx(0)
    assert plane["top"] + (1 - bottom) * plane["height"] == pytest.approx(200)


def test_ticks_stand_at_ones_twos_and_fives(call: Call) -> None:
    steps = [call("plane/frame", "roundStep", step) for step in (0.9, 1.1, 2.5, 7, 0.011, 0.03)]
    assert steps == pytest.approx([1, 2, 5, 10, 0.02, 0.05])


def test_each_stage_of_a_decoder_doubles_the_side_and_cuts_what_is_too_much(call: Call) -> None:
    assert call("decode/decoder", "halvings", 105, 3) == [14, 27, 53, 105]
    assert call("decode/decoder", "halvings", 28, 2) == [7, 14, 28]


@pytest.mark.parametrize(
    ("shape", "cells"), [((1, 28, 28), 20), ((1, 8, 8), 20), ((3, 64, 64), 8), ((1, 105, 80), 5)]
)
def test_larger_images_make_fewer_tiles(call: Call, shape: tuple[int, ...], cells: int) -> None:
    assert call("layers/tiles", "cellsFor", list(shape)) == cells


DRAW = """async ([url, xs, ys, labels, opacity]) => {
    const { blendDots, straighten } = await import(url);
    const image = new ImageData(8, 8);
    const places = { xs: Float32Array.from(xs), ys: Float32Array.from(ys) };
    const box = { left: 0, top: 0, width: 8, height: 8 };
    const colours = [[200, 100, 50], [10, 20, 250], [90, 90, 90]];
    const kinds = labels && Uint8Array.from(labels);
    const dots = { places, labels: kinds, colours, radius: 0.5, opacity, box };
    blendDots(image, dots, 0, xs.length);
    straighten(image);
    return Array.from(image.data);
}"""


def drawn(page: Page, *arguments: object) -> list[int]:
    pixels: list[int] = compute(page, DRAW, [f"{modules_at()}/layers/dots.js", *arguments])
    return pixels


def test_a_dot_is_blended_in_the_colour_of_its_class(page: Page, call: Call) -> None:
    pixels = drawn(page, [0.5], [0.25], [1], 0.5)
    at = 4 * (2 * 8 + 4)
    assert pixels[at : at + 4] == pytest.approx([10, 20, 250, 128], abs=1)
    assert sum(1 for alpha in pixels[3::4] if alpha) == 1


def test_dots_on_one_spot_pile_up_as_light_does(page: Page, call: Call) -> None:
    pixels = drawn(page, [0.5, 0.5], [0.5, 0.5], [0, 1], 0.5)
    at = 4 * (4 * 8 + 4)
    # The second covers half of the first: a third and two thirds of the colour that is there.
    expected = [(200 + 2 * 10) / 3, (100 + 2 * 20) / 3, (50 + 2 * 250) / 3, 0.75 * 255]
    assert pixels[at : at + 4] == pytest.approx(expected, abs=2)


def test_dots_out_of_sight_and_without_a_place_are_left_out(page: Page, call: Call) -> None:
    assert not any(drawn(page, [-1, 2, 0.5], [0.5, 0.5, 3e9], None, 1))


def test_a_dot_without_a_class_has_the_last_colour(page: Page, call: Call) -> None:
    pixels = drawn(page, [0.5, 0.25], [0.5, 0.25], None, 1)
    at = 4 * (4 * 8 + 4)
    assert pixels[at : at + 4] == [90, 90, 90, 255]
