"""Runs are searched by a few words and sorted by any column."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vae_core.runs import annotate, create_run, make_config
from vae_core.runs.metrics import MetricEvent, MetricsLog, ResumeEvent
from vae_core.runs.rows import Row, best_of, filtered, parse_query, row_of, sorted_rows


@pytest.fixture(name="rows", scope="module")
def _rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    folder = tmp_path_factory.mktemp("runs")
    first = _run(folder, "First", beta=1.0)
    _log(first, (1, -150.0, -151.0), (2, -120.0, -122.0), (3, -130.0, -119.0))
    second = _run(folder, "Second one", beta=4.0, latent_dim=10)
    _log(second, (1, -110.0, -112.0))
    annotate(second.path, add_tags=["thesis"], starred=True, note="Mind the gap")
    third = _run(folder, "Third", algorithm="wake-sleep")
    third.write_status(third.stored_status().model_copy(update={"state": "failed"}))
    return [row_of(run) for run in (first, second, third)]


def _run(folder: Path, name: str, **settings: Any) -> Any:
    return create_run(make_config(dataset="digits", name=name, **settings), folder)


def _log(run: Any, *points: tuple[int, float, float]) -> None:
    log = MetricsLog(run.metrics_path)
    for step, valid, test in points:
        log.append(
            MetricEvent(
                step=step, samples=100 * step, epoch=step, seconds=step, train={},
                valid={"elbo": valid}, valid_half_widths={"elbo": 2.5}, test={"elbo": test},
                gradient_norm=1, learning_rate=1, images_per_second=1,
            )
        )  # fmt: skip
    log.close()


def test_the_test_value_is_that_of_the_best_validation_not_the_last(rows: list[Row]) -> None:
    best = rows[0].best
    assert best is not None
    assert (best.step, best.valid, best.valid_half_width, best.test) == (2, -120, 2.5, -122)
    assert rows[2].best is None


def test_what_a_resume_went_back_behind_is_best_no_longer(tmp_path: Path) -> None:
    run = _run(tmp_path, "One")
    _log(run, (1, -150.0, -151.0), (2, -120.0, -122.0))
    assert best_of(run) is not None
    log = MetricsLog(run.metrics_path)
    log.append(ResumeEvent(step=1))
    log.close()
    found = best_of(run)
    assert found is not None
    assert found.step == 1


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [0, 1, 2]),
        ("beta>2", [1]),
        ("beta<=1", [0]),
        ("latent-dim:10", [1]),
        ("second", [1]),
        ('"second one"', [1]),
        ('title:"nd o"', [1]),
        ("tag:thesis starred", [1]),
        ("-starred", [0, 2]),
        ("-failed digits", [0, 1]),
        ("state:failed", [2]),
        ("state!=failed", [0, 1]),
        ("algorithm=wake-sleep", [2]),
        ("note:gap", [1]),
        ("elbo>-115", [1]),
        ("best_test<-115", [0]),
        ("nonsense:1", []),
    ],
)
def test_a_query_finds_what_it_says(query: str, numbers: list[int], rows: list[Row]) -> None:
    assert filtered(rows, query) == [rows[k] for k in numbers]
    assert parse_query(query).problems == ()


def test_what_is_not_understood_is_told(rows: list[Row]) -> None:
    assert "beta>much" in parse_query("beta>much").problems[0]
    assert "500 characters" in parse_query("x" * 501).problems[0]
    assert "32 terms" in parse_query("x " * 33).problems[0]
    assert filtered(rows, "beta>much") == []
    assert filtered(rows, "--") == filtered(rows, "---") == []  # turns nothing round


_RICH = st.text(alphabet='ab-"<>=!: \n09.e∞taglpo', max_size=80)


@given(st.one_of(st.text(max_size=80), _RICH))
@example("--")
@example("a --- b")
def test_no_query_raises(rows: list[Row], text: str) -> None:
    filtered(rows, text)


@pytest.mark.parametrize(
    ("by", "order", "reversed_order"),
    [
        ("best", [1, 0, 2], [0, 1, 2]),
        ("best_test", [1, 0, 2], [0, 1, 2]),
        ("beta", [0, 1, 2], [1, 0, 2]),
        ("title", [0, 1, 2], [2, 1, 0]),
        ("starred", [1, 0, 2], [0, 2, 1]),
        ("nonsense", [0, 1, 2], [0, 1, 2]),
    ],
)
def test_what_is_missing_comes_last_either_way(
    by: str, order: list[int], reversed_order: list[int], rows: list[Row]
) -> None:
    assert sorted_rows(rows, by) == [rows[k] for k in order]
    assert sorted_rows(rows, by, reverse=True) == [rows[k] for k in reversed_order]
