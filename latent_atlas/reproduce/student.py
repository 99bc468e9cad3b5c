"""Student's t distribution, for as few values as there are seeds."""

import math
from functools import lru_cache

_HALVINGS = 80


def probability_below(t: float, degrees: int) -> float:
    """P(T ≤ t) of Student's t with a whole number of degrees of freedom, in closed form.

    Abramowitz & Stegun (1964), equations 26.7.3 and 26.7.4.
    """
    angle = math.atan(t / math.sqrt(degrees))
    cosine = math.cos(angle)
    odd = degrees % 2 == 1
    term, total = (cosine if odd else 1.0), 0.0
    for power in range(1 if odd else 0, degrees - 1, 2):
        total += term
        term *= (power + 1) / (power + 2) * cosine**2
    inside = math.sin(angle) * total
    if odd:
        inside = (angle + inside) * 2 / math.pi
    return (1 + inside) / 2


@lru_cache(maxsize=1024)
def quantile(probability: float, degrees: int) -> float:
    """The t that T stays below with this probability, which is between 0.5 and 1.

    With 2 degrees of freedom (three seeds) and 0.95 that is 2.92, where a normal distribution
    has 1.64: so little do three values say about their own spread.
    """
    low, high = 0.0, 1.0
    while probability_below(high, degrees) < probability:
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if probability_below(middle, degrees) < probability:
            low = middle
        else:
            high = middle
    return high
