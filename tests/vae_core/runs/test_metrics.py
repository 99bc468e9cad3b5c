"""The event log: torn lines, resumes, and changes that outlive them."""

from pathlib import Path

from vae_core.runs.log_reader import read_events
from vae_core.runs.metrics import (
    ChangeEvent,
    Event,
    MetricEvent,
    MetricsLog,
    ResumeEvent,
    changes,
    measurements,
)


def _point(step: int) -> MetricEvent:
    return MetricEvent(
        step=step,
        samples=100 * step,
        epoch=step / 10,
        seconds=step / 100,
        train={"elbo": -3.0, "rate": 1.0, "distortion": 2.0},
        gradient_norm=1.0,
        learning_rate=1e-3,
        images_per_second=1e4,
    )


def _write(path: Path, *events: Event) -> None:
    log = MetricsLog(path)
    for event in events:
        log.append(event)
    log.sync()
    log.close()


def test_events_come_back_as_they_were_written(tmp_path: Path) -> None:
    events: list[Event] = [_point(1), ChangeEvent(step=1, beta=2.0), ResumeEvent(step=1, note="n")]
    _write(tmp_path / "m", *events)
    assert read_events(tmp_path / "m") == events
    assert read_events(tmp_path / "absent") == []


def test_a_torn_last_line_is_ignored_and_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "m"
    _write(path, _point(1), _point(2))
    path.write_bytes(path.read_bytes()[:-20])
    assert read_events(path) == [_point(1)]
    _write(path, _point(2))
    assert read_events(path) == [_point(1), _point(2)]


def test_lines_that_are_not_events_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "m"
    _write(path, _point(1))
    with path.open("ab") as file:
        file.write(b'\xff\xfe\n[]\n{"event": "party"}\n{"event": "metrics", "step": "x"}\n\n')
    _write(path, _point(2))
    assert read_events(path) == [_point(1), _point(2)]


def test_a_resume_takes_back_the_measurements_beyond_it() -> None:
    events: list[Event] = [*map(_point, (1, 5, 9)), ResumeEvent(step=5), *map(_point, (7, 9, 11))]
    assert [event.step for event in measurements(events)] == [1, 5, 7, 9, 11]


def test_changes_survive_a_resume_and_come_in_the_order_of_steps() -> None:
    late, early = ChangeEvent(step=9, learning_rate=0.1), ChangeEvent(step=4, beta=0.5)
    assert changes([late, ResumeEvent(step=2), early]) == [early, late]


# As version 0.9 wrote it, but for the digits cut off: bounds under three fixed names, and one
# vector under a name of its own.
OLD_LOG = """\
{"event": "metrics", "step": 1, "samples": 100, "epoch": 0.0668, "seconds": 0.0102, \
"train": {"elbo": -46.0266, "rate": 0.1197, "distortion": 45.9069}, \
"test": {"elbo": -45.9003, "rate": 0.1047, "distortion": 45.7956}, "full_test": true, \
"rate_per_dim": [0.1, 0.0197], "gradient_norm": 5.6998, "learning_rate": 0.001, \
"images_per_second": 16747.1}
{"event": "change", "step": 4, "beta": 2.0}
{"event": "metrics", "step": 15, "samples": 1497, "epoch": 1.0, "seconds": 0.0329, \
"train": {"elbo": -44.1, "rate": 0.0648, "distortion": 44.0352}, "full_test": false, \
"gradient_norm": 4.5788, "learning_rate": 0.001, "images_per_second": 106435.6}
"""


def test_a_log_from_before_quantities_had_names_is_read_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_text(OLD_LOG)
    first, change, last = read_events(path)
    assert isinstance(first, MetricEvent)
    assert isinstance(last, MetricEvent)
    assert first.train == {"elbo": -46.0266, "rate": 0.1197, "distortion": 45.9069}
    assert first.test == {"elbo": -45.9003, "rate": 0.1047, "distortion": 45.7956}
    assert first.vectors == {"rate_per_dim": [0.1, 0.0197]}
    assert change == ChangeEvent(step=4, beta=2.0)
    assert last.test is None
    assert last.vectors == {}
