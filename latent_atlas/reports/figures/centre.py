"""The mean that a bar is drawn with: what differs by factors has a geometric one."""

import statistics

from latent_atlas.reports.figures.axes import bars_scale
from latent_atlas.reproduce.figure import Bar, BarsPanel
from latent_atlas.reproduce.numbers import geometric_mean

POWERS_FROM = 1e8  # numbers on a logarithmic axis, written as powers of ten


def centre(panel: BarsPanel, bar: Bar) -> float:
    """Over the seeds of a bar, geometric on a logarithmic axis, as claims about factors have it."""
    if bars_scale(panel) == "log":
        return geometric_mean(bar.values)
    return statistics.fmean(bar.values)


def centre_word(panel: BarsPanel) -> str:
    """What to call it."""
    return "geometric mean" if bars_scale(panel) == "log" else "mean"
