"""The curves that follow a log line by line are those that the whole log would give."""

import json
import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from latent_atlas.ui.train.curves import curve_drawings, strip_drawings
from latent_atlas.ui.train.history import History, LogContent
from latent_atlas.ui.train.reading import Story
from tests.latent_atlas.ui.from_scratch import (
    PARTS,
    half_widths_on_train,
    line_on_test,
    line_on_train,
    reach,
    thinned,
)
from vae_core.quantities import BOUND
from vae_core.runs import ChangeEvent, MetricEvent, ResumeEvent, Run, create_run, make_config
from vae_core.runs.log_reader import read_events
from vae_core.runs.metrics import Event, changes, measurements


def a_log(lines: int, seed: int, *, resumes: bool = True) -> list[Event]:
    """Events as a run writes them, with rests, changes and lost steps taken up again."""
    chance = random.Random(seed)
    events: list[Event] = []
    step, images = 0, 0
    stride = 1
    while len(events) < lines:
        kind = chance.random()
        if kind < 0.03 and resumes and step > 3:
            step = chance.randrange(step)
            images = 100 * step
            events.append(ResumeEvent(step=step))
        elif kind < 0.06:
            beta = chance.choice([None, 1.0, 4.0])
            rate = chance.choice([1e-3, 1e-4])
            events.append(ChangeEvent(step=step, learning_rate=rate, beta=beta))
        else:
            step += chance.randrange(1, 2 + stride)
            images = 100 * step
            stride = min(stride + chance.randrange(2), 40)
            events.append(_measured(chance, step, images))
    return events


def _measured(chance: random.Random, step: int, images: int) -> MetricEvent:
    def bound() -> dict[str, float]:
        rate, cost = 5 + chance.random(), 100 + 400 / (1 + step) + chance.random()
        return {"elbo": -(rate + cost), "rate": rate, "distortion": cost}

    return MetricEvent.model_validate(
        {
            "step": step,
            "samples": images,
            "epoch": images / 1000,
            "seconds": step / 100,
            "train": bound(),
            "train_half_widths": bound() if chance.random() < 0.9 else None,
            "test": bound() if chance.random() < 0.9 else None,
            "full_test": chance.random() < 0.4,
            "vectors": {"rate_per_dim": [chance.random() for _ in range(3)]},
            "vector_half_widths": {
                "rate_per_dim": [chance.random() for _ in range(chance.choice([0, 2, 3, 3]))]
            },
            "gradient_norm": chance.random(),
            "learning_rate": 1e-3,
            "images_per_second": 1e4,
        }
    )


def line_of(event: Event) -> bytes:
    return event.model_dump_json(exclude_none=True).encode() + b"\n"


def assert_tells_the_same(log: LogContent, events: Sequence[Event]) -> None:
    metrics = measurements(events)
    assert log.steps.tolist() == [e.step for e in metrics]
    assert list(log.changes) == changes(events)
    last = metrics[-1] if metrics else None
    assert log.gradient_norm == (last.gradient_norm if last else None)
    assert log.learning_rate == (last.learning_rate if last else None)
    tested = [e.test for e in metrics if e.test is not None]
    assert log.latest_test == ([tested[-1][part] for part in PARTS] if tested else None)

    on_test = [(e.samples, e.test or e.train) for e in line_on_test(metrics)]
    for line, points in ((log.test, on_test), (log.train, line_on_train(metrics))):
        samples = [seen for seen, _ in points]
        for kept, log_axis in ((line.kept_log, True), (line.kept_linear, False)):
            expected = thinned(samples, log_axis=log_axis)
            assert list(kept) == expected
            assert line.samples[kept].tolist() == [samples[i] for i in expected]
        for column, part in enumerate(PARTS):
            values = [bound[part] for _, bound in points]
            assert line.values[:, column].tolist() == values
            for sign in (1, -1):
                found = line.reach(column, sign)
                first, bad, good = reach(samples, [sign * value for value in values])
                ends = sorted((sign * bad, sign * good)) if bad <= good else [bad, good]
                assert (found.first, found.low, found.top) == (first, *ends)

    sure = half_widths_on_train(metrics)
    for column, part in enumerate(PARTS):
        wanted = np.array([each[part] for each in sure])
        np.testing.assert_allclose(log.train_half_widths(column), wanted, rtol=1e-12)

    measured = [e for e in metrics if e.vectors]
    picks = thinned([e.samples for e in measured], log_axis=True, limit=60)
    rows = np.array([row_of(measured[i]) for i in picks]) if picks else np.empty((0, 0))
    np.testing.assert_array_equal(log.vectors["rate_per_dim"], rows)


def row_of(event: MetricEvent) -> list[float]:
    entries = event.vectors["rate_per_dim"]
    sure = event.vector_half_widths.get("rate_per_dim", [])
    known = len(sure) == len(entries)
    return [event.samples, *entries, *(sure if known else [math.nan] * len(entries))]


