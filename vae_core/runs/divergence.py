"""When a training has diverged though all its numbers are finite, and what to do about it.

A bound far below both the untrained model's and that of one picture for all images
(``vae_core.evaluation.standards``) was not worth the training. Far is further than an eighth of
what lies between the two, than an eighth of the worse one's size, and than a quarter of a nat for
each pixel value: a healthy beginning loses less. It has to be so on test *and* on training images,
for memorising is no divergence; and all through the later half of the images seen, one epoch at
least having passed, so that neither a first step that is too bold nor a jump that recovers is
called by that name.
"""

from collections.abc import Sequence
from itertools import takewhile

from vae_core.models import LIKELIHOODS
from vae_core.numerals import decimal, with_error
from vae_core.quantities import DISTORTION, ELBO, RATE
from vae_core.runs.config import RunConfig
from vae_core.runs.metrics import MetricEvent, StandardsEvent

FEWEST = 3  # measurements that have to agree


def far_below(standards: StandardsEvent) -> float:
    """The value in nats per image below which a bound is far below both standards."""
    return min(standards.untrained, standards.mean_image) - _margin(standards)[0]


def _margin(standards: StandardsEvent) -> tuple[float, str]:
    """How far below the worse standard is far, in nats per image, and what that is a part of."""
    worse = min(standards.untrained, standards.mean_image)
    apart = abs(standards.untrained - standards.mean_image)
    return max(
        (apart / 8, "an eighth of what lies between the two"),
        (abs(worse) / 8, "an eighth of its size"),
        (standards.numbers / 4, "a quarter of a nat for each pixel value"),
    )


def divergence(
    config: RunConfig,
    standards: StandardsEvent | None,
    measured: Sequence[MetricEvent],
    *,
    beta: float,
    ended: bool,
) -> str | None:
    """Three sentences where a training has diverged: that it has, by which rule, what to do.

    Args:
        config: what was asked for.
        standards: what it is held against; None of runs that began before that was measured.
        measured: the measurements that hold, in order.
        beta: the weight of the rate. Below one, the rate counts for as much as training weighs it:
            what it may cost was somebody's choice.
        ended: whether there is no more to come, so that less than an epoch has to do.
    """
    if standards is None or not measured or (measured[-1].epoch < 1 and not ended):
        return None
    limit, (margin, part) = far_below(standards), _margin(standards)
    late = takewhile(lambda e: e.samples >= measured[-1].samples / 2, reversed(measured))
    agreeing, latest = 0, ""
    for event in late:
        if event.test is None or not {RATE.name, DISTORTION.name} <= event.test.keys():
            continue
        worth = [
            -(means[DISTORTION.name] + min(beta, 1.0) * means[RATE.name])
            for means in (event.test, event.train)
        ]
        if max(worth) >= limit:  # as a rule the latest, so that a healthy run costs one look
            return None
        if not agreeing:
            latest = with_error(worth[0], (event.test_half_widths or {}).get(ELBO.name))
        agreeing += 1
    if agreeing < FEWEST:
        return None
    return (
        f"Training has diverged: the bound on test images, {latest} nats, has stayed far below "
        f"that of the untrained model ({decimal(standards.untrained, 1)}) and of one mean image "
        f"for all ({decimal(standards.mean_image, 1)}). Far is more than {decimal(margin, 1)} nats "
        f"below the worse of the two, {part}: below {decimal(limit, 1)}. Start anew with "
        f"{remedy(config)}."
    )


def remedy(config: RunConfig) -> str:
    """What to change in a run that diverged, as a part of a sentence."""
    words = f"a smaller learning rate (it was {config.learning_rate:g})"
    if "scale" in LIKELIHOODS[config.likelihood].settings:
        words += f" or a larger pixel standard deviation (it was {config.scale:g})"
    return words
