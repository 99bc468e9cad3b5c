"""What came of runs, against numbers by hand."""

import csv
import io
import math
from pathlib import Path

import pytest

from vae_core.runs import MetricEvent, Run, create_run, make_config
from vae_core.runs.metrics import MetricsLog
from vae_core.sweeps import tables, varying
from vae_core.sweeps.table import Spread, best_measurement, spread, table_csv

SMALL = {"dataset": "digits", "hidden": (8,), "threads": 1}


def _event(step: int, test: float, valid: float | None = None, whole: bool = True) -> MetricEvent:
    means = {"elbo": test, "rate": 3.0, "distortion": -test - 3.0}
    return MetricEvent(
        step=step,
        samples=step * 100,
        epoch=step,
        seconds=step,
        train=means,
        test=means,
        test_half_widths={"elbo": 0.5},
        valid=None if valid is None else {**means, "elbo": valid},
        full_test=whole,
        gradient_norm=1.0,
        learning_rate=1e-3,
        images_per_second=1.0,
    )


def _run(folder: Path, events: list[MetricEvent], state: str = "finished", **told: object) -> Run:
    run = create_run(make_config(**SMALL, **told), folder)
    log = MetricsLog(run.metrics_path)
    for event in events:
        log.append(event)
    log.close()
    run.write_status(run.stored_status().model_copy(update={"state": state, "seconds": 7.0}))
    return run


def test_the_best_is_chosen_on_validation_and_never_on_test() -> None:
    by = make_config(dataset="digits").algorithm.reports[0]
    events = [_event(1, -90.0, -95.0), _event(2, -80.0, -99.0), _event(3, -85.0)]
    assert best_measurement(events, by) is events[0]
    without = [_event(1, -70.0), _event(2, -80.0), _event(3, -10.0, whole=False)]
    assert best_measurement(without, by) is without[1]
    assert best_measurement([], by) is None


def test_the_mean_and_standard_error_over_seeds_are_those_by_hand(tmp_path: Path) -> None:
    for seed, elbo in enumerate((-40.0, -42.0, -47.0)):
        _run(tmp_path, [_event(1, elbo)], latent_dim=2, seed=seed)
    _run(tmp_path, [_event(1, -30.0)], latent_dim=10, seed=0)
    _run(tmp_path, [_event(1, -1.0)], state="running", latent_dim=10, seed=1)
    astray = _run(tmp_path, [_event(1, -900.0)], latent_dim=10, seed=2)
    told = {"diverged": "Training has diverged."}
    astray.write_status(astray.stored_status().model_copy(update=told))
    runs = sorted((Run(path) for path in tmp_path.iterdir()), key=lambda r: r.config.seed)
    [table] = tables(runs)
    assert list(table.varies) == ["latent_dim", "seed"]
    two, ten = sorted(table.groups(), key=lambda group: str(group.values), reverse=True)
    assert two.values == {"latent_dim": 2}
    # (-40 - 42 - 47) / 3 = -43; deviations 3, 1, -4: sd² = 26 / 2 = 13; s.e. = √(13 / 3)
    assert two.test["elbo"].mean == pytest.approx(-43.0)
    assert two.test["elbo"].standard_error == pytest.approx(math.sqrt(13 / 3))
    assert (ten.finished, ten.runs) == (1, 3)
    assert ten.test["elbo"] == Spread(-30.0, None)
    assert spread([1.0, 3.0]) == Spread(2.0, 1.0)


def test_numbers_of_different_treatments_never_share_a_table(tmp_path: Path) -> None:
    assert tables([]) == []
    grey, binary = (
        _run(tmp_path, [_event(1, -40.0)], binarize=each) for each in ("none", "dynamic")
    )
    density = _run(tmp_path, [_event(1, 40.0)], likelihood="gaussian")
    found = tables([grey, binary, density])
    assert [[row.run.id for row in table.rows] for table in found] == [
        [grey.id],
        [binary.id],
        [density.id],
    ]


def test_what_varies_is_found_of_any_runs_and_leaves_out_what_has_no_use() -> None:
    plain = make_config(**SMALL, name="one")
    other = make_config(**{**SMALL, "threads": 2}, epochs=20, name="two")
    assert list(varying([plain, other])) == []
    iwae = make_config(**SMALL, algorithm="iwae", importance_samples=50)
    assert list(varying([plain, iwae])) == ["algorithm"]
    fewer = make_config(**SMALL, algorithm="iwae", importance_samples=5)
    assert list(varying([plain, iwae, fewer])) == ["algorithm", "importance_samples"]
    assert list(varying([plain, make_config(**SMALL, samples=5_000)])) == ["epochs", "samples"]
    conv = make_config(dataset="digits", network="conv", channels=(8, 8))
    assert list(varying([make_config(dataset="digits"), conv])) == ["network"]


def test_the_csv_holds_a_line_a_run_with_all_digits(tmp_path: Path) -> None:
    _run(tmp_path, [_event(1, -40.123456789, -41.0)], beta=4.0)
    _run(tmp_path, [], state="queued", beta=1.0)
    runs = sorted((Run(path) for path in tmp_path.iterdir()), key=lambda r: -r.config.beta)
    rows = list(csv.DictReader(io.StringIO(table_csv(tables(runs)))))
    assert [row["beta"] for row in rows] == ["4", "1"]
    assert float(rows[0]["test_elbo"]) == -40.123456789
    assert float(rows[0]["valid_elbo"]) == -41.0
    assert float(rows[0]["test_elbo_half_width"]) == 0.5
    assert (rows[0]["chosen"], rows[1]["chosen"], rows[1]["test_elbo"]) == (
        "best validation",
        "",
        "",
    )
