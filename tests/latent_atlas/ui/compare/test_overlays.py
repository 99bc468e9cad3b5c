"""What is drawn of several runs: on which chart, as which line, and what is said of it."""

import csv
import io
import math

import pytest

from latent_atlas.reports.overlay import Overlay, overlay_csv
from latent_atlas.reports.overlay_png import overlay_png
from latent_atlas.ui.compare.groups import BUT_THE_SEED, BY, EACH, Varying, grouped, run_names
from latent_atlas.ui.compare.measured import common_quantities, measured
from latent_atlas.ui.compare.option import overlay_option, picked
from latent_atlas.ui.compare.overlays import Choices, draw_up
from latent_atlas.ui.compare.settings import same, settings_table
from tests.latent_atlas.ui.compare.runs_on_disk import written
from vae_core.quantities import ELBO, RATE
from vae_core.runs import MetricEvent, Run, Smoothing


def _drawn(runs: list[Run], choices: Choices) -> Overlay:
    return draw_up(runs, choices, Varying(runs)).overlay


def _notes(runs: list[Run], choices: Choices) -> str:
    return " ".join(draw_up(runs, choices, Varying(runs)).notes)


def test_runs_that_differ_in_nothing_but_the_seed_are_one_line_with_its_standard_error() -> None:
    runs = [written(below=s, seed=s) for s in range(3)]
    runs.append(written(beta=4.0, seed=0))
    (chart,) = _drawn(runs, Choices(ELBO, way=BUT_THE_SEED)).charts
    mean, alone = chart.lines
    assert (mean.name, mean.runs, alone.name, alone.runs) == ("beta 1", 3, "beta 4", 1)
    assert mean.y.tolist() == pytest.approx([-31.0] * 10)
    assert mean.error is not None
    # s² = 1 with n − 1 in it, of three runs.
    assert mean.error.tolist() == pytest.approx([1 / math.sqrt(3)] * 10)
    assert sorted(each.name for each in mean.behind) == [
        f"beta 1 · seed {seed}" for seed in range(3)
    ]
    assert alone.error is None
    assert "“beta 4” is one run, so without a band." in _notes(
        runs, Choices(ELBO, way=BUT_THE_SEED)
    )


def test_runs_group_by_any_setting_that_differs() -> None:
    runs = [
        written(seed=s, beta=b, latent_dim=j) for s, b, j in ((0, 1.0, 2), (1, 4.0, 2), (0, 4.0, 3))
    ]
    groups = grouped(runs, BY + "beta", Varying(runs))
    assert [(group.name, len(group.runs)) for group in groups] == [("beta 1", 1), ("beta 4", 2)]


def test_runs_on_different_treatments_never_share_a_chart() -> None:
    runs = [written(), written(seed=1), written(binarize="dynamic"), written(likelihood="gaussian")]
    charts = _drawn(runs, Choices(ELBO)).charts
    assert [len(chart.lines) for chart in charts] == [2, 1, 1]
    assert len({chart.of for chart in charts}) == 3
    assert "3 charts" in _notes(runs, Choices(ELBO))
    assert "do not compare" in _notes(runs, Choices(ELBO))


def test_small_multiples_have_a_chart_for_each_line_on_one_scale() -> None:
    runs = [written(below=10 * s, seed=s) for s in range(3)]
    charts = _drawn(runs, Choices(ELBO, multiples=True)).charts
    assert [chart.title for chart in charts] == ["seed 0", "seed 1", "seed 2"]
    assert len({(chart.x_range, chart.y_range) for chart in charts}) == 1
    assert charts[0].y_range is not None
    bottom, top, _ = charts[0].y_range
    assert bottom <= -50
    assert top >= -30


