"""The event log: torn lines, resumes, and changes that outlive them."""

from pathlib import Path

from vae_core.models import BoundRecord
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
        train=BoundRecord(elbo=-3.0, rate=1.0, distortion=2.0),
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
