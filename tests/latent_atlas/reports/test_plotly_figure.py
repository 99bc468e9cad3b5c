import base64
import io
from math import log10
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from latent_atlas.reports.figures import panel_figure
from latent_atlas.reports.figures.images import tiled
from latent_atlas.reports.figures.plotly_figure import DrawnPanel, window_layout
from latent_atlas.reproduce.figure import BarsPanel, CurvesPanel, Reference
from tests.latent_atlas.reports.figure_documents import (
    SEEDS,
    bars_panel,
    curves_panel,
    images_panel,
)


def traces(figure: dict[str, Any], **wanted: object) -> list[dict[str, Any]]:
    return [t for t in figure["data"] if all(t.get(key) == value for key, value in wanted.items())]


@pytest.mark.parametrize("panel", [curves_panel(), bars_panel(), images_panel()])
def test_plotly_accepts_every_property(panel: DrawnPanel) -> None:
    figure = go.Figure(panel_figure(panel, seeds=SEEDS))
    assert len(figure.data) > 0


def test_every_seed_and_the_mean_are_drawn_as_they_stand_in_the_document() -> None:
    panel = curves_panel()
    figure = panel_figure(panel, seeds=SEEDS)
    for curve in panel.curves:
        *seeds, mean = traces(figure, name=curve.label)
        assert [trace["y"] for trace in seeds] == [list(values) for values in curve.y]
        assert all(trace["x"] == list(curve.x) for trace in (*seeds, mean))
        assert mean["y"] == pytest.approx([sum(v) / 3 for v in zip(*curve.y, strict=True)])
        assert {t["line"]["dash"] for t in (*seeds, mean)} == {
            "dash" if curve.split == "train" else "solid"
        }


def test_a_method_has_one_colour_and_a_seed_is_named_where_it_is_pointed_at() -> None:
    figure = panel_figure(curves_panel(), seeds=(4, 7, 9))
    aevb = traces(figure, name="AEVB (test)") + traces(figure, name="AEVB (train)")
    other = traces(figure, name="Wake-sleep (test)")
    assert len({trace["line"]["color"] for trace in aevb}) == 1
    assert aevb[0]["line"]["color"] != other[0]["line"]["color"]
    assert ["seed 7" in trace["hovertemplate"] for trace in other] == [False, True, False, False]


def test_the_paper_s_axes_and_ours_are_both_to_be_had() -> None:
    panel = curves_panel(first=-125.0)
    paper = panel_figure(panel)["layout"]
    assert paper["xaxis"]["range"] == pytest.approx([5, 8])
    assert paper["yaxis"]["range"] == [-150, -100]
    assert paper["shapes"][0]["x0"] == 1e6  # from where our data end
    assert paper["annotations"][0]["x"] == log10(1e6)
    ours = panel_figure(panel, axes="data")["layout"]
    assert 4.9 < ours["xaxis"]["range"][0] < 5 < 6 < ours["xaxis"]["range"][1] < 6.1
    assert ours["shapes"] == []
    assert [a["text"] for a in ours["annotations"]] == ["the paper\u2019s axis goes on to 100M"]
    assert window_layout(panel, "data")["xaxis.range"] == ours["xaxis"]["range"]


def test_an_axis_that_would_hide_a_curve_is_widened_and_says_where_the_paper_s_begins() -> None:
    layout = panel_figure(curves_panel(first=-170.0))["layout"]
    assert layout["yaxis"]["range"][0] < -192  # wake-sleep begins at -192
    assert layout["yaxis"]["range"][1] == -100
    assert [s["y0"] for s in layout["shapes"] if s["type"] == "line"] == [-150]
    assert "the paper\u2019s axis begins" in [a["text"] for a in layout["annotations"]]


def test_a_run_that_ends_before_the_paper_s_axis_begins_is_still_seen() -> None:
    panel = curves_panel()
    short = panel.model_copy(
        update={
            "curves": tuple(
                curve.model_copy(update={"x": tuple(x / 100 for x in curve.x)})
                for curve in panel.curves
            )
        }
    )
    low, high = panel_figure(short)["layout"]["xaxis"]["range"]
    assert low < 3.0
    assert high == 8


def test_a_bar_is_a_dot_a_seed_and_a_tick_at_the_mean() -> None:
    panel = bars_panel()
    figure = panel_figure(panel, seeds=SEEDS)
    assert figure["layout"]["xaxis"]["type"] == "log"
    dots, mean = traces(figure, name="AEVB, estimator B")
    assert dots["x"] == [0.012, 0.014, 0.013]
    assert dots["customdata"] == ["seed 0", "seed 1", "seed 2"]
    assert mean["x"] == pytest.approx([(0.012 * 0.014 * 0.013) ** (1 / 3)])  # geometric: a log axis
    assert mean["y"][0] == dots["y"][0] == 0


def test_a_published_value_is_a_dashed_line_that_the_axis_reaches() -> None:
    panel = bars_panel().model_copy(
        update={"references": (Reference(label="published", value=1e6),)}
    )
    layout = panel_figure(panel, seeds=SEEDS)["layout"]
    [line], [name] = layout["shapes"], layout["annotations"]
    assert (line["x0"], name["x"], name["text"]) == (1e6, 6, "published")
    assert layout["xaxis"]["range"][1] > 6
    assert go.Figure(panel_figure(panel, seeds=SEEDS))


def test_values_that_are_not_positive_are_drawn_on_a_linear_scale() -> None:
    panel = BarsPanel.model_validate(
        bars_panel().model_dump()
        | {"bars": [{"label": "a", "method": "aevb", "values": [-1.0, 0.0]}]}
    )
    assert panel_figure(panel)["layout"]["xaxis"]["type"] == "linear"


def test_images_keep_their_pixels() -> None:
    panel = images_panel()
    figure = panel_figure(panel)
    picture = Image.open(io.BytesIO(base64.b64decode(figure["data"][0]["source"].split(",")[1])))
    layout = figure["layout"]
    assert picture.size == (layout["width"], layout["height"])
    scale = (layout["width"] - 1) // panel.columns // panel.width
    assert np.array_equal(np.asarray(picture), tiled(panel, scale))


def test_markup_in_a_document_is_text() -> None:
    panel = curves_panel()
    hostile = CurvesPanel.model_validate(panel.model_dump() | {"x_label": "<script>alert(1)"})
    assert "<script>" not in str(panel_figure(hostile))