@pytest.mark.parametrize("seed", range(4))
def test_at_every_line_the_curves_are_those_of_the_whole_log(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "metrics.jsonl"
    history = History(path, BOUND)
    events = a_log(150, seed)
    for count, event in enumerate(events, 1):
        with path.open("ab") as file:
            file.write(line_of(event))
        assert_tells_the_same(history.content(), events[:count])


def test_a_long_log_in_pieces_is_the_log_at_once(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    history = History(path, BOUND)
    events = a_log(2500, 7)
    for begin in range(0, len(events), 611):
        with path.open("ab") as file:
            file.writelines(map(line_of, events[begin : begin + 611]))
        assert_tells_the_same(history.content(), events[: begin + 611])
    assert_tells_the_same(History(path, BOUND).content(), events)
    assert read_events(path) == events


def torn_anywhere(line: bytes) -> Iterator[tuple[bytes, bytes]]:
    for cut in (1, len(line) // 2, len(line) - 1):
        yield line[:cut], line[cut:]


def test_a_torn_line_is_waited_for_and_counts_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    history = History(path, BOUND)
    events = a_log(30, 1)
    path.write_bytes(b"")
    for count, event in enumerate(events):
        begin, end = list(torn_anywhere(line_of(event)))[count % 3]
        for piece, whole in ((begin, count), (end, count + 1)):
            with path.open("ab") as file:
                file.write(piece)
            assert_tells_the_same(history.content(), events[:whole])


def test_a_line_that_stays_torn_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    history = History(path, BOUND)
    first, lost, second = (e for e in a_log(3, 2, resumes=False))
    path.write_bytes(line_of(first) + line_of(lost)[:40])
    assert_tells_the_same(history.content(), [first])
    with path.open("ab") as file:
        file.write(b"\n" + line_of(second) + b"[]\n\xff\n")
    assert_tells_the_same(history.content(), [first, second])


@pytest.mark.parametrize("replaced", ["shortened", "rewritten", "renamed over", "removed"])
def test_another_file_in_its_place_is_read_from_its_beginning(
    tmp_path: Path, replaced: str
) -> None:
    path = tmp_path / "metrics.jsonl"
    history = History(path, BOUND)
    before, after = a_log(40, 3), a_log(60, 4)
    path.write_bytes(b"".join(map(line_of, before)))
    assert_tells_the_same(history.content(), before)
    if replaced == "shortened":
        after = before[:5]
        path.write_bytes(b"".join(map(line_of, after)))
    elif replaced == "rewritten":
        path.write_bytes(b"".join(map(line_of, after)))
    elif replaced == "renamed over":
        other = tmp_path / "other"
        other.write_bytes(b"".join(map(line_of, after)))
        other.replace(path)
    else:
        path.unlink()
        assert_tells_the_same(history.content(), [])
        path.write_bytes(b"".join(map(line_of, after)))
    assert_tells_the_same(history.content(), after)


def test_what_was_read_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "metrics.jsonl"
    events = a_log(60, 5)
    path.write_bytes(b"".join(map(line_of, events[:50])))
    history = History(path, BOUND)
    history.content()
    parsed: list[bytes] = []

    def parse(line: bytes) -> None:
        parsed.append(line)

    monkeypatch.setattr("vae_core.runs.log_reader._parsed", parse)
    with path.open("ab") as file:
        file.writelines(map(line_of, events[50:]))
    history.content()
    history.content()
    assert [line + b"\n" for line in parsed] == [line_of(event) for event in events[50:]]


def test_tabs_that_look_at_once_see_each_line_once(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    events = a_log(2000, 6, resumes=False)
    path.write_bytes(b"".join(map(line_of, events[:1000])))
    history = History(path, BOUND)
    seen: list[LogContent] = []
    tabs = [
        Thread(target=lambda: seen.extend(history.content() for _ in range(50))) for _ in range(4)
    ]
    for tab in tabs:
        tab.start()
    with path.open("ab") as file:
        for event in events[1000:]:
            file.write(line_of(event))
    for tab in tabs:
        tab.join()
    steps = [e.step for e in measurements(events)]
    for content in seen:
        assert content.steps.tolist() == steps[: len(content.steps)]
    assert_tells_the_same(history.content(), events)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return create_run(make_config(dataset="digits", epochs=40), tmp_path / "runs")


@pytest.mark.parametrize("log_axis", [True, False])
def test_charts_are_small_json_with_the_range_of_the_whole_line(run: Run, log_axis: bool) -> None:
    events = a_log(3000, 8, resumes=False)
    run.metrics_path.write_bytes(b"".join(map(line_of, events)))
    story = Story(run, run.status(), History(run.metrics_path, BOUND).content())
    drawings = curve_drawings([story], log_axis=log_axis, ink="#000000")
    assert [drawing.key for drawing in drawings] == ["chart-elbo", "chart-rate", "chart-distortion"]
    for drawing in drawings:
        text = json.dumps(drawing.option, allow_nan=False)
        assert len(text) < 30_000
        assert all(len(series["data"]) <= 300 for series in drawing.option["series"])
    whole = line_on_test(measurements(events))
    late = [e.test["elbo"] for e in whole if e.test and e.samples * 30 >= whole[-1].samples]
    assert drawings[0].option["yAxis"]["min"] <= min(late)
    [strip] = strip_drawings(story, ink="#000000")
    assert len(strip.option["xAxis"]["data"]) <= 60
