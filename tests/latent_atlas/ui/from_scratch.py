"""The Train page's curves by their definition: from the whole log, with nothing kept in between."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from vae_core.runs import MetricEvent

PARTS = ("elbo", "rate", "distortion")

Means = dict[str, float]


def thinned(samples: Sequence[int], *, log_axis: bool, limit: int = 300) -> list[int]:
    """The points that are drawn: the last of each bucket, or every so many."""
    n = len(samples)
    if n <= limit:
        return list(range(n))
    if log_axis:
        buckets = {int(50 * math.log10(max(s, 1))): i for i, s in enumerate(samples)}
        return sorted(buckets.values())[-limit:]
    stride = 1
    while n / stride > limit - 1:
        stride *= 2
    kept = list(range(0, n, stride))
    return kept if kept[-1] == n - 1 else [*kept, n - 1]


def line_on_test(events: Sequence[MetricEvent]) -> list[MetricEvent]:
    """The measurements of one test curve: on whole splits or the probe, whichever are denser."""
    tested = [e for e in events if e.test is not None]
    whole = [e for e in tested if e.full_test]
    if not whole:
        return tested
    early = [e for e in tested if e.step < whole[0].step]
    late = [e for e in tested if not e.full_test and e.step > whole[0].step]
    return early + (whole if len(whole) >= len(late) else late)


def line_on_train(events: Sequence[MetricEvent]) -> list[tuple[int, Means]]:
    """Neighbours joined until a point stands for 2000 images or a fifth of those seen."""
    points: list[tuple[int, Means]] = []
    for windows in _joined(events):
        means = _weighted([(n, event.train) for n, event in windows], sum)
        points.append((windows[-1][1].samples, means))
    return points


def half_widths_on_train(events: Sequence[MetricEvent]) -> list[Means]:
    """The ± of each point of that line: those of its parts are of different images."""
    unknown = dict.fromkeys(PARTS, math.nan)
    return [
        _weighted([(n, event.train_half_widths or unknown) for n, event in windows], _in_quadrature)
        for windows in _joined(events)
    ]


def reach(samples: Sequence[int], values: Sequence[float]) -> tuple[float, float, float]:
    """Where a line begins, its lowest value of the last decade and a half, and its highest."""
    finite = [(s, v) for s, v in zip(samples, values, strict=True) if math.isfinite(v)]
    late = [v for s, v in finite if s * 30 >= samples[-1]]
    top = max((v for _, v in finite), default=-math.inf)
    return samples[0] if samples else math.inf, min(late, default=math.inf), top


def _joined(events: Sequence[MetricEvent]) -> Iterator[list[tuple[int, MetricEvent]]]:
    waiting: list[tuple[int, MetricEvent]] = []
    before, first = 0, True
    for event in events:
        waiting.append((event.samples - before, event))
        before = event.samples
        if first or sum(images for images, _ in waiting) >= min(2000, 0.2 * event.samples):
            yield waiting
            waiting, first = [], False


def _weighted(
    windows: Sequence[tuple[int, Means]], added: Callable[[Iterable[float]], float]
) -> Means:
    total = sum(images for images, _ in windows)
    if total <= 0:
        return windows[-1][1]
    return {part: added(n * means[part] for n, means in windows) / total for part in PARTS}


def _in_quadrature(values: Iterable[float]) -> float:
    return math.sqrt(sum(value**2 for value in values))
