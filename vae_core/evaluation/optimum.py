"""The highest bound that a family of posteriors can have on each image, theta being fixed.

Of a Gaussian without covariances, as the paper's encoder gives, of one with all of them, and of the
encoder's own family where that is another (of flows, whose numbers are then free for each image,
with the encoder's and with a Gaussian's to begin from: other optima than these are not sought). It
is climbed to from several places (``inference.best_posterior``): the encoder's answer, and the
modes of p(z|x) that were sought from the prior too, since the best of a family may be in another
mode than the encoder's. The bounds are then measured by fresh draws, the same eps for all that are
compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor

from vae_core.inference import LatentVariableModel
from vae_core.inference.best_posterior import BestPosterior, best_posterior
from vae_core.inference.importance import log_weight_blocks
from vae_core.inference.proposal import Modes, sought_modes
from vae_core.inference.weights import OnStep
from vae_core.models import DiagonalGaussian, FullGaussian, Posterior

ENCODER = "encoder"
DIAGONAL, FULL = DiagonalGaussian.name, FullGaussian.name
FAMILIES = (DIAGONAL, FULL)
_PARTS = 3  # of the work, as it is told


@dataclass(frozen=True, eq=False)
class Optima:
    """What the encoder gives for B images, and the best of each family.

    Attributes:
        family: the name of the encoder's own.
        posteriors: by name: ``encoder``, then the families.
        settled: by family, of which images the climb came to its end [B].
    """

    family: str
    posteriors: Mapping[str, Posterior]
    settled: Mapping[str, Tensor]


def optima(
    model: LatentVariableModel, x: Tensor, generator: Generator, on_step: OnStep | None = None
) -> Optima:
    """The best of both families for images x [B, …].

    No more of them than ``rows_at_once(x) // DRAWS`` of ``best_posterior``, for memory to stay
    bounded.
    """

    def part(number: int) -> OnStep:
        parts = _PARTS + (q.name not in FAMILIES)
        return lambda done: on_step((number + done) / parts) if on_step is not None else None

    with torch.no_grad():
        q = model.encode(x)
    modes = sought_modes(model, x, generator)
    part(0)(1.0)
    diagonal = best_posterior(model, x, _diagonal_starts(q, modes), generator, on_step=part(1))
    full = best_posterior(
        model, x, _full_starts(q, modes, diagonal.posterior), generator, on_step=part(2)
    )
    found: dict[str, BestPosterior[Any]] = {DIAGONAL: diagonal, FULL: full}
    if q.name not in found:
        least = diagonal.posterior
        starts = [q, type(q).gaussian(least.mu, least.logvar)]
        found[q.name] = best_posterior(model, x, starts, generator, on_step=part(_PARTS))
    return Optima(
        family=q.name,
        posteriors={ENCODER: q, **{name: each.posterior for name, each in found.items()}},
        settled={name: each.settled for name, each in found.items()},
    )


@torch.no_grad()
def paired_bounds(
    model: LatentVariableModel,
    x: Tensor,
    posteriors: Sequence[Posterior],
    draws: int,
    generator: Generator,
) -> tuple[Tensor, Tensor]:
    """L[q] of Q posteriors on the same images by the same draws of eps.

    Returns:
        Their means [Q, B], and the covariances of these over draws [Q, Q, B]; float64.
    """
    state = generator.get_state()
    values = []
    for q in posteriors:
        generator.set_state(state)
        values.append(torch.cat(list(log_weight_blocks(model, x, draws, generator, q))).double())
    table = torch.stack(values)  # [Q, draws, B]
    mean = table.mean(1)
    away = table - mean.unsqueeze(1)
    covariance = torch.einsum("pdb,qdb->pqb", away, away) / ((draws - 1) * draws)
    return mean, covariance


def _diagonal_starts(q: Posterior, modes: Modes) -> list[DiagonalGaussian]:
    """What the encoder says, and about the two heaviest modes the best of a Gaussian one."""
    precise = modes.precision.diagonal(dim1=2, dim2=3)
    about = [
        DiagonalGaussian(*(_at(each, where) for each in (modes.z, -precise.log())))
        for where in _heaviest(modes)
    ]
    return [q if isinstance(q, DiagonalGaussian) else modes.encoded, *about]


def _full_starts(q: Posterior, modes: Modes, diagonal: DiagonalGaussian) -> list[FullGaussian]:
    known = [FullGaussian.gaussian(diagonal.mu, diagonal.logvar)]
    if isinstance(q, FullGaussian):
        known.append(q)
    for where in _heaviest(modes):
        factor = _at(modes.factors, where)
        widths = 2 * factor.diagonal(dim1=1, dim2=2).log()
        known.append(FullGaussian(_at(modes.z, where), widths, factor.tril(-1)))
    return known


def _at(values: Tensor, where: Tensor) -> Tensor:
    """Of each image the one of its [B, S, …] that is told."""
    return values[torch.arange(len(where)), where]


def _heaviest(modes: Modes) -> tuple[Tensor, Tensor]:
    """Which mode is the heaviest, and which of those apart from it; the same where none is. [B]."""
    first = modes.log_mass.argmax(1)
    away = modes.z - _at(modes.z, first).unsqueeze(1)
    there = _at(modes.precision, first).unsqueeze(1)
    squared = (away.unsqueeze(2) @ there @ away.unsqueeze(3)).flatten(1)
    apart = squared > modes.z.shape[2]
    second = modes.log_mass.where(apart, -torch.inf).argmax(1)
    return first, torch.where(apart.any(1), second, first)
