"""What the curve of a run's log does: the fact that a title is made of."""

from latent_atlas.ui.train.history import LogContent
from vae_core.quantities import RATE, Quantity
from vae_core.runs.collapse import is_collapsed
from vae_core.runs.trend import Trend, trend


def course(quantity: Quantity, log: LogContent) -> Trend | None:
    """What a quantity does on test images; None while there is too little to say."""
    column = log.column(quantity)
    if column is None:
        return None
    return trend(
        log.test.samples,
        log.test.values[:, column],
        log.test.values[:, len(log.quantities) + column],
        log.half_widths(column),
        log.whole,
        sign=quantity.sign,
    )


def collapsed(log: LogContent, epoch: float) -> float | None:
    """The rate in nats per image where it is as good as none, an epoch at least having passed."""
    if RATE not in log.quantities or log.latest_test is None:
        return None
    rate = log.latest_test[log.quantities.index(RATE)]
    return rate if is_collapsed(rate, epoch) else None
