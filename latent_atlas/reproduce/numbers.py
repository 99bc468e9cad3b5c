"""How measured numbers are written for people."""

import math
import statistics
from collections.abc import Sequence

# Said where the sign first stands: on the page, in the report and on the command line.
PLUS_MINUS = (
    "a ± b is a mean over the seeds and its standard error: their standard deviation, divided by "
    "the square root of how many they are. Of factors the mean is the geometric one, and the range "
    "of one standard error of their logarithms stands in brackets: 4.0 (3.6 to 4.5). Of one seed, "
    "where that is said, it is the standard error over images instead."
)
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def spread(values: Sequence[float], digits: int = 1) -> str:
    """“−149.4 ± 0.6” (`PLUS_MINUS`), or one value by itself."""
    text = f"{statistics.fmean(values):z,.{digits}f}"
    if len(values) > 1:
        text += f" ± {statistics.stdev(values) / math.sqrt(len(values)):z,.{digits}f}"
    return text.replace("-", "−")


def factor_spread(values: Sequence[float]) -> str:
    """“4.0 (3.6 to 4.5)” (`PLUS_MINUS`), or one value by itself; all are positive."""
    mean = geometric_mean(values)
    if len(values) < 2:
        return number_text(mean)
    error = math.exp(statistics.stdev(map(math.log, values)) / math.sqrt(len(values)))
    return f"{number_text(mean)} ({number_text(mean / error)} to {number_text(mean * error)})"


def geometric_mean(values: Sequence[float]) -> float:
    """Of positive numbers: the mean of what is compared by its factor."""
    return math.exp(statistics.fmean(map(math.log, values)))


def power_of_ten(exponent: int) -> str:
    """Such as 10⁹ or 10⁻⁷."""
    return f"10{str(exponent).translate(_RAISED)}"


def number_text(value: float) -> str:
    """`value` with three digits or more that count: 0.0123, 1.23, 123.4, 12,345, 1.23 × 10⁹."""
    size = abs(value)
    if size != 0 and not 1e-4 <= size < 1e8:
        digits, _, exponent = f"{value:z.2e}".partition("e")
        text = f"{digits} × {power_of_ten(int(exponent))}"
    elif size >= 1000:
        text = f"{value:z,.0f}"
    elif size >= 100:
        text = f"{value:z.1f}"
    elif size >= 1 or size == 0:
        text = f"{value:z.2f}"
    else:
        text = f"{value:.3g}"
    return text.replace("-", "\u2212", 1) if value < 0 else text
