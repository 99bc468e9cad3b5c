"""What a model puts where pixels are missing: a Markov chain, step by step, and the exact answer.

The chain (Rezende, Mohamed and Wierstra 2014, appendix F) fills the missing pixels
in, encodes, samples z ~ q(z|x), decodes, puts the known pixels back, and goes on from there:

    z_t ~ q(z | x_known, x_missing,t−1),    x_missing,t ~ p(x_missing | z_t)

Were q the posterior, its law would tend to p(x_missing | x_known). It is not, so each z_t can be
accepted or refused (Metropolis within Gibbs; Mattei and Frellsen 2018), which makes
the limit the right one whatever q is. Up to three dimensions of z E[x_missing | x_known] is also
found by integration (``known_pixels``), to hold the chain against.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Generator, Tensor

from vae_core.inference.decoding import rows_at_once
from vae_core.inference.known_pixels import KnownPixels, PixelModel
from vae_core.models import Posterior, standard_normal_log_prob

# What the next step encodes: the mean of p(x|z), a draw of it, or a draw with refusals.
Way = Literal["mean", "draw", "corrected"]
WAYS: Mapping[Way, str] = {
    "mean": "fill in the mean",
    "draw": "fill in a draw",
    "corrected": "fill in a draw, corrected",
}

# Draws of the prior among which the one that explains the known pixels best is looked for.
_DRAWS = 1000


@dataclass(frozen=True, eq=False)
class ChainState:
    """Where a chain is after a step.

    Attributes:
        z: what was decoded [B, J].
        shown: the known pixels, and E[x|z] where they are missing [B, …].
        filled: the known pixels, and what the next step will encode with them [B, …].
        moved: whose new z was accepted, bool [B]; all of them without refusals.
    """

    z: Tensor
    shown: Tensor
    filled: Tensor
    moved: Tensor


@torch.no_grad()
def chain(
    model: PixelModel,
    start: Tensor,
    known: Tensor,
    *,
    generator: Generator,
    way: Way = "draw",
) -> Iterator[ChainState]:
    """The states of the chain, without an end: take as many as are wanted.

    Args:
        model: gives q(z|x) and p(x|z).
        start: images with their missing pixels filled in (``STARTS``) [B, …].
        known: which pixels are known: bool, like ``start`` or to be expanded to it.
        generator: of all draws.
        way: see ``Way``.
    """
    known = known.expand_as(start)
    filled, z = start, None
    while True:
        posterior = model.encode(filled)
        proposed = posterior.rsample(generator)
        moved = torch.ones(len(filled), dtype=torch.bool)
        if way == "corrected" and z is not None:
            gain = _log_weight(model, filled, posterior, proposed)
            gain = gain - _log_weight(model, filled, posterior, z)
            chance = torch.rand(len(gain), generator=generator, dtype=gain.dtype)
            moved = chance.log() < gain
            proposed = torch.where(moved.unsqueeze(1), proposed, z)
        z = proposed
        likelihood = model.decode(z)
        mean = likelihood.mean
        filler = mean if way == "mean" else likelihood.sample(generator)
        filled = torch.where(known, start, filler.view_as(start))
        yield ChainState(z, torch.where(known, start, mean.view_as(start)), filled, moved)


def _log_weight(model: PixelModel, x: Tensor, posterior: Posterior, z: Tensor) -> Tensor:
    """log p(x, z) − log q(z|x), in nats. [B]."""
    log_likelihood = model.decode(z).log_prob_per_pixel(x).flatten(1).sum(1)
    return log_likelihood + standard_normal_log_prob(z) - posterior.log_prob(z)


def missing_distance(one: Tensor, other: Tensor, known: Tensor) -> Tensor:
    """The root mean square difference of images at missing pixels; 0 where none is missing. [B]."""
    missing = (~known).expand_as(one).flatten(1)
    squares = (one - other).flatten(1).square().masked_fill(~missing, 0.0).sum(1)
    return (squares / missing.sum(1).clamp(min=1)).sqrt()


# Fills the missing pixels of x [B, …] where ``known`` (bool, like x) is False.
Start = Callable[[PixelModel, Tensor, Tensor, Generator], Tensor]


def _from_noise(model: PixelModel, x: Tensor, known: Tensor, generator: Generator) -> Tensor:
    return torch.where(known, x, torch.rand(x.shape, generator=generator, dtype=x.dtype))


def _from_grey(model: PixelModel, x: Tensor, known: Tensor, generator: Generator) -> Tensor:
    return torch.where(known, x, 0.5)


def _from_prior(model: PixelModel, x: Tensor, known: Tensor, generator: Generator) -> Tensor:
    """With the mean of that draw of the prior which explains the known pixels best."""
    like = model.encode(x[:1]).mu
    z = torch.randn(_DRAWS, like.shape[1], generator=generator, dtype=like.dtype)
    best = torch.full((len(x),), -torch.inf, dtype=x.dtype)
    filler = x.clone()
    masks, whose = known.flatten(1).unique(dim=0, return_inverse=True)
    for part in z.split(rows_at_once(x)):
        likelihood = model.decode(part)
        means = likelihood.mean.view(-1, *x.shape[1:])
        for number, mask in enumerate(masks):
            rows = (whose == number).nonzero()[:, 0]
            found = KnownPixels(likelihood, mask).log_prob_table(x[rows]).to(x.dtype)
            highest = found.max(0)
            better = highest.values > best[rows]
            best[rows[better]] = highest.values[better]
            filler[rows[better]] = means[highest.indices[better]]
    return torch.where(known, x, filler)


STARTS: Mapping[str, Start] = {"noise": _from_noise, "grey": _from_grey, "prior": _from_prior}


@torch.no_grad()
def started(name: str, model: PixelModel, x: Tensor, known: Tensor, generator: Generator) -> Tensor:
    """Images with their missing pixels filled in, for a chain to start from.

    Args:
        name: of ``STARTS``: ``noise`` (as in the paper), ``grey``, or ``prior``: the mean of the
            one among many draws of the prior that explains the known pixels best.
        model: gives p(x|z).
        x: images; what stands at missing pixels does not matter [B, …].
        known: bool, like ``x`` or to be expanded to it.
        generator: of the draws.
    """
    return STARTS[name](model, x, known.expand_as(x), generator)
