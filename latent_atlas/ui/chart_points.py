"""Which points of a long line a chart draws: few, and steady ones while a run grows."""

import math
from collections.abc import Sequence

MAX_POINTS = 300
_BUCKETS_PER_DECADE = 50


class Thinning:
    """Which points of a line that grows to the right are drawn: few, evenly spread on the axis.

    A point that was kept stays kept while a run grows (until the linear stride doubles), so that a
    live curve does not shiver. The last point is always kept.
    """

    def __init__(self) -> None:
        self._count = 0
        # On a log axis the last point of each bucket; six decades of training make 300 points.
        self._bucket = -1
        self._last_of_bucket: list[int] = []

    def add(self, samples: float) -> None:
        """Take the next point, at so many images seen (rising)."""
        bucket = int(_BUCKETS_PER_DECADE * math.log10(max(samples, 1)))
        if bucket == self._bucket:
            self._last_of_bucket[-1] = self._count
        else:
            self._last_of_bucket.append(self._count)
            self._bucket = bucket
        self._count += 1

    def kept(self, *, log_axis: bool, limit: int = MAX_POINTS) -> list[int]:
        """The indices of at most `limit` points, rising."""
        n = self._count
        if n <= limit:
            return list(range(n))
        if log_axis:
            return self._last_of_bucket[-limit:]
        stride = 1
        while n / stride > limit - 1:
            stride *= 2
        kept = list(range(0, n, stride))
        return kept if kept[-1] == n - 1 else [*kept, n - 1]


def thin(samples: Sequence[float], *, log_axis: bool, limit: int = MAX_POINTS) -> list[int]:
    """The indices into `samples` (rising) that `Thinning` keeps."""
    if len(samples) <= limit:
        return list(range(len(samples)))
    thinning = Thinning()
    for seen in samples:
        thinning.add(seen)
    return thinning.kept(log_axis=log_axis, limit=limit)
