"""When a training session measures, saves and listens, and how fast it goes."""

import math
import time

MEASURE_EVERY = 0.7  # seconds, so that the curves move at least once a second
TRAINING_SHARE = 4.0  # after a dear point, train so many times as long as it took …
LONGEST_WAIT = 7.0  # … but not longer than so many times MEASURE_EVERY
CHECKPOINT_EVERY = 10.0
LISTEN_EVERY = 0.2
PER_DECADE = 10  # measurements per factor of ten in samples, for logarithmic axes
FIRST_MILESTONE = 1000  # samples


class Pace:
    """The clocks and counters of one session that starts after ``samples`` images."""

    def __init__(self, samples: int) -> None:
        now = time.monotonic()
        self._start = self._measured_at = self._saved_at = self._listened_at = now
        self._wait = 0.0
        self._milestone = float(samples)  # the first step is measured at once
        self._images = self._recent_images = 0
        self._busy = self._recent_busy = 0.0

    def elapsed(self) -> float:
        """Seconds since the session began."""
        return time.monotonic() - self._start

    def stepped(self, images: int, seconds: float) -> None:
        """Count a training step."""
        self._images += images
        self._busy += seconds
        self._recent_images += images
        self._recent_busy += seconds

    def images_per_second(self) -> float:
        """Images over time spent in steps, since the measurement before last."""
        return self._recent_images / self._recent_busy if self._recent_busy else 0.0

    def overall_images_per_second(self) -> float:
        """Images over time spent in steps, of the whole session."""
        return self._images / self._busy if self._busy else 0.0

    def measurement_due(self, samples: int) -> bool:
        """Whether the curves want a point."""
        waited = time.monotonic() - self._measured_at
        return waited >= self._wait and (samples >= self._milestone or waited >= MEASURE_EVERY)

    def measured(self, samples: int, cost: float = 0.0) -> None:
        """A point was taken; one that cost many seconds makes the next one wait."""
        self._measured_at = time.monotonic()
        self._wait = min(TRAINING_SHARE * cost, LONGEST_WAIT * MEASURE_EVERY)
        self._milestone = _next_milestone(samples)
        self._recent_images, self._recent_busy = 0, 0.0

    def checkpoint_due(self) -> bool:
        """Whether more work than ``CHECKPOINT_EVERY`` seconds would be lost."""
        return time.monotonic() - self._saved_at >= CHECKPOINT_EVERY

    def saved(self) -> None:
        """A checkpoint was written."""
        self._saved_at = time.monotonic()

    def listen_due(self) -> bool:
        """Whether to look for commands; asking starts the next wait."""
        now = time.monotonic()
        due = now - self._listened_at >= LISTEN_EVERY
        if due:
            self._listened_at = now
        return due


def _next_milestone(samples: int) -> float:
    if samples < FIRST_MILESTONE:
        return FIRST_MILESTONE
    return 10 ** ((math.floor(math.log10(samples) * PER_DECADE + 1e-9) + 1) / PER_DECADE)
