"""Shares of cases, and differences of shares, in per cent for people."""

from vae_core.evaluation.proportions import PairedDifference, Proportion
from vae_core.numerals import decimal, places_for, with_error

_EVEN = 1.25  # times as far at most an interval reaches to one side as to the other, to be a ±


def percent(share: Proportion) -> str:
    """Such as 97.7 ± 0.7 %; where the interval is lopsided, 99 % (95 to 100)."""
    below, above = share.share - share.low, share.high - share.share
    if max(below, above) <= _EVEN * min(below, above):
        return f"{with_error(100 * share.share, 100 * share.half_width)} %"
    places = max(0, places_for(100 * share.half_width))
    value, low, high = (
        decimal(100 * each, places) for each in (share.share, share.low, share.high)
    )
    return f"{value} % ({low} to {high})"


def difference(found: PairedDifference, sign: int = 1) -> str:
    """Such as 16.5 ± 1.7 %."""
    return f"{with_error(100 * sign * found.value, 100 * found.half_width)} %"
