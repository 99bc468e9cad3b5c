"""How much of a log-likelihood is the chance of the noise that spread the levels of images."""

from torch import Tensor

from vae_core.evaluation.bounds import Treatment
from vae_core.evaluation.intervals import over_draws
from vae_core.evaluation.means import log_prob_of
from vae_core.models import Dequantises, HasDensity, Model

_LOOKED_AT = 1000  # images whose noise is drawn again: its variance is known to 5 %


def dequantisation_error(
    model: Model, images: Tensor, *, treatment: Treatment = "grey", seed: int = 0
) -> float | None:
    """± of the mean of log p(x) over these very images, over draws of the noise, in nats.

    From two more draws of up to 1,000 of them, evenly chosen. What is left out of it is that the
    mean over noise itself bounds log P of the levels from below (Theis et al. 2016).

    Args:
        model, images, treatment: as for ``measures``.
        seed: that of the measurement; the draws here are others.

    Returns:
        None where the model spreads no levels, and the measurement has no such chance.
    """
    if not isinstance(model, Dequantises) or not isinstance(model, HasDensity):
        return None
    some = images[:: -(-len(images) // _LOOKED_AT)]
    first, second = (log_prob_of(model, some, treatment, seed + more) for more in (1, 2))
    return over_draws((first - second).square().mean().item() / 2, len(images))
