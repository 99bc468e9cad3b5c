"""Reading the log of a run: which measurements make a line, and what was changed on the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from vae_core.models import BoundRecord
from vae_core.runs import ChangeEvent, MetricEvent, Run, RunStatus

# A point of the train curve stands for at least this many images, and early on for this part of
# those seen so far.
WINDOW, EARLY = 2000, 0.2


@dataclass(frozen=True)
class Story:
    """One run as the page tells it, read once a drawing."""

    run: Run
    status: RunStatus
    events: Sequence[MetricEvent]
    changes: Sequence[ChangeEvent]

    @property
    def last(self) -> MetricEvent | None:
        """Return the newest measurement."""
        return self.events[-1] if self.events else None


def line_on_test(events: Sequence[MetricEvent]) -> list[MetricEvent]:
    """Return the measurements that make one test curve.

    Tests at epoch ends use every test image, those between a fixed probe. The two differ by an
    offset that would make teeth: after the first whole test the line keeps to whichever is denser.
    """
    tested = [e for e in events if e.test is not None]
    whole = [e for e in tested if e.full_test]
    if not whole:
        return tested
    early = [e for e in tested if e.step < whole[0].step]
    late = [e for e in tested if not e.full_test and e.step > whole[0].step]
    return early + (whole if len(whole) >= len(late) else late)


def line_on_train(events: Sequence[MetricEvent]) -> list[tuple[int, BoundRecord]]:
    """Return (images seen, mean bound on the images trained on since the point before).

    A measurement that follows another closely speaks for few images. Neighbours are joined,
    weighted by their images, until a point stands for enough of them (`WINDOW`, `EARLY`).
    """
    points: list[tuple[int, BoundRecord]] = []
    waiting: list[tuple[int, BoundRecord]] = []
    before = 0
    for event in events:
        waiting.append((event.samples - before, event.train))
        before = event.samples
        enough = min(WINDOW, EARLY * event.samples)
        if not points or sum(images for images, _ in waiting) >= enough:
            points.append((event.samples, _mean(waiting)))
            waiting = []
    return points


def _mean(windows: Sequence[tuple[int, BoundRecord]]) -> BoundRecord:
    total = sum(images for images, _ in windows)
    if total <= 0:
        return windows[-1][1]
    parts = {
        part: sum(images * getattr(bound, part) for images, bound in windows) / total
        for part in ("elbo", "rate", "distortion")
    }
    return BoundRecord(**parts)


def settings_now(story: Story) -> tuple[float, float]:
    """Return the learning rate and beta in force: as asked for, or as changed since."""
    rate, beta = story.run.config.learning_rate, story.run.config.beta
    for change in story.changes:
        rate = rate if change.learning_rate is None else change.learning_rate
        beta = beta if change.beta is None else change.beta
    return rate, beta


def marks(story: Story) -> list[tuple[int, str]]:
    """Return where settings were changed (images seen) and to what, for the chart."""
    found = []
    rate, beta = story.run.config.learning_rate, story.run.config.beta
    for change in story.changes:
        words = []
        if change.learning_rate is not None and change.learning_rate != rate:
            rate = change.learning_rate
            words.append(f"learning rate {rate:g}")
        if change.beta is not None and change.beta != beta:
            beta = change.beta
            words.append(f"beta {beta:g}")
        after = next((e for e in story.events if e.step >= change.step), None)
        if words and after is not None:
            found.append((after.samples, ", ".join(words)))
    return found
