"""What a model puts where pixels are missing: a Markov chain, step by step, and the exact answer.

The chain (Rezende, Mohamed and Wierstra 2014, section 6.3 and appendix F) fills the missing pixels
in, encodes, samples z ~ q(z|x), decodes, puts the known pixels back, and goes on from there:

    z_t ~ q(z | x_known, x_missing,t−1),    x_missing,t ~ p(x_missing | z_t)

Were q the posterior, its law would tend to p(x_missing | x_known). It is not, so each z_t can be
accepted or refused (Metropolis within Gibbs; Mattei and Frellsen 2018, section 3.2), which makes
the limit the right one whatever q is. Up to three dimensions of z E[x_missing | x_known] is also
found by integration (``grid``), to hold the chain against.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal, Protocol, cast

import torch
from torch import Generator, Tensor

from vae_core.inference.decoding import rows_at_once
from vae_core.inference.grid import posterior_grid
from vae_core.inference.weights import OnStep
from vae_core.models import DiagonalGaussian, standard_normal_log_prob
from vae_core.models.likelihoods import PixelLikelihood

# What the next step encodes: the mean of p(x|z), a draw of it, or a draw with refusals.
Way = Literal["mean", "draw", "corrected"]
WAYS: Mapping[Way, str] = {
    "mean": "fill in the mean",
    "draw": "fill in a draw",
    "corrected": "fill in a draw, corrected",
}

# Cells that hold less of the posterior than this add nothing to a picture that could be seen.
_LEAST_WEIGHT = 1e-9
# Draws of the prior among which the one that explains the known pixels best is looked for.
_DRAWS = 1000


class PixelDistribution(Protocol):
    """p(x|z) for a batch of z, each pixel by itself."""

    @property
    def mean(self) -> Tensor:
        """E[x|z]. [B, …]."""
        ...

    def log_prob_per_pixel(self, x: Tensor) -> Tensor:
        """In nats. [B, …]."""
        ...

    def sample(self, generator: Generator | None = None) -> Tensor:
        """x ~ p(x|z). [B, …]."""
        ...


class PixelModel(Protocol):
    """What imputation needs of a model with prior N(0, I)."""

    def encode(self, x: Tensor) -> DiagonalGaussian:
        """q(z|x). [B, …] → [B, J]."""
        ...

    def decode(self, z: Tensor) -> PixelDistribution:
        """p(x|z). [B, J] → [B, …]."""
        ...


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


def _log_weight(model: PixelModel, x: Tensor, posterior: DiagonalGaussian, z: Tensor) -> Tensor:
    """log p(x, z) − log q(z|x), in nats. [B]."""
    log_likelihood = model.decode(z).log_prob_per_pixel(x).flatten(1).sum(1)
    return log_likelihood + standard_normal_log_prob(z) - posterior.log_prob(z)


@dataclass(frozen=True, eq=False)
class Conditional:
    """The exact answer for B images.

    Attributes:
        mean: the known pixels, and E[x|x_known] where they are missing [B, …].
        spread: how far E[x|z] of a proper draw z ~ p(z|x_known) is from it: the root mean square
            over missing pixels and draws [B]. No chain that samples can be nearer for long.
        settled: of which images the integration came to its end, bool [B].
    """

    mean: Tensor
    spread: Tensor
    settled: Tensor


@torch.no_grad()
def conditional(
    model: PixelModel, x: Tensor, known: Tensor, *, on_step: OnStep | None = None
) -> Conditional:
    """E[x_missing | x_known] = ∫ E[x_missing|z] p(z|x_known) dz, by integration over a grid of z.

    Args:
        model: of at most ``grid.MOST_DIMENSIONS`` latent dimensions.
        x: images; what stands at missing pixels does not matter [B, …].
        known: bool, like ``x`` or to be expanded to it.
        on_step: see ``OnStep``.

    Raises:
        ValueError: the model has too many latent dimensions.
    """
    known = known.expand_as(x)
    # Images that know the same pixels share a grid.
    masks, whose = known.flatten(1).unique(dim=0, return_inverse=True)
    mean, spread = x.clone(), torch.zeros(len(x), dtype=x.dtype)
    settled = torch.ones(len(x), dtype=torch.bool)
    for number, mask in enumerate(masks):

        def told(done: float, before: int = number) -> None:
            if on_step is not None:
                on_step((before + done) / len(masks))

        rows = (whose == number).nonzero()[:, 0]
        found = _of_one_mask(model, x[rows], mask, told)
        mean[rows], spread[rows], settled[rows] = found.mean, found.spread, found.settled
    return Conditional(torch.where(known, x, mean), spread, settled)


def _of_one_mask(model: PixelModel, x: Tensor, mask: Tensor, on_step: OnStep) -> Conditional:
    """As ``conditional``, of images that all know the pixels of ``mask``, bool [P]."""
    grid = posterior_grid(_OfKnown(model, mask), x, on_step=on_step)
    total, squares = torch.zeros_like(x), torch.zeros(len(x), dtype=x.dtype)
    kept = grid.weight >= _LEAST_WEIGHT
    image, z, weight = (part[kept] for part in (grid.image, grid.z, grid.weight))
    rows = rows_at_once(x)
    blocks = zip(image.split(rows), z.split(rows), weight.split(rows), strict=True)
    for whose, places, part in blocks:
        means = model.decode(places.to(x.dtype)).mean.view(-1, *x.shape[1:])
        share = part.to(x.dtype).view(-1, *[1] * (x.dim() - 1))
        total.index_add_(0, whose, share * means)
        missing = means.flatten(1)[:, ~mask].square().sum(1)
        squares.index_add_(0, whose, share.flatten() * missing)
    # What was left out is made good: the weights that are used add up to one.
    used = torch.zeros(len(x), dtype=torch.float64).index_add_(0, image, weight).to(x.dtype)
    mean = total / used.view(-1, *[1] * (x.dim() - 1))
    of_mean = mean.flatten(1)[:, ~mask].square().sum(1)
    variance = (squares / used - of_mean).clamp(min=0) / (~mask).sum().clamp(min=1)
    return Conditional(mean, variance.sqrt(), grid.settled)


def missing_distance(one: Tensor, other: Tensor, known: Tensor) -> Tensor:
    """The root mean square difference of images at missing pixels; 0 where none is missing. [B]."""
    missing = (~known).expand_as(one).flatten(1)
    squares = (one - other).flatten(1).square().masked_fill(~missing, 0.0).sum(1)
    return (squares / missing.sum(1).clamp(min=1)).sqrt()


class _OfKnown:
    """A model of the pixels of one mask, bool [P] of flat images; the others count for nothing."""

    def __init__(self, model: PixelModel, mask: Tensor) -> None:
        self._model, self._mask = model, mask

    def encode(self, x: Tensor) -> DiagonalGaussian:
        """q(z|x) with mid-grey where pixels are missing; it only says where to look first."""
        return self._model.encode(torch.where(self._mask.view(x.shape[1:]), x, 0.5))

    def decode(self, z: Tensor) -> "_KnownPixels":
        """p(x_known|z)."""
        return _KnownPixels(self._model.decode(z), self._mask)


class _KnownPixels:
    """A likelihood that is asked for some pixels of whole images x [B, …]."""

    def __init__(self, likelihood: PixelDistribution, mask: Tensor) -> None:
        self._mask = mask
        self._whole, self._part = likelihood, _restricted(likelihood, mask)

    def log_prob(self, x: Tensor) -> Tensor:
        """In nats, summed over known pixels. [B]."""
        if self._part is not None:
            return self._part.log_prob(x.flatten(1)[:, self._mask])
        each = self._whole.log_prob_per_pixel(x)
        return each.flatten(1)[:, self._mask].sum(1)

    def log_prob_table(self, x: Tensor) -> Tensor:
        """Of every image at every z. [B, …] → [Z, B]."""
        if self._part is not None:
            return self._part.log_prob_table(x.flatten(1)[:, self._mask])
        return torch.stack([self.log_prob(image.unsqueeze(0)) for image in x], 1)


def _restricted(likelihood: object, mask: Tensor) -> PixelLikelihood | None:
    """Of flat images that have only these pixels; None where it does not say what it is made of."""
    if not isinstance(likelihood, PixelLikelihood) or not is_dataclass(type(likelihood)):
        return None
    made_of: Any = likelihood
    parts = {each.name: getattr(made_of, each.name) for each in fields(made_of)}
    per_pixel = {n: each for n, each in parts.items() if isinstance(each, Tensor) and each.dim()}
    fewer = {name: part.flatten(1)[:, mask] for name, part in per_pixel.items()}
    return cast("PixelLikelihood", replace(made_of, **fewer))


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
            found = _KnownPixels(likelihood, mask).log_prob_table(x[rows]).to(x.dtype)
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
