"""How much the rate weighed when a model was trained, as far as its file says."""

import math
import re

from vae_core.models import TrainingRecord

_TOLD = re.compile(r"--beta[ =](\S+)")


def recorded_beta(training: TrainingRecord) -> float:
    """β: what was last set by hand, else what the command says, else the usual 1."""
    by_hand = [change["beta"] for change in training.changes if "beta" in change]
    found = _TOLD.search(training.command or "")
    try:
        beta = by_hand[-1] if by_hand else float(found[1]) if found else 1.0
    except ValueError:  # a file from elsewhere may say anything
        return 1.0
    return beta if math.isfinite(beta) and beta >= 0 else 1.0
