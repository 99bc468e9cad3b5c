"""The plane's JavaScript modules one by one, in the browser that runs them, against Python."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
import torch
from playwright.sync_api import Page

from tests.browser.helpers import compute
from tests.browser.modules import modules_at
from tests.vae_core.latent.decoders import scattered
from vae_core.latent import SupportMeter, manifold_coordinates, support_level, support_sentence
from vae_core.latent.support_levels import LEVELS, whole_percent

Call = Callable[..., Any]


@pytest.fixture
def call(blank: Page) -> Call:
    """call("plane/axes", "normalCdf", 0.5) is normalCdf(0.5); an error becomes its message."""

    def call_function(module: str, function: str, *arguments: object) -> Any:
        script = """async ([url, name, args]) => {
            const found = (await import(url))[name];
            try {
                return { value: await found(...args) };
            } catch (error) {
                return { error: error.message };
            }
        }"""
        url = f"{modules_at()}/{module}.js"
        answer = compute(blank, script, [url, function, list(arguments)])
        return answer["error"] if "error" in answer else answer["value"]

    return call_function


def test_the_normal_distribution_function_is_that_of_torch(call: Call) -> None:
    z = torch.linspace(-9, 9, 37, dtype=torch.float64)
    found = torch.tensor(
        [call("plane/axes", "normalCdf", x) for x in z.tolist()], dtype=torch.float64
    )
    assert torch.allclose(found, torch.special.ndtr(z), rtol=1e-10, atol=1e-15)


def test_the_normal_quantile_is_that_of_torch(call: Call) -> None:
    p = torch.tensor([1e-12, 1e-6, 0.001, 0.02425, 0.075, 0.3, 0.5, 0.6, 0.95, 0.9999])
    p = p.double()
    found = torch.tensor([call("plane/axes", "normalQuantile", x) for x in p.tolist()])
    assert torch.allclose(found.double(), torch.special.ndtri(p), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("cdf", [False, True])
def test_the_grid_is_that_of_the_core(call: Call, cdf: bool) -> None:
    found = torch.tensor(call("plane/axes", "gridCentres", 20, 3.0, cdf))
    expected = manifold_coordinates(20, "gaussian-cdf" if cdf else "linear", 3.0)
    assert torch.allclose(found, expected, atol=1e-6)
    if cdf:
        assert found[-1].item() == pytest.approx(1.960, abs=5e-4)


def test_grid_points_run_from_the_top_left_with_the_other_axes_at_zero(call: Call) -> None:
    flat = {"origin": [0, 0, 0, 0], "directions": [[0, 0, 1, 0], [1, 0, 0, 0]]}
    z = torch.tensor(call("layers/tiles", "gridPoints", flat, 3.0, False, 20)).view(20, 20, 4)
    along = manifold_coordinates(20, "linear", 3.0)
    assert torch.allclose(z[0, :, 2].float(), along, atol=1e-6)
    assert torch.allclose(z[:, 0, 0].float(), along.flip(0), atol=1e-6)
    assert z[..., [1, 3]].abs().max() == 0


@pytest.mark.parametrize("cdf", [False, True])
@pytest.mark.parametrize("z", [-2.5, -0.4, 0.0, 1.7])
def test_screen_and_latent_coordinates_are_inverse(call: Call, z: float, cdf: bool) -> None:
    s = call("plane/axes", "toScreen", z, 3, int(cdf))
    assert 0 < s < 1
    assert call("plane/axes", "fromScreen", s, 3, cdf) == pytest.approx(z, abs=1e-9)


def test_the_edge_of_the_screen_is_a_finite_point(call: Call) -> None:
    assert call("plane/axes", "fromScreen", 0, 3, True) == pytest.approx(-3.0902, abs=1e-4)
    assert call("plane/axes", "fromScreen", 1, 3.5, False) == 3.5


def test_the_readout_keeps_its_width_and_writes_a_true_minus(call: Call) -> None:
    names = ["z₁", "z₂"]
    below = call("plane/words", "readout", [-0.412, 1.104], names, 12000, 0)
    above = call("plane/words", "readout", [0.412, -1.104], names, 12000, 0)
    assert below == ["z₁ −0.412  z₂ \u20071.104", " · 12,000 points"]
    assert [len(part) for part in below] == [len(part) for part in above]
    assert call("plane/words", "number", -0.0001, 2) == "0.00"
    assert call("plane/words", "axisName", 11) == "z₁₂"
    assert call("plane/words", "spoken", [-0.42, 1.1], "3") == "z (−0.42, 1.10), nearest class 3"


def test_the_extent_holds_the_encodings_but_no_stray_point(call: Call) -> None:
    assert call("plane/model", "fittingExtent", [0.1] * 1000) == 3
    assert call("plane/model", "fittingExtent", [*[0.1] * 999, 40.0]) == 3
    assert call("plane/model", "fittingExtent", [-3.6] * 100) == 4
    assert call("plane/model", "fittingExtent", [99.0] * 100) == 8


def test_the_picture_goes_to_the_emptiest_corner_and_never_under_the_finger(call: Call) -> None:
    xs, ys = [0.9, 0.9, 0.1, 0.1, 0.95], [0.1, 0.9, 0.9, 0.95, 0.05]
    assert call("plane/layout", "emptiestCorner", xs, ys, 0.3, 0.3, None) == "nw"
    assert call("plane/layout", "emptiestCorner", xs, ys, 0.3, 0.3, [0.1, 0.1]) == "se"


def test_every_pixel_of_the_picture_covers_whole_device_pixels(call: Call) -> None:
    assert call("plane/picture", "wholeScale", 28, 340, 1) == 12
    assert call("plane/picture", "wholeScale", 28, 100, 2) == 3.5  # seven device pixels
    assert call("plane/picture", "wholeScale", 28, 10, 1) == 1


@pytest.mark.parametrize("length", [3, 8, 40])
def test_a_damaged_file_is_refused_with_a_sentence(blank: Page, length: int) -> None:
    message = compute(
        blank,
        """async ([url, length]) => {
            const bytes = new Uint8Array(length);
            bytes[1] = 255;
            const { parseSafetensors } = await import(url);
            try { parseSafetensors(bytes.buffer); } catch (error) { return error.message; }
        }""",
        [f"{modules_at()}/decode/safetensors.js", length],
    )
    assert "safetensors file" in message


def test_each_class_has_a_colour_and_more_than_there_are_begin_anew(call: Call) -> None:
    colours = ["red", "green", "grey"]  # of two classes, and of points without one
    for names, inks in (("ab", colours), ("", ["grey"]), ("abc", ["red", "green", "red", "grey"])):
        assert call("plane/model", "inks", {"classNames": list(names)}, colours) == inks


def test_bars_words_and_percentages_of_support_are_those_of_the_core(
    blank: Page,
) -> None:
    scale = [asdict(level) for level in LEVELS]
    shares = [n / 1000 for n in range(1001)]
    script = """async ([url, shares, scale]) => {
        const { described } = await import(url);
        return shares.map((share) => described(share, scale));
    }"""
    url = f"{modules_at()}/features/trust/support.js"
    for share, found in zip(shares, compute(blank, script, [url, shares, scale]), strict=True):
        bars = support_level(share)
        assert (found["bars"], found["words"]) == (bars, LEVELS[bars].words)
        told = (whole_percent(share), support_sentence(share))
        assert (found["percent"], found["sentence"]) == told


@pytest.mark.parametrize("J", [2, 10])
def test_the_support_of_a_spot_is_that_of_the_core(call: Call, J: int) -> None:
    meter = SupportMeter(scattered(400, J))
    along = manifold_coordinates(40, "linear", 3.0)
    z = torch.zeros(40, J)
    z[:, 0] = along
    values = meter.log_prob(z)
    asked = {
        "values": values.tolist(),
        "levels": meter.percentiles.tolist(),
        "rows": 1,
        "columns": 40,
        "extent": 3.0,
        "scale": [asdict(level) for level in LEVELS],
    }
    expected = meter.measure(z)
    for n in range(0, 40, 3):
        found = call("features/trust/support", "supportAt", asked, [float(along[n]), 0.0])
        assert found["share"] == pytest.approx(float(expected.percentile[n]), abs=1e-5)
        assert (found["bars"] > 0) == bool(expected.supported[n])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("7", "7"),
        ("Ankle boot", "Ankle boot"),
        ("T-shirt/top", "T-shirt…"),
        ("long tailed tit", "long…"),
        ("Rhododendron", "Rhododend…"),
        ("", ""),
    ],
)
def test_the_name_of_a_class_is_shown_whole_or_in_whole_words(
    call: Call, name: str, shown: str
) -> None:
    assert call("plane/model", "glyphOf", name) == shown


def test_wide_labels_are_pushed_apart_by_their_widths(blank: Page) -> None:
    script = """async url => {
        const { pushApart } = await import(url);
        const places = [{ x: 0, y: 0, width: 90 }, { x: 10, y: 1, width: 50 }, { x: 200, y: 0 }];
        pushApart(places, 18);
        return places;
    }"""
    first, second, far = compute(blank, script, f"{modules_at()}/layers/points.js")
    assert second["x"] - first["x"] > 60 or abs(second["y"] - first["y"]) > 17
    assert (far["x"], far["y"]) == (200, 0)


@pytest.mark.parametrize(
    ("x", "y", "shown"),
    [(200, 200, 200), (10, 200, 60), (390, 210, 340), (10, 20, 10), (55, 260, 60)],
)
def test_the_name_of_a_class_stands_beside_the_buttons_of_a_phone(
    call: Call, x: float, y: float, shown: float
) -> None:
    buttons = [
        {"left": left, "top": 150, "width": 50, "height": 120} for left in (0, 350)
    ]  # at the sides of a field that is 400 wide
    found = call("layers/glyphs", "beside", x, y, {"half": 10, "height": 18}, buttons, 400)
    assert found == shown
