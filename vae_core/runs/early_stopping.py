"""Which checkpoint is best on validation images, and when to wait for a better one no longer.

Both follow from the measurements in the log, so that a run that goes on from a checkpoint decides
as it would have.
"""

from collections.abc import Sequence

from vae_core.quantities import Quantity
from vae_core.runs.config import RunConfig
from vae_core.runs.metrics import MetricEvent
from vae_core.runs.run import best_step
from vae_core.runs.status import Best
from vae_core.sentences import counted


def best(metrics: Sequence[MetricEvent], present: Sequence[int], by: Quantity) -> Best | None:
    """Of the steps that have a checkpoint, the one where ``by`` is best on validation images."""
    step = best_step(list(metrics), list(present), by)
    found = next((m for m in reversed(metrics) if m.step == step and m.valid is not None), None)
    if found is None or found.valid is None:
        return None
    return Best(
        step=found.step,
        samples=found.samples,
        valid=found.valid,
        test=found.test if found.full_test else None,
        test_half_widths=found.test_half_widths if found.full_test else None,
    )


def stopped_early(config: RunConfig, metrics: Sequence[MetricEvent]) -> str | None:
    """A sentence where a run has waited long enough for a better bound on validation images."""
    by, patience = config.algorithm.reports[0], config.early_stopping
    scored = [
        (by.sign * m.valid[by.name], m.epoch)
        for m in metrics
        if m.valid is not None and by.name in m.valid
    ]
    if patience is None or not scored:
        return None
    # Of equals the first.
    at = max(range(len(scored)), key=lambda place: (scored[place][0], -place))
    waited = len(scored) - 1 - at
    if waited < patience:
        return None
    return (
        f"Ended early: on validation images the {by.noun} was best after "
        f"{counted(round(scored[at][1], 3), 'epoch')} and has not been better for "
        f"{counted(waited, 'epoch')}. The checkpoint of then is kept as best."
    )
