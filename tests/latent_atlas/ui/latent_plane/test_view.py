import math

import pytest

from latent_atlas.ui.latent_plane.view import PlaneView, view_from


@pytest.mark.parametrize(
    "view",
    [
        PlaneView(),
        PlaneView(z=(0.5,), layers="tiles"),
        PlaneView(z=(-0.25, 1.5), layers="both", axis="cdf"),
        PlaneView(z=(-0.2503, 1.5), zoom=32.0, at=(-0.251, 1.4999)),
        PlaneView(background="holes", guides=True, uncertainty=True, along=-1.25),
        PlaneView(epoch=12),
        PlaneView(epoch=0),
        PlaneView(epoch=0.0427),
        PlaneView(colour="Größe, in cm & Co", hide=(1,)),
        PlaneView(background="confidence", picked="digits;test;grey;run:a%3Bb;A:1,2~z:,1,0,"),
        PlaneView(hide=(0, 7), a=(0.0, 0.5, 1.0, 0.5, 1.25, 2.0), b=(-0.5, 0.5)),
    ],
)
def test_a_view_survives_the_address_bar(view: PlaneView) -> None:
    assert view_from(view.to_query()) == view


@pytest.mark.parametrize(
    "z", ["", "x", "1,2,3", "nan,0", "inf", "1e9,0", [0.1, "a"], [], [None], {"a": 1}, 3, [[1], 2]]
)
def test_a_spot_that_makes_no_sense_is_as_if_absent(z: object) -> None:
    assert view_from({"z": z}).z is None


def test_unknown_layers_and_axes_fall_back() -> None:
    strange = {"layers": "7", "axis": ["z"], "background": ["holes"], "guides": "1"}
    assert view_from(strange) == PlaneView()


def test_what_the_component_sends_is_read_too() -> None:
    view = view_from({"z": [0.1, -2], "layers": "both", "axis": "cdf"})
    assert view == PlaneView((0.1, -2.0), "both", "cdf")
    assert not any(math.isnan(value) for value in view.z or ())


@pytest.mark.parametrize("text", ["", " ", None, 3, ["a"], {}])
def test_a_selection_that_is_no_text_is_as_if_absent(text: object) -> None:
    assert view_from({"picked": text}).picked is None


def test_a_selection_is_text_of_a_bounded_length_whatever_it_says() -> None:
    assert len(view_from({"picked": "x" * 5000}).picked or "") <= 600


@pytest.mark.parametrize("zoom", ["", "x", "nan", "inf", "-3", "0.5", None, [2], {}])
def test_a_magnification_that_makes_no_sense_is_none(zoom: object) -> None:
    assert view_from({"zoom": zoom}).zoom == 1


@pytest.mark.parametrize("part", ["", "x", "nan", "inf", None, [2], {}])
def test_a_part_of_a_direction_that_makes_no_sense_is_none(part: object) -> None:
    assert view_from({"along": part}).along == 0


def test_a_direction_is_added_twice_at_the_most() -> None:
    assert view_from({"along": "-7"}).along == -2
    assert view_from({"along": -0.35}).to_query() == {"along": "-0.35"}


def test_magnification_ends_where_the_planes_does() -> None:
    assert view_from({"zoom": "1e9"}).zoom == 64


@pytest.mark.parametrize(
    "epoch",
    ["", "x", "-3", "1.", ".5", "1e3", "²", "1" * 10, -1.0, 1e12, math.nan, True, None, [3], {}],
)
def test_an_epoch_that_makes_no_sense_is_that_of_the_model(epoch: object) -> None:
    assert view_from({"epoch": epoch}).epoch is None


@pytest.mark.parametrize(
    "text", ["", "1,x", "1", "1,2,3", "nan,1", "1e9,1", ",".join(["1"] * 258), [1, [2]], {}, 5]
)
def test_an_outline_that_makes_no_sense_is_as_if_absent(text: object) -> None:
    assert view_from({"a": text}).a is None


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * 61, "a\nb", "a\x1b[2J", "\u202eb", None, 3, ["sex"], {"sex": 1}]
)
def test_a_column_of_labels_that_has_no_such_name_is_the_first(name: object) -> None:
    assert view_from({"colour": name}).colour is None


def test_hidden_classes_are_whole_numbers_or_ranges_of_them() -> None:
    assert view_from({"hide": "7,0,7"}).hide == (0, 7)
    assert view_from({"hide": "-1,3,12,2.5,10000,1-"}).hide == (3, 12)
    assert view_from({"hide": [1, 2, 2.5, None]}).hide == (1, 2)
    assert view_from({"hide": "0,4-6"}).hide == (0, 4, 5, 6)


@pytest.mark.parametrize("count", [13, 40, 242, 700, 10_000])
def test_one_class_alone_among_many_has_a_short_address(count: int) -> None:
    others = tuple(k for k in range(count) if k != 9)
    query = PlaneView(hide=others).to_query()
    assert query["hide"] == f"0-8,10-{count - 1}"
    assert view_from(query).hide == others


@pytest.mark.parametrize("nonsense", ["", "x", "inf", None, {}, 3, "1," * 20_000])
def test_classes_that_make_no_sense_are_as_if_absent(nonsense: object) -> None:
    assert view_from({"hide": nonsense}).hide == ()


def test_a_path_and_its_way_survive_the_address_bar_and_nonsense_is_none() -> None:
    for view in (PlaneView(path=(0.5,)), PlaneView(path=(0.5, -1.25, 2.0, 0.0), way="geodesic")):
        assert view_from(view.to_query()) == view
    assert PlaneView(way="slerp").to_query() == {}
    for text in ("", "x", "1,nan", ",".join(["1"] * 33)):
        assert view_from({"path": text}).path is None
    assert view_from({"path": {}}).path is view_from({"path": 3}).path is None
    assert view_from({"way": ["geodesic"]}).way == view_from({"way": "x"}).way == "line"
