"""When a code carries nothing, so that every image gets the same picture, and what to do."""

from vae_core.quantities import RATE
from vae_core.runs.config import RunConfig
from vae_core.runs.status import RunStatus


def is_collapsed(rate: float | None, epoch: float) -> bool:
    """Whether a rate, in nats per image, is as good as none, an epoch at least having passed."""
    return rate is not None and epoch >= 1 and rate < RATE.least


def collapse(config: RunConfig, status: RunStatus) -> str | None:
    """Two sentences where the code of a run's latest test images has collapsed.

    Where training has diverged or failed, the status says that instead.
    """
    rate = (status.test or {}).get(RATE.name)
    if status.diverged or status.state == "failed" or not is_collapsed(rate, status.epoch):
        return None
    return collapse_sentences(config)


def collapse_sentences(config: RunConfig, beta: float | None = None) -> str:
    """That the code carries nothing, and what to change; `beta` is the one in force, if known."""
    remedy = "another seed or a narrower likelihood"
    if config.weighs_rate:
        was = "" if beta is None else f" (it was {beta:g})"
        remedy = f"a smaller beta{was} or a narrower likelihood"
    return (
        f"The code has collapsed: it says less than {RATE.least:g} nats an image, so that every "
        f"image gets the same picture. Start anew with {remedy}."
    )
