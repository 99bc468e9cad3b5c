"""One log p(x) of each image from all looks at it: exact where that can be, else from two starts.

In up to two dimensions the grid has the last word. Elsewhere AIS is started from the prior, which
owes the encoder nothing, and from q(z|x), which is near: both are without bias for p(x), so both
lie below log p(x) in the mean, and what one misses the other may find. Where they agree their
estimates of p(x) are averaged; where one is clear above the other (``CLEAR_OF_NOISE`` standard
errors and ``LEAST_GAP`` nats) it is taken alone, and the image is doubted.
"""

import math
from collections.abc import Mapping
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
from vae_core.sentences import counted

FROM_PRIOR, FROM_POSTERIOR = "ais-prior", "ais-posterior"


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
    count, looks = exact + 2 * anneal, {}
    if exact:
        part = watch_part(watch, 0, count)
        looks[GRID] = by_grid(model, images, treatment=treatment, seed=seed, watch=part)
    if anneal:
        for name, start in ((FROM_PRIOR, "prior"), (FROM_POSTERIOR, "posterior")):
            looks[name] = by_annealing(
                model,
                images,
                treatment=treatment,
                chains=chains,
                temperatures=temperatures,
                start="prior" if start == "prior" else "posterior",
                compared=False,
                seed=seed,
                watch=watch_part(watch, len(looks), count),
            )
    joined = looks[GRID] if exact else _joined(looks[FROM_PRIOR], looks[FROM_POSTERIOR])
    return Evidence(joined, looks)


def watch_part(watch: Watch, number: int, count: int) -> Watch:
    """To follow one of so many parts of a work, of equal length."""
    return Watch(lambda done: watch.progress((number + done) / count), watch.cancelled)


def _joined(one: LogLikelihood, other: LogLikelihood) -> LogLikelihood:
    gap = other.log_p - one.log_p
    noise = torch.hypot(one.standard_errors, other.standard_errors)
    apart = gap.abs() > (CLEAR_OF_NOISE * noise).clamp(min=LEAST_GAP)
    higher = torch.where(gap > 0, other.log_p, one.log_p)
    higher_error = torch.where(gap > 0, other.standard_errors, one.standard_errors)
    both = torch.logaddexp(one.log_p, other.log_p) - math.log(2)
    shares = torch.stack([one.log_p, other.log_p]).softmax(0)
    errors = torch.stack([one.standard_errors, other.standard_errors])
    both_error = (shares * errors).square().sum(0).sqrt()
    joined = replace(
        one,
        method=AIS,
        log_p=torch.where(apart, higher, both),
        standard_errors=torch.where(apart, higher_error, both_error),
        effective_samples=None,
        samples=one.samples + other.samples,
        acceptance=None,
        independent=None,
        doubts=(),
    )
    if not bool(apart.any()):
        return joined
    told = (
        f"On {int(apart.sum())} of {counted(len(apart), 'image')} AIS from the prior and from "
        f"q(z|x) differ by up to {float(gap.abs().max()):z.1f} nats: the higher one is taken, and "
        "may still be too low. Take more temperatures."
    )
    return joined.with_doubts([Doubt(apart, told)])
