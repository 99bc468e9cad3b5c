"""The line that the epoch slider moves over the curves lies where its epoch lies on their axes."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from latent_atlas.ui.train.along import Along
from latent_atlas.ui.train.cursor import cursor
from latent_atlas.ui.train.curves import Drawing, curve_drawings, strip_drawings
from latent_atlas.ui.train.reading import Story
from tests.latent_atlas.ui.train.test_reading import event, log_of
from vae_core.runs import create_run, make_config

INK = "#000000"


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Of ten epochs of a thousand images, tested at each."""
    run = create_run(make_config(dataset="digits", epochs=10, hidden=(8,)), tmp_path / "runs")
    more: dict[str, Any] = {
        "test_half_widths": {"elbo": 0.3},
        "vectors": {"rate_per_dim": [1.5, 0.5]},
    }
    events = [event(n, test=-210.0 + n / 1000, **more) for n in (100, *range(1000, 10_001, 1000))]
    status = run.status().model_copy(
        update={"state": "finished", "epochs": 10.0, "total_samples": 10_000, "samples": 10_000}
    )
    return Story(run, status, log_of(tmp_path, *events))


def drawings(story: Story, *, log_axis: bool) -> list[Drawing]:
    return curve_drawings([story], log_axis=log_axis, ink=INK)


@pytest.mark.parametrize(
    ("log_axis", "shares"),
    [(True, [0, 0, math.log10(20) / 2, 1]), (False, [0, 0.01, 0.2, 1])],
)
def test_an_epoch_lies_on_the_axis_where_its_images_do(
    story: Story, log_axis: bool, shares: list[float]
) -> None:
    told = cursor([0, 0.1, 2], story, drawings(story, log_axis=log_axis))
    assert [chart["key"] for chart in told["charts"]] == [
        "chart-elbo",
        "chart-rate",
        "chart-distortion",
    ]
    for chart in told["charts"]:
        assert chart["shares"] == pytest.approx(shares, abs=1e-4)


def test_on_a_strip_it_lies_in_the_column_of_its_moment(story: Story) -> None:
    strips = strip_drawings(story, ink=INK)
    [chart] = cursor([0.1, 10], story, strips)["charts"]
    assert chart["shares"] == pytest.approx([0.5 / 11, 10.5 / 11, 10.5 / 11], abs=1e-4)
    assert set(chart["words"]) == {""}


def test_the_words_are_a_measurement_and_say_when_it_was_if_not_then(story: Story) -> None:
    told = cursor([0, 2, 2.4], story, drawings(story, log_axis=True))
    parts = "code length 5.0, drawing error 203.0 nats on test"
    assert told["words"] == [
        "Before the first image",
        f"2,000 images: ELBO −208.0 ± 0.3, {parts}",
        f"2,400 images (measured at 2,000): ELBO −208.0 ± 0.3, {parts}",
        "",  # of the model itself the page says it
    ]
    assert told["charts"][0]["words"] == [
        "",
        "test: −208.0 ± 0.3",
        "test at 2,000: −208.0 ± 0.3",
        "",
    ]


def test_the_margins_of_a_plot_hold_its_labels_and_are_the_charts_own(story: Story) -> None:
    [first, *_] = made = drawings(story, log_axis=True)
    [told, *_] = cursor([2], story, made)["charts"]
    grid = first.option["grid"]
    assert grid["outerBoundsMode"] == "none"  # ECharts moves nothing by itself
    assert {side: told[side] for side in ("left", "right", "top", "bottom")} == {
        side: grid[side] for side in ("left", "right", "top", "bottom")
    }
    longest = max(len(f"{first.option['yAxis'][end]:g}") for end in ("min", "max"))
    assert grid["left"] >= 8 * longest


@pytest.mark.parametrize(("along", "end"), [("epochs", 10), ("seconds", 1)])
def test_along_epochs_and_seconds_it_lies_there_too(story: Story, along: Along, end: int) -> None:
    seconds = replace(story, log=replace(story.log, seconds=story.log.samples / 10_000))
    made = curve_drawings([seconds], log_axis=False, ink=INK, along=along)
    axis = made[0].option["xAxis"]
    assert (axis["min"], axis["max"]) == (0, end)
    [first, *_] = cursor([2], seconds, made)["charts"]
    assert first["shares"][0] == pytest.approx(0.2, abs=1e-3)
