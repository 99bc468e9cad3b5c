"""The figure of models between rate and distortion, and that of two maps: what they draw."""

import plotly.graph_objects as go
import pytest

from latent_atlas.reports.map_agreement import Arrow, MapAgreement, agreement_plot
from latent_atlas.reports.rate_distortion import (
    Line,
    ModelPoint,
    Place,
    RateDistortion,
    Scale,
    in_sight,
    joined,
    rate_distortion_plot,
)


def place(rate: float, distortion: float, half_width: float | None = 0.5) -> Place:
    return Place(
        rate=rate,
        rate_half_width=half_width,
        distortion=distortion,
        distortion_half_width=half_width,
    )


def chart(scale: Scale = "nats") -> RateDistortion:
    first = ModelPoint(key="run:a", letter="A", told="a", test=place(5, 100), train=place(5.5, 97))
    other = ModelPoint(key="run:b", letter="", told="b", test=place(9, 80, None), train=None)
    return RateDistortion(
        scale=scale,
        points=(first, other),
        bounds=(Line(label="linear, J = 2", x=(0, 5, 50), y=(140, 120, 110)),),
    )


def test_an_arrow_leads_from_training_to_test_images_and_every_point_names_its_model() -> None:
    figure = rate_distortion_plot(chart())
    go.Figure(figure)  # which refuses what Plotly does not know
    [arrow] = [each for each in figure["layout"]["annotations"] if each["showarrow"]]
    assert (arrow["ax"], arrow["ay"], arrow["x"], arrow["y"]) == (5.5, 97, 5, 100)
    keys = [trace["customdata"] for trace in figure["data"] if "customdata" in trace]
    assert keys == [["run:a"], ["run:a"], ["run:b"]]
    assert [trace["error_y"]["visible"] for trace in figure["data"][1:]] == [True, True, False]


def test_the_bound_is_the_same_along_each_thin_line_in_nats_and_there_is_none_elsewhere() -> None:
    lines = rate_distortion_plot(chart())["layout"]["shapes"]
    assert lines
    for line in lines:
        assert line["x0"] + line["y0"] == pytest.approx(line["x1"] + line["y1"])
    assert rate_distortion_plot(chart("squared error"))["layout"]["shapes"] == []


def test_all_points_are_in_sight_and_so_is_the_linear_bound_at_their_rates() -> None:
    layout = rate_distortion_plot(chart())["layout"]
    low, high = layout["yaxis"]["range"]
    assert low < 80
    assert high > 120
    left, right = layout["xaxis"]["range"]
    assert left < 4.5
    assert 9 < right < 50


def test_a_model_far_from_all_others_is_left_out_unless_it_is_compared() -> None:
    near = [
        ModelPoint(key=f"{k}", letter="", told="", test=place(k, 50 - k), train=None)
        for k in range(9)
    ]
    for letter, drawn in (("", 9), ("A", 10)):
        far = ModelPoint(key="far", letter=letter, told="", test=place(4, 1e6), train=None)
        data = RateDistortion(scale="nats", points=(*near, far))
        assert len(in_sight(data)) == drawn
        assert (rate_distortion_plot(data)["layout"]["yaxis"]["range"][1] > 100) == bool(letter)


def test_a_curve_goes_through_the_mean_of_the_seeds_of_each_value_in_order() -> None:
    line = joined("β", [(4.0, place(2, 90)), (1.0, place(6, 70)), (4.0, place(4, 94))])
    assert (line.x, line.y) == ((6.0, 3.0), (70.0, 92.0))


def test_arrows_of_maps_have_the_colour_of_their_class_and_the_chosen_one_is_thick() -> None:
    arrows = tuple(
        Arrow(image=k, kind="ab"[k % 2], told=f"{k}", start=(k, 0), end=(k, 1)) for k in range(4)
    )
    colours = {"": "#000000", "a": "#111111", "b": "#222222"}
    data = MapAgreement(axes=("x", "y"), stays=((0, 0),), arrows=arrows, colours=colours)
    figure = agreement_plot(data, chosen=3)
    go.Figure(figure)
    drawn = figure["data"][1:]
    assert [(t["line"]["color"], t["line"]["width"]) for t in drawn] == [
        ("#111111", 1.5),
        ("#222222", 1.5),
        ("#222222", 4),
    ]
    assert drawn[0]["customdata"] == [0, 0, None, 2, 2, None]
    assert drawn[0]["y"] == [0, 1, None, 0, 1, None]
    assert figure["layout"]["showlegend"]
    many = {"": "#000000", **{f"c{k}": "#123456" for k in range(40)}}
    forty = tuple(arrow.model_copy(update={"kind": f"c{arrow.image}"}) for arrow in arrows)
    plain = MapAgreement(axes=("x", "y"), stays=(), arrows=forty, colours=many)
    assert len(agreement_plot(plain)["data"]) == 4
