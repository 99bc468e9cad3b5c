"""The options of the live curves: axes that show what happens."""

import json
import math

import pytest

from latent_atlas.reports.colours import LINE_COLOURS
from latent_atlas.ui.charts import (
    INK_DARK,
    INK_LIGHT,
    QUIET,
    Curve,
    Mark,
    Strip,
    curves_option,
    late,
    strip_option,
    value_range,
)
from vae_core.quantities import RATE_PER_DIM


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_value_axis_begins_below_the_last_decade_and_a_half_not_at_the_first_image() -> None:
    samples = [10**k for k in range(2, 8)]
    curve = Curve("test", samples, [-540.0, -230.0, -190.0, -160.0, -145.0, -140.0], "#D2611C")
    found = value_range([curve], ticks=5)
    assert found is not None
    bottom, top, tick = found
    assert -150 <= bottom <= -145
    assert top >= -140
    assert math.isclose((top - bottom) / tick, round((top - bottom) / tick))


def test_of_many_decades_on_a_log_axis_more_than_half_is_in_sight() -> None:
    assert late(100, 1_000, log_axis=True) == pytest.approx(1_000 / 30)
    assert late(100, 1_000_000, log_axis=False) == pytest.approx(1_000_000 / 30)
    assert late(100, 1_000_000, log_axis=True) == pytest.approx(100 * 10**1.6)


def test_an_axis_without_finite_values_is_left_to_echarts() -> None:
    assert value_range([Curve("test", [100], [math.nan], QUIET)], ticks=5) is None
    assert value_range([], ticks=5) is None


def test_options_are_json_even_after_a_run_diverged() -> None:
    broken = Curve("test", [100, 200], [-500.0, math.inf], QUIET)
    option = curves_option([broken], log_axis=True, ink=INK_LIGHT, marks=[Mark(200, "beta 2")])
    text = json.dumps(option, allow_nan=False)
    assert "beta 2" in text
    assert option["series"][0]["data"] == [[100, -500.0, "−500.0"], [200, None, "–"]]


def test_a_tooltip_says_what_stands_at_the_point_and_the_curve_what_it_is() -> None:
    curve = Curve("test", [100, 200], [-123.44, -0.01], QUIET, half_widths=[0.92, math.nan])
    (series,) = curves_option([curve], log_axis=True, ink=INK_LIGHT)["series"]
    assert series["data"] == [[100, -123.44, "−123.4 ± 0.9"], [200, -0.01, "0.0"]]
    assert series["encode"] == {"x": 0, "y": 1, "tooltip": [2]}
    assert series["dimensions"][2]["type"] == "ordinal"


def test_the_sample_axis_is_logarithmic_unless_asked_and_ends_where_the_run_ends() -> None:
    curve = Curve("test", [150, 3000], [-500.0, -200.0], QUIET)
    log = curves_option([curve], log_axis=True, ink=INK_LIGHT, total=300_000)["xAxis"]
    linear = curves_option([curve], log_axis=False, ink=INK_LIGHT, total=300_000)["xAxis"]
    assert (log["type"], log["min"], log["max"]) == ("log", 100, 300_000)
    assert (linear["type"], linear["min"], linear["max"]) == ("value", 0, 300_000)


def test_overlaid_runs_are_named_once_each_in_the_legend() -> None:
    curves = [
        Curve(name, [100], [-1.0], QUIET, dashed="train" in name)
        for name in ("a", "a, train", "b", "b, train")
    ]
    option = curves_option(curves, log_axis=True, ink=INK_LIGHT)
    assert [entry["name"] for entry in option["legend"]["data"]] == ["a", "b"]


def test_the_strip_has_one_cell_a_dimension_and_time_and_a_cell_names_its_dimension() -> None:
    rates = [[0.0, 1.5, 0.1], [0.2, 2.5, math.nan]]
    sure = [[math.nan] * 3, [0.012, 0.1, math.nan]]
    strip = Strip([100, 1000], rates, [1, 0, 2], RATE_PER_DIM, sure)
    option = strip_option(strip, ink=INK_DARK)
    assert option["series"][0]["data"] == [
        [0, 0, 0.0, "z2: 0.00 nats"],
        [0, 1, 1.5, "z1: 1.50 nats"],
        [0, 2, 0.1, "z3: 0.10 nats"],
        [1, 0, 0.2, "z2: 0.200 ± 0.012 nats"],
        [1, 1, 2.5, "z1: 2.50 ± 0.10 nats"],
        [1, 2, None, "z3: – nats"],
    ]
    assert option["yAxis"]["data"] == ["z2", "z1", "z3"]
    assert option["visualMap"]["max"] == 2.5


@pytest.mark.parametrize(
    ("peak", "end"),
    [(49_960_412.0, "≥ 50,000,000 nats"), (12.34, "≥ 12.3 nats"), (1e-5, "≥ 0.01 nats")],
)
def test_the_ends_of_a_strips_scale_differ_and_have_room(peak: float, end: str) -> None:
    strip = Strip([100], [[peak, 0.0]], [0, 1], RATE_PER_DIM, [[math.nan, math.nan]])
    option = strip_option(strip, ink=INK_DARK)
    assert option["visualMap"]["text"] == [end, "0"]
    assert option["grid"]["right"] >= 7 * len(end)


def test_lines_stand_out_on_both_pages_and_text_can_be_read() -> None:
    light, dark = "#FBFBF8", "#14161A"
    for colour in (*LINE_COLOURS, QUIET):
        assert contrast(colour, light) >= 3
        assert contrast(colour, dark) >= 3
    assert contrast(INK_LIGHT, light) >= 4.5
    assert contrast(INK_DARK, dark) >= 4.5
