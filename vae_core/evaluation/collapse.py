"""Whether a model uses its code, asked in four ways on the same images."""

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.errors import AtlasError
from vae_core.evaluation.aggregate import AggregateSplit, aggregate_split
from vae_core.evaluation.bounds import Treatment, image_batches
from vae_core.evaluation.estimates import Watch
from vae_core.evaluation.linear_codes import evenly
from vae_core.evaluation.marginals import marginals, parameter_count
from vae_core.evaluation.prior_swap import PriorSwap, prior_swap
from vae_core.evaluation.units import Units, units
from vae_core.models import VAE, DiagonalGaussian, Posterior
from vae_core.models.posteriors import joined_posteriors
from vae_core.numerals import with_error
from vae_core.sentences import counted

FEWEST = 10  # images: of fewer no variance over images is known to better than a factor of three
_MOST = 10_000  # images: log N is 9.2 nats, and N² pairs take seconds
_MOST_SHAPED = 1_000  # of a posterior that is not diagonal
_NUMBERS = 2**26  # parameters of such posteriors in all pairs that are looked at, for the same time
_PAIRS = 0.5  # of the time


@dataclass(frozen=True)
class Collapse:
    """What there is to know: of each dimension, of the whole code, and of what the decoder reads.

    Plain dataclasses and numbers all through (``dataclasses.asdict`` makes JSON of it). The linear
    probe is apart, for it needs labels (``linear_probe``).
    """

    units: Units
    aggregate: AggregateSplit
    swap: PriorSwap

    @property
    def sentence(self) -> str:
        """How many dimensions are in use, and whether the decoder would miss the code."""
        used, of = self.units.count, len(self.units.rate)
        costs = self.swap.prior_costs
        told = with_error(costs.value, costs.half_width)
        heard = (
            f"the decoder loses {told} nats an image when z is the prior's"
            if costs.decided and costs.value > 0
            else f"it cannot be said that the decoder reads them ({told} nats from the prior's z)"
        )
        unsure = sum(self.units.unsure)
        surely = f"; of {unsure:,} that is not sure" if unsure else ""
        return f"{used} of {counted(of, 'dimension')} in use (A > 0.01{surely}); {heard}."


def collapse(
    vae: VAE,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    seed: int = 0,
    watch: Watch | None = None,
) -> Collapse:
    """All of it, on some of these images, evenly chosen; arguments as for ``prior_swap``.

    They are 10,000 at most, of a posterior that is not diagonal 1,000, and for the parts of the
    rate as many of these as take seconds.

    Raises:
        AtlasError: there are fewer than ``FEWEST`` images.
        Cancelled: ``watch`` said so.
    """
    watch = watch or Watch()
    if len(images) < FEWEST:
        raise AtlasError(
            f"Whether dimensions are in use is told from {FEWEST} images or more, and "
            f"{'here is' if len(images) == 1 else 'here are'} {len(images)}. Take more images."
        )
    diagonal = vae.architecture.posterior == DiagonalGaussian.name
    images = evenly(images, _MOST if diagonal else _MOST_SHAPED)
    q = _encoded(vae, images, treatment, seed)
    paired = len(images) if diagonal else max(FEWEST, math.isqrt(_NUMBERS // parameter_count(q)))
    pairs = Watch(lambda done: watch.progress(_PAIRS * done), watch.cancelled)
    some = q.with_parameters(tuple(evenly(each, paired) for each in q.parameters))
    aggregate = aggregate_split(some, seed=seed, watch=pairs)
    rest = Watch(lambda done: watch.progress(_PAIRS + (1 - _PAIRS) * done), watch.cancelled)
    swap = prior_swap(vae, images, treatment=treatment, seed=seed, watch=rest)
    return Collapse(units(marginals(q, seed)), aggregate, swap)


@torch.inference_mode()
def _encoded(vae: VAE, images: Tensor, treatment: Treatment, seed: int) -> Posterior:
    generator = Generator().manual_seed(seed)
    batches = image_batches(images, treatment, generator, 1000)
    return joined_posteriors([vae.encode(x) for x in batches])
