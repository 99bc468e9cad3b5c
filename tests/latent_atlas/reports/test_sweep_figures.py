"""The figures of many runs say what their table says, and only what varies."""

from pathlib import Path

import plotly.graph_objects as go

from latent_atlas.reports.sweep_drawing import parallel_figure, rate_distortion_figure
from latent_atlas.reports.sweep_figures import parallel_data, rate_distortion_data
from vae_core.options import Option
from vae_core.quantities import BOUND, scalars
from vae_core.runs import Run
from vae_core.sweeps import Row, Scale, Table
from vae_core.sweeps.varying import setting_options

SCALE = Scale("digits", "grey", None, "log p(x)")


def _row(number: int, test: dict[str, float], **values: object) -> Row:
    return Row(Run(Path(f"r{number}")), values, "finished", SCALE, "last", 1, 1, {}, test, {})


def _table(*rows: Row) -> Table:
    known: dict[str, Option] = setting_options()
    names = [name for name in known if any(name in row.values for row in rows)]
    return Table(SCALE, {name: known[name] for name in names}, scalars(BOUND), rows)


def test_axes_are_what_varies_and_the_bound_with_a_place_for_each_value() -> None:
    table = _table(
        _row(1, {"elbo": -50.0, "rate": 2.0, "distortion": 48.0}, beta=1.0, latent_dim=2),
        _row(2, {"elbo": -45.0, "rate": 5.0, "distortion": 40.0}, latent_dim=10),
        _row(3, {}, beta=4.0, latent_dim=10),
    )
    data = parallel_data(table)
    assert data is not None
    assert [axis.name for axis in data.axes] == ["latent_dim", "beta", "elbo"]
    assert [axis.ticks for axis in data.axes] == [("2", "10"), ("–", "1"), ()]
    assert [(line.run, line.places) for line in data.lines] == [
        ("r1", (0.0, 1.0, -50.0)),
        ("r2", (1.0, 0.0, -45.0)),
    ]
    go.Figure(parallel_figure(data))  # which refuses what Plotly does not know
    points = rate_distortion_data(table)
    assert points is not None
    assert [(point.rate, point.distortion) for point in points.points] == [(2.0, 48.0), (5.0, 40.0)]
    go.Figure(rate_distortion_figure(points))


def test_up_is_better_whichever_way_the_number_is_and_lines_of_one_value_lie_in_that_order() -> (
    None
):
    rows = [_row(k, {"elbo": -50.0 + k}, beta=1.0 if k < 2 else 4.0) for k in range(4)]
    data = parallel_data(_table(*rows))
    assert data is not None
    worse = data.model_copy(update={"better": "lower"})
    for each, falls in ((data, False), (worse, True)):
        marks = parallel_figure(each, chosen="r3")["data"][-2]
        last = [y for x, y in zip(marks["x"], marks["y"], strict=True) if x == 1]
        first = [y for x, y in zip(marks["x"], marks["y"], strict=True) if x == 0]
        assert sorted(last, reverse=falls) == last
        assert (first[0] < first[1]) is not falls
        assert max(first[:2]) < min(first[2:])  # of another value


def test_the_chosen_line_is_drawn_above_the_others() -> None:
    rows = [_row(k, {"elbo": -50.0 + k}, beta=float(k)) for k in range(3)]
    data = parallel_data(_table(*rows))
    assert data is not None
    top = parallel_figure(data, chosen="r1", accent="#123456")["data"][-1]
    assert top["line"]["color"] == "#123456"
    assert top["y"][0] == 0.5
    assert len(parallel_figure(data)["data"]) == len(parallel_figure(data, chosen="r1")["data"]) - 1


def test_many_groups_have_shades_in_place_of_a_legend() -> None:
    def drawn(count: int) -> dict[str, object]:
        rows = [
            _row(k, {"elbo": -50.0 - k, "rate": 2.0 + k, "distortion": 48.0}, beta=float(k))
            for k in range(count)
        ]
        data = rate_distortion_data(_table(*rows))
        assert data is not None
        return rate_distortion_figure(data)

    assert drawn(3)["layout"]["showlegend"]  # type: ignore[index]
    many = drawn(30)
    assert not many["layout"]["showlegend"]  # type: ignore[index]
    go.Figure(many)


def test_lists_of_widths_stand_in_the_order_of_their_numbers() -> None:
    rows = [_row(k, {"elbo": -50.0}, hidden=each) for k, each in enumerate([(256, 128), (64,)])]
    data = parallel_data(_table(*rows))
    assert data is not None
    assert data.axes[0].ticks == ("64", "256,128")


def test_where_nothing_was_measured_there_is_no_figure() -> None:
    assert parallel_data(_table(_row(1, {}, beta=1.0))) is None
    assert rate_distortion_data(_table(_row(1, {}, beta=1.0))) is None
