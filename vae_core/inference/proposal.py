"""A density that knows more of the posterior than the encoder: for samplers to begin from.

    r(z|x) = Σ_c π_c N(z; m_c, C_c C_cᵀ)

Its parts are q(z|x), the prior, a Gaussian at each optimum of p(x, z) that is climbed to from q's
mean and from the likeliest of many draws of the prior, as wide as p(x, z) is curved there
(Laplace), and in few dimensions kernels where draws of all those are heaviest. An encoder of few
dimensions often sits in a minor mode of the posterior. What begins from q alone then never hears of
the major one, and neither its effective sample size nor its error can tell.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Generator, Tensor

from vae_core.inference.decoding import rows_at_once, table
from vae_core.inference.elbo import LatentVariableModel
from vae_core.inference.optima import climb
from vae_core.models import DiagonalGaussian, Posterior, standard_normal_log_prob
from vae_core.models.posteriors import HALF_LOG_TWO_PI

PRIOR_STARTS = 7  # climbs from draws of the prior, beside that from q's mean
_POOL = 300  # draws of which the starts, and later the kernels' places, are taken
_IMAGES_AT_ONCE = 64  # each holds a pool under each part of r: some 0.5 MB in ten dimensions
_APART = 0.15  # of the prior's deviation, by dimension: starts keep so far from each other
_Q, _PRIOR, _MODES = 0.25, 0.05, 0.70
# Of what the modes have, so much is shared out evenly: Laplace's weights may be wrong.
_EVENLY = 0.1
# A sampler wants its proposal wider than the target, not narrower.
_WIDER = 1.25
# Beyond so many dimensions the curvature is left to the encoder: it costs a gradient a dimension.
_MOST_CURVED = 20
_LEAST_PRECISION, _MOST_PRECISION = 1.0, 1e8
# In few dimensions kernels give r the posterior's own shape, in so many rounds.
_MOST_SHAPED, _KERNELS, _ROUNDS = 10, 16, 2
# Climbs that end within so many deviations of each other, by dimension, have come to one mode.
_SAME = 1.0


@dataclass(frozen=True)
class Proposal:
    """A mixture of Gaussians for each image; its rows are the batch ``times`` over.

    Attributes:
        log_weights: log π [B, S].
        means: m [B, S, J].
        factors: C, lower triangular [B, S, J, J].
        lone: of which images most of the posterior is in a mode that one climb alone led to, and
            not the encoder's: there may be others that none has found [B].
        times: how often the batch is repeated.
    """

    log_weights: Tensor
    means: Tensor
    factors: Tensor
    lone: Tensor
    times: int = 1

    def repeat(self, times: int) -> "Proposal":
        """The whole batch ``times`` over."""
        return replace(self, times=self.times * times)

    def first(self, rows: int) -> "Proposal":
        """Of the first rows, a multiple of the batch."""
        times = rows // len(self.means)
        # Itself, where it can be, with what it has worked out.
        return self if times == self.times else replace(self, times=times)

    def joined(self, share: float, means: Tensor, parts: Tensor, narrower: float) -> "Proposal":
        """With more parts, that get ``share`` of the weight among them.

        Args:
            share: 0 to 1.
            means: of the new parts [B, M, J].
            parts: those that they have their shape of [B, M].
            narrower: what their deviations are multiplied by.
        """
        even = torch.full_like(means[..., 0], math.log(share / means.shape[1]))
        shapes = self.factors.take_along_dim(parts[..., None, None], 1)
        return replace(
            self,
            log_weights=torch.cat([self.log_weights + math.log(1 - share), even], 1),
            means=torch.cat([self.means, means], 1),
            factors=torch.cat([self.factors, narrower * shapes], 1),
        )

    def rsample(self, generator: Generator | None = None) -> Tensor:
        """A draw for each row. [times · B, J]."""
        weights = self.log_weights.exp()
        part = torch.multinomial(weights, self.times, replacement=True, generator=generator)
        means = self.means.take_along_dim(part.unsqueeze(2), 1)
        factors = self.factors.take_along_dim(part[..., None, None], 1)
        noise = torch.empty_like(means).normal_(generator=generator)
        z = means + (factors * noise.unsqueeze(2)).sum(3)
        return z.transpose(0, 1).flatten(0, 1)

    def log_prob(self, z: Tensor) -> Tensor:
        """log r(z) in nats. [times · B, J] → [times · B]."""
        _, log_parts = self._parts(z)
        return log_parts.logsumexp(1).mT.flatten()

    def gradient(self, z: Tensor) -> Tensor:
        """Of ``log_prob`` by z. [times · B, J] → [times · B, J]."""
        white, log_parts = self._parts(z)
        weighted = white * log_parts.softmax(1).unsqueeze(2)
        whiteners = self._whiteners.flatten(1, 2)
        return -(whiteners.mT @ weighted.flatten(1, 2)).permute(2, 0, 1).flatten(0, 1)

    def likeliest_parts(self, z: Tensor) -> Tensor:
        """Which part each row is most likely from. [times · B, J] → [B, times]."""
        return self._parts(z)[1].argmax(1)

    def _parts(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """C⁻¹(z − m) [B, S, J, n], and the log density of each part with its weight [B, S, n]."""
        images, parts, dimensions = self.means.shape
        whiteners, centres = self._whiteners, self._centres
        by_image = z.view(-1, images, dimensions).permute(1, 2, 0)
        white = (whiteners.flatten(1, 2) @ by_image).view(images, parts, dimensions, -1) - centres
        return white, self._heights - 0.5 * white.square().sum(2)

    @cached_property
    def _centres(self) -> Tensor:
        """C⁻¹ m. [B, S, J, 1]."""
        return (self._whiteners * self.means.unsqueeze(2)).sum(3).unsqueeze(3)

    @cached_property
    def _heights(self) -> Tensor:
        """The log density of each part, with its weight, where it is highest. [B, S, 1]."""
        log_volume = self.factors.diagonal(dim1=2, dim2=3).log().sum(2)
        height = self.log_weights - log_volume - self.means.shape[2] * HALF_LOG_TWO_PI
        return height.unsqueeze(2)

    @cached_property
    def _whiteners(self) -> Tensor:
        """C⁻¹. [B, S, J, J]."""
        eye = torch.eye(self.means.shape[2], dtype=self.means.dtype)
        solved: Tensor = torch.linalg.solve_triangular(self.factors, eye, upper=False)
        return solved


@torch.no_grad()
def seek(model: LatentVariableModel, x: Tensor, generator: Generator) -> Proposal:
    """Look for the modes of each image's posterior, and make r of them.

    Args:
        model: gives p(x|z) and q(z|x).
        x: images [B, …].
        generator: of all draws.
    """
    found = [_sought(model, seen, generator) for seen in x.split(_IMAGES_AT_ONCE)]
    log_weights, means, factors, lone = (
        torch.cat(parts)
        for parts in zip(*((r.log_weights, r.means, r.factors, r.lone) for r in found), strict=True)
    )
    return Proposal(log_weights, means, factors, lone)


@dataclass(frozen=True, eq=False)
class Modes:
    """Optima of p(x, z) for each image, the first of them climbed to from the encoder's mean.

    Attributes:
        encoded: q(z|x) as a diagonal Gaussian.
        z: where they are [B, S, J].
        precision: the curvature of −log p(x, z) there, positive definite [B, S, J, J].
        factors: C with C Cᵀ its inverse, lower triangular [B, S, J, J].
        log_mass: log ∫ p(x, z) dz about each, by Laplace, in nats [B, S], float64.
    """

    encoded: DiagonalGaussian
    z: Tensor
    precision: Tensor
    factors: Tensor
    log_mass: Tensor


@torch.no_grad()
def sought_modes(model: LatentVariableModel, x: Tensor, generator: Generator) -> Modes:
    """The modes that climbs from the encoder's mean and from high draws of the prior lead to.

    Arguments as for ``seek``; no more images than fit in memory with a pool of draws.
    """
    q = _sound(model.encode(x))
    starts = torch.cat([q.mu.unsqueeze(1), _high_draws(model, x, q, generator)], 1)
    optima, heights = climb(model, x, starts)
    precision = _precision(model, x, optima, q)
    narrow = torch.linalg.cholesky(torch.linalg.inv(precision))
    log_volume = narrow.diagonal(dim1=2, dim2=3).log().sum(2)
    log_mass = (heights + log_volume + q.mu.shape[1] * HALF_LOG_TWO_PI).double()
    log_mass = log_mass.nan_to_num(-torch.finfo(log_mass.dtype).max)
    return Modes(q, optima, precision, narrow, log_mass)


def _sought(model: LatentVariableModel, x: Tensor, generator: Generator) -> Proposal:
    modes = sought_modes(model, x, generator)
    q, optima, log_mass = modes.encoded, modes.z, modes.log_mass
    images, dimensions = q.mu.shape
    shares = (1 - _EVENLY) * log_mass.softmax(1) + _EVENLY / log_mass.shape[1]
    others = torch.tensor([_Q, _PRIOR], dtype=shares.dtype).expand(images, 2)
    weights = torch.cat([others, _MODES * shares], 1).to(q.mu.dtype)
    deviations = torch.stack([(0.5 * q.logvar).exp(), torch.ones_like(q.mu)], 1)
    means = torch.cat([q.mu.unsqueeze(1), torch.zeros_like(q.mu).unsqueeze(1), optima], 1)
    factors = torch.cat([torch.diag_embed(deviations), _WIDER * modes.factors], 1)
    r = Proposal(weights.log(), means, factors, _lone(optima, modes.precision, log_mass))
    for _ in range(_ROUNDS if dimensions <= _MOST_SHAPED else 0):
        r = _shaped(model, x, r, generator)
    return r


@torch.no_grad()
def resampled(
    model: LatentVariableModel, x: Tensor, r: Proposal, count: int, generator: Generator
) -> Tensor:
    """Draws of r(z|x), taken as often as the posterior would. [B, count, J]."""
    images, each = len(x), r.repeat(_POOL)
    z = each.rsample(generator)
    rows = max(1, rows_at_once(x) // images)  # of the pool, for all images
    value = torch.cat(
        [
            model.decode(part.flatten(0, 1)).log_prob(_over(x, len(part)))
            for part in z.view(_POOL, images, -1).split(rows)
        ]
    )
    log_w = (standard_normal_log_prob(z) + value - each.log_prob(z)).view(_POOL, images)
    shares = log_w.double().nan_to_num(-torch.inf).softmax(0).nan_to_num(1 / _POOL)
    taken = torch.multinomial(shares.T, count, replacement=True, generator=generator)
    return z.view(_POOL, images, -1)[taken, torch.arange(images).unsqueeze(1)]


def _over(x: Tensor, times: int) -> Tensor:
    return x.repeat(times, *[1] * (x.dim() - 1))


def _sound(q: Posterior) -> DiagonalGaussian:
    """Means and variances of q without what is no number; the prior stands in for it."""
    mu, logvar = (each.nan_to_num(0.0, 0.0, 0.0) for each in (q.mu, q.marginal_logvar))
    return DiagonalGaussian(mu, logvar)


def _high_draws(
    model: LatentVariableModel, x: Tensor, q: DiagonalGaussian, generator: Generator
) -> Tensor:
    """Of many draws of the prior those where p(x, z) is highest, apart. [B, S, J]."""
    z = torch.empty(_POOL, q.mu.shape[1], dtype=q.mu.dtype).normal_(generator=generator)
    tables = [
        table(model.decode(part), x, len(part)) + standard_normal_log_prob(part).unsqueeze(1)
        for part in z.split(rows_at_once(x))
    ]
    heights = torch.cat(tables).nan_to_num(-torch.inf)  # [pool, B]
    chosen = []
    for _ in range(PRIOR_STARTS):
        best = heights.argmax(0)
        chosen.append(z[best])
        near = (z.unsqueeze(1) - z[best]).square().sum(2) < _APART**2 * z.shape[1]
        heights = heights.masked_fill(near, -torch.inf)
    return torch.stack(chosen, 1)


def _shaped(model: LatentVariableModel, x: Tensor, r: Proposal, generator: Generator) -> Proposal:
    """r, half of which is kernels where the posterior is: it may well be bent, and no Gaussian."""
    at = resampled(model, x, r, _KERNELS, generator)
    parts = r.repeat(_KERNELS).likeliest_parts(at.transpose(0, 1).flatten(0, 1))
    narrower = _KERNELS ** (-1 / (at.shape[2] + 4))  # Scott's factor
    return r.joined(0.5, at, parts, narrower)


def _lone(optima: Tensor, precision: Tensor, log_mass: Tensor) -> Tensor:
    """Whether the heaviest mode was come to by one climb, and that not the encoder's. [B]."""
    heaviest = log_mass.argmax(1)
    at = heaviest[:, None, None]
    away = optima - optima.take_along_dim(at, 1)
    there = precision.take_along_dim(at.unsqueeze(3), 1)
    squared = (away.unsqueeze(2) @ there @ away.unsqueeze(3)).flatten(1)
    return (heaviest > 0) & ((squared < _SAME**2 * optima.shape[2]).sum(1) == 1)


