"""How measured numbers are written for people."""

import math
import statistics
from collections.abc import Sequence

# Said where the sign first stands: on the page, in the report and on the command line.
PLUS_MINUS = (
    "a ± b is a mean over the seeds and its standard error: their standard deviation, divided by "
    "the square root of how many they are."
)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """“−149.4 ± 0.6” (`PLUS_MINUS`), or one value by itself."""
    text = f"{statistics.fmean(values):z,.{digits}f}"
    if len(values) > 1:
        text += f" ± {statistics.stdev(values) / math.sqrt(len(values)):z,.{digits}f}"
    return text.replace("-", "−")


def number_text(value: float) -> str:
    """`value` with three digits or more that count: 0.0123, 1.23, 123.4, 12,345, 1.23e+09."""
    size = abs(value)
    if size != 0 and not 1e-4 <= size < 1e8:
        text = f"{value:z.2e}"
    elif size >= 1000:
        text = f"{value:z,.0f}"
    elif size >= 100:
        text = f"{value:z.1f}"
    elif size >= 1 or size == 0:
        text = f"{value:z.2f}"
    else:
        text = f"{value:.3g}"
    return text.replace("-", "\u2212", 1) if value < 0 else text
