"""Models that no image can be shown to at once, because no encoder was trained with them."""

from vae_core.algorithms import ALGORITHMS, infers_with_encoder
from vae_core.models import TrainingRecord


def why_unread(training: TrainingRecord) -> str | None:
    """Why a model has no code for an image at once, in two sentences; None where it has one."""
    if infers_with_encoder(training.algorithm):
        return None
    return (
        f"{ALGORITHMS[str(training.algorithm)].label} trains no encoder: it looks for the code of "
        "each image by itself, which takes a while. `latent-atlas evaluate` does that for a whole "
        "split."
    )
