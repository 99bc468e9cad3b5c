"""One log p(x) of each image from all looks at it: exact where it can be, or from several starts.

In up to two dimensions the grid has the last word. Elsewhere AIS is started from the prior, which
owes the encoder nothing; from q(z|x), which is near; and from r(z|x), which has sought the modes
(``inference.proposal``). All are without bias for p(x), so all lie below log p(x) in the mean, and
what one misses another may find. Averaged are the highest and those that agree with it, within
``CLEAR_OF_NOISE`` standard errors or ``LEAST_GAP`` nats; where none does, the image is doubted.

Each counts by one over its variance, for a start that is far from the posterior agrees with any by
its large error, and would bring it in. The variance is the mean of all images': an image's own is
found from the weights that are averaged, is large where they chance to be, and would bring the
average down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vae_core.evaluation.bounds import Treatment
from vae_core.evaluation.estimates import (
    CLEAR_OF_NOISE,
    LEAST_GAP,
    Doubt,
    LogLikelihood,
    Watch,
)
from vae_core.evaluation.estimators import GRID_BY_DEFAULT
from vae_core.evaluation.likelihood import AIS, GRID, by_annealing, by_grid, latent_dimensions
from vae_core.inference import LatentVariableModel
from vae_core.inference.annealing import Start
from vae_core.sentences import counted

STARTS: Mapping[str, Start] = {
    "ais-prior": "prior",
    "ais-posterior": "posterior",
    "ais-modes": "both",
}
# Of a log p(x), in nats²: where no weight differs from another.
_LEAST_VARIANCE = 1e-12


@dataclass(frozen=True, eq=False)
class Evidence:
    """log p(x) of N images, and the looks that it is joined from.

    Attributes:
        joined: the estimate to go by; its ``method`` is "grid" or "ais".
        looks: each by itself, by name.
    """

    joined: LogLikelihood
    looks: Mapping[str, LogLikelihood]


def evidence(
    model: LatentVariableModel,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    annealed: bool = False,
    chains: int = 16,
    temperatures: int = 100,
    seed: int = 0,
    watch: Watch | None = None,
) -> Evidence:
    """Measure log p(x) of each image.

    Args:
        model: a VAE, or anything with its ``encode`` and ``decode``.
        images: uint8 [N, C, H, W], or floats in [0, 1].
        treatment: as in ``evaluate``.
        annealed: also run AIS where the grid is exact and makes it needless.
        chains, temperatures: of AIS, from each start.
        seed: of all draws.
        watch: to follow or stop the work.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    exact = latent_dimensions(model, images) <= GRID_BY_DEFAULT
    anneal = annealed or not exact
    count, looks = exact + len(STARTS) * anneal, {}
    if exact:
        part = watch_part(watch, 0, count)
        looks[GRID] = by_grid(model, images, treatment=treatment, seed=seed, watch=part)
    if anneal:
        for name, start in STARTS.items():
            looks[name] = by_annealing(
                model,
                images,
                treatment=treatment,
                chains=chains,
                temperatures=temperatures,
                start=start,
                compared=False,
                seed=seed,
                watch=watch_part(watch, len(looks), count),
            )
    joined = looks[GRID] if exact else joined_looks([looks[name] for name in STARTS])
    return Evidence(joined, looks)


def watch_part(watch: Watch, number: int, count: int) -> Watch:
    """To follow one of so many parts of a work, of equal length."""
    return Watch(lambda done: watch.progress((number + done) / count), watch.cancelled)


def joined_looks(looks: Sequence[LogLikelihood]) -> LogLikelihood:
    """One estimate of each image from several runs of AIS on the same ones, and a doubt of some."""
    log_p = torch.stack([look.log_p for look in looks])  # [M, N]
    errors = torch.stack([look.standard_errors for look in looks])
    highest = log_p.argmax(0, keepdim=True)
    below = log_p.gather(0, highest) - log_p
    noise = torch.hypot(errors, errors.gather(0, highest))
    agree = below <= (CLEAR_OF_NOISE * noise).clamp(min=LEAST_GAP)
    # Of p(x), not of its log: standard errors of a log are relative ones.
    exactness = 1 / errors.square().mean(1, keepdim=True).clamp(min=_LEAST_VARIANCE)
    weights = exactness.where(agree, 0.0)
    weighted = log_p + (weights / weights.sum(0)).log()
    joined_log_p = weighted.logsumexp(0)
    shares = (weighted - joined_log_p).exp()
    joined = replace(
        looks[0],
        method=AIS,
        log_p=joined_log_p,
        standard_errors=(shares * errors).square().sum(0).sqrt(),
        effective_samples=None,
        samples=sum(look.samples for look in looks),
        acceptance=None,
        independent=None,
        doubts=(),
    )
    lone = agree.sum(0) == 1
    if not bool(lone.any()):
        return joined
    told = (
        f"On {int(lone.sum())} of {counted(len(lone), 'image')} no two starts of AIS agree: the "
        f"highest is taken, the others are up to {float(below.amax(0)[lone].max()):z.1f} nats "
        "lower, and it may be too low as well. Take more temperatures."
    )
    return joined.with_doubts([Doubt(lone, told)])
