"""The rate in two parts: what the codes say about the images, and how far they are from the prior.

    E_x KL(q(z|x) || p(z)) = I_q(x; z) + KL(q(z) || p(z)),    q(z) = (1/N) Σ_n q(z|x_n)

(Hoffman and Johnson 2016). I_q is that of these N images, each as likely as the other: no code can
tell more of them apart than there are, so **it never exceeds log N**. A code that says more about
each image than that has an I_q at the cap, and all that is above it counts as KL(q(z) || p(z));
both then say how many images there were and nothing of the model.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.marginals import parameter_count
from vae_core.evaluation.rate_distortion import Mean, mean_of
from vae_core.inference.elbo import rate_at
from vae_core.models import DiagonalGaussian, Posterior
from vae_core.models.posteriors import HALF_LOG_TWO_PI
from vae_core.numerals import decimal, with_error
from vae_core.sentences import counted

_PAIRS_AT_ONCE = 2**21  # of a z and an image
_NEAR_CAP = 0.05  # of log N: nearer than that, more images would have given more


@dataclass(frozen=True)
class AggregateSplit:
    """Means over N images in nats, each with its ± over images: ``rate`` is the sum of the rest.

    Attributes:
        rate: KL(q(z|x) || p(z)), in closed form where the family has one, else sampled.
        information: I_q(x; z), which is at most ``cap``.
        marginal: KL(q(z) || p(z)), the rate less the information.
        cap: log N.
        images: N.
    """

    rate: Mean
    information: Mean
    marginal: Mean
    cap: float
    images: int

    @property
    def capped(self) -> bool:
        """Whether the information is within 5 % of all that N images can show."""
        return self.information.value > (1 - _NEAR_CAP) * self.cap

    @property
    def sentence(self) -> str:
        """Both parts, and what the first is bounded by."""
        information = with_error(self.information.value, self.information.half_width)
        marginal = with_error(self.marginal.value, self.marginal.half_width)
        told = (
            f"Of the rate, {information} nats tell images apart and {marginal} are spent on codes "
            f"that lie where the prior does not; {counted(self.images, 'image')} can show "
            f"{decimal(self.cap, 2)} nats at most (log N)."
        )
        return f"{told} That much is used up: more images would show more." if self.capped else told


@torch.inference_mode()
def aggregate_split(
    posterior: Posterior, *, samples: int = 1, seed: int = 0, watch: Watch | None = None
) -> AggregateSplit:
    """Both parts of the rate of these N images' codes, of whatever family.

    The only chance is in z ~ q(z|x_i), at which log q(z|x_i) − log q(z) is averaged; image i itself
    is among the N, so that no term is above log N.

    Args:
        posterior: of each image, [N, J].
        samples: draws of z for each.
        seed: of the draws.
        watch: asked after each block; N² pairs are looked at for each draw.

    Raises:
        Cancelled: ``watch`` said so.
    """
    watch = watch or Watch()
    generator = Generator().manual_seed(seed)
    q = posterior.double()
    count = len(q.mu)
    densities, block = _densities(q), _block(q)
    told, rate = torch.zeros(2, count, dtype=torch.float64)
    for draw in range(samples):
        z = q.rsample(generator)
        own = q.log_prob(z)
        rate += rate_at(q, z).sum(1) / samples
        for start in range(0, count, block):
            if watch.cancelled():
                raise Cancelled
            log_q = torch.logsumexp(densities(z[start : start + block]), 1) - math.log(count)
            # Rounding alone passes the bound of each term.
            apart = (own[start : start + block] - log_q).clamp(max=math.log(count))
            told[start : start + block] += apart / samples
            watch.progress((draw + min(1.0, (start + block) / count)) / samples)
    return AggregateSplit(
        rate=mean_of(rate),
        information=mean_of(told),
        marginal=mean_of(rate - told),
        cap=math.log(count),
        images=count,
    )


def _block(q: Posterior) -> int:
    """How many z are held against all images at once."""
    of_a_pair = 1 if isinstance(q, DiagonalGaussian) else parameter_count(q)
    return max(1, _PAIRS_AT_ONCE // (len(q.mu) * of_a_pair))


def _densities(q: Posterior) -> Callable[[Tensor], Tensor]:
    """log q(z|x_n) of each z [B, J] under each of N images, [B, N]."""
    count = len(q.mu)
    if not isinstance(q, DiagonalGaussian):
        return lambda z: q.repeat(len(z)).log_prob(z.repeat_interleave(count, 0)).view(-1, count)
    # A product of matrices: of (z², z, 1) and what each image makes of them.
    precision = torch.exp(-q.logvar)
    constant = -(0.5 * (q.logvar + q.mu.square() * precision) + HALF_LOG_TWO_PI).sum(1)
    tells = torch.cat([-0.5 * precision, q.mu * precision, constant[:, None]], 1)
    return lambda z: torch.cat([z.square(), z, torch.ones_like(z[:, :1])], 1) @ tells.T