def test_a_smoothed_line_lies_over_what_was_measured() -> None:
    runs = [written(lambda images: -30.0 + (images // 100) % 2, seed=s) for s in range(2)]
    overlay = _drawn(runs, Choices(ELBO, smoothing=Smoothing("window", 5)))
    line = overlay.charts[0].lines[0]
    assert line.behind[0].y.tolist() == [-29.0, -30.0] * 5
    assert line.y[5] == pytest.approx(-29.6)  # -30, -29, -30, -29, -30 around it
    assert overlay.words == "mean of 5 neighbouring points"


def test_runs_of_unlike_lengths_have_a_mean_only_where_all_have_been() -> None:
    runs = [written(seed=0), written(seed=1, at=range(100, 600, 100))]
    (line,) = _drawn(runs, Choices(ELBO, way=BUT_THE_SEED)).charts[0].lines
    assert line.x[-1] == 500
    assert line.behind[1].x[-1] in (500, 1000)


def test_what_was_not_measured_is_said() -> None:
    runs = [written(valid=True, name="held out"), written(name="not held out")]
    choices = Choices(ELBO, part="valid")
    assert [line.name for line in _drawn(runs, choices).charts[0].lines] == ["held out"]
    said = "“not held out” has not measured ELBO on validation images."
    assert said in _notes(runs, choices)
    nothing = draw_up(runs[1:], choices, Varying(runs[1:]))
    assert nothing.overlay.charts == ()
    assert "None of these runs" in nothing.notes[0]


def test_quantities_are_those_that_all_runs_have_or_have_one_on_the_scale_of() -> None:
    runs = [written(), written(algorithm="iwae")]
    names = [each.name for each in common_quantities(runs)]
    assert names[0] == "elbo"
    assert len(names) == len(set(names))


def test_zoom_ends_where_there_is_nothing_more_and_the_values_in_sight_fill_the_chart() -> None:
    runs = [written(lambda images: -500.0 / images, below=s, seed=s) for s in range(2)]
    overlay = _drawn(runs, Choices(ELBO, window=(800.0, 5000.0)))
    (chart,) = overlay.charts
    assert chart.x_range == (800.0, 1000.0)
    assert chart.y_range is not None
    assert chart.y_range[0] >= -2
    option = overlay_option(overlay, chart, ink="#000000")
    assert [point[0] for point in option["series"][-1]["data"]] == [700, 800, 900, 1000]


def test_along_epochs_and_seconds_points_lie_where_they_were_measured() -> None:
    runs = [written(seed=0), written(seed=1)]
    ends = {
        along: _drawn(runs, Choices(ELBO, along=along)).charts[0].x_range[1]
        for along in ("images", "epochs", "seconds")
    }
    assert ends == {"images": 1000, "epochs": 1.0, "seconds": 2.0}


def test_the_quiet_series_are_unknown_to_the_tooltip() -> None:
    runs = [written(below=s, seed=s) for s in range(3)]
    overlay = _drawn(runs, Choices(ELBO, way=BUT_THE_SEED))
    option = overlay_option(overlay, overlay.charts[0], ink="#000000")
    *quiet, line = option["series"]
    assert [each["tooltip"]["show"] for each in quiet] == [False] * 5  # three runs, and a band
    assert line["data"][0][2] == "−31.0 ± 0.6"


def test_of_many_points_few_are_drawn_evenly_with_both_ends() -> None:
    x = measured(written(at=range(1, 2001))).course("elbo", "test", "images").x
    kept = picked(x, 100, log_axis=False)
    assert len(kept) == 100
    assert (kept[0], kept[-1]) == (0, len(x) - 1)
    logged = picked(x, 100, log_axis=True)
    assert sum(x[k] <= 200 for k in logged) > len(logged) / 3  # of three decades and a third


def test_probes_between_whole_tests_make_no_teeth() -> None:
    run = written(at=())
    lines = [
        MetricEvent(
            step=k,
            samples=k,
            epoch=k / 10,
            seconds=k,
            train={"elbo": -30.0},
            test={"elbo": -30.0 - (k % 2)},
            full_test=k % 2 == 0,
            gradient_norm=1.0,
            learning_rate=1e-3,
            images_per_second=1.0,
        ).model_dump_json()
        for k in range(1, 9)
    ]
    run.metrics_path.write_text("\n".join(lines) + "\n")
    course = measured(run).course("elbo", "test", "images")
    assert course.x.tolist() == [1, 2, 4, 6, 8]


def test_a_table_has_only_the_settings_that_differ_and_a_sentence_the_others() -> None:
    runs = [written(seed=s, beta=b) for s, b in ((0, 1.0), (1, 4.0))]
    table = settings_table(runs, Varying(runs))
    assert table.to_dict() == {
        "beta 1 · seed 0": {"Seed": "0", "Beta": "1"},
        "beta 4 · seed 1": {"Seed": "1", "Beta": "4"},
    }
    said = same(runs, Varying(runs))
    assert "both runs" in said
    assert "data digits" in said
    assert "hidden widths 8" in said
    many = [written(seed=s) for s in range(7)]
    assert settings_table(many, Varying(many)).shape == (7, 1)


def test_runs_are_called_what_a_person_called_them_unless_two_are() -> None:
    runs = [written(name="mine"), written(name="twice", seed=1), written(name="twice", seed=2)]
    names = run_names(runs, Varying(runs))
    assert list(names.values()) == ["mine", "twice · seed 1", "twice · seed 2"]
    same_twice = [written(), written()]
    names = run_names(same_twice, Varying(same_twice))
    assert len(set(names.values())) == 2


def test_runs_are_in_the_order_of_their_names_whatever_is_written_in_them() -> None:
    names = ["10 a", "2 a", "β² or 2.² ", "³", "١"]
    runs = [written(name=name) for name in names]
    groups = grouped(runs, EACH, Varying(runs))
    assert [group.name for group in groups][:3] == ["١", "2 a", "10 a"]


def test_the_table_of_what_is_drawn_runs_no_formula() -> None:
    runs = [written(name="=1+1"), written(name="other")]
    overlay = _drawn(runs, Choices(RATE, window=(200.0, 400.0)))
    rows = list(csv.DictReader(io.StringIO(overlay_csv(overlay))))
    assert {row["line"] for row in rows} == {"'=1+1", "other"}
    assert [row["images seen"] for row in rows if row["line"] == "other"] == ["200", "300", "400"]
    assert {row["Rate on test images, nats per image"] for row in rows} == {"2"}


@pytest.mark.parametrize("multiples", [False, True])
def test_a_picture_is_made_of_what_is_drawn(multiples: bool) -> None:
    runs = [written(below=s, seed=s, beta=b) for s in range(2) for b in (1.0, 2.0)]
    overlay = _drawn(runs, Choices(ELBO, way=BUT_THE_SEED, multiples=multiples, log_axis=True))
    assert overlay_png(overlay).startswith(b"\x89PNG")