def _precision(
    model: LatentVariableModel, x: Tensor, optima: Tensor, q: DiagonalGaussian
) -> Tensor:
    """The curvature of −log p(x, z) at each optimum, made positive. [B, S, J, J]."""
    images, each, dimensions = optima.shape
    if dimensions > _MOST_CURVED:
        alike = torch.diag_embed((-q.logvar).exp().clamp(max=_MOST_PRECISION))
        return alike.unsqueeze(1).expand(-1, each, -1, -1)
    rows = max(1, rows_at_once(x) // each)
    parts = [
        _curvature(model, seen.repeat_interleave(each, 0), z.flatten(0, 1))
        for seen, z in zip(x.split(rows), optima.split(rows), strict=True)
    ]
    curved = torch.cat(parts).view(images, each, dimensions, dimensions)
    values, vectors = torch.linalg.eigh(curved)
    values = values.nan_to_num(_LEAST_PRECISION).clamp(_LEAST_PRECISION, _MOST_PRECISION)
    return vectors @ torch.diag_embed(values) @ vectors.mT


def _curvature(model: LatentVariableModel, x: Tensor, z: Tensor) -> Tensor:
    """−∂² log p(x, z) / ∂z². [R, J] → [R, J, J]."""
    with torch.enable_grad():
        leaf = z.detach().requires_grad_()
        value = model.decode(leaf).log_prob(x)
        (slope,) = torch.autograd.grad(value.sum(), leaf, create_graph=True)
        rows = [
            torch.autograd.grad(slope[:, j].sum(), leaf, retain_graph=True, allow_unused=True)[0]
            for j in range(z.shape[1])
        ]
    zero = torch.zeros_like(z)
    curved = -torch.stack([zero if row is None else row.detach() for row in rows], 1)
    curved = 0.5 * (curved + curved.mT) + torch.eye(z.shape[1], dtype=z.dtype)
    return curved.nan_to_num(0.0, 0.0, 0.0)
