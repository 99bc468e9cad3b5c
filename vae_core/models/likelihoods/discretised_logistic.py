"""The discretised logistic: each of 256 levels has a probability (Kingma et al. 2016, IAF).

A pixel is a draw t of a logistic distribution, cut to [0, 1] and rounded to the nearest of the
levels v/255; so each level has the mass of the bin around it, and the outer two have the tails:

    P(v) = F(v/255 + h/2) − F(v/255 − h/2),    F(t) = sigmoid((t − μ)/s),    h = 1/255

Where t lies follows from the mean m of what is cut, in closed form:

    E[min(1, max(0, t))] = m   where   μ = s · log (e^{m/s} − 1)/(1 − e^{(m−1)/s})

so that a picture of m needs no s. Rounding moves that mean by less than a fortieth of a level.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Generator, Tensor
from torch.nn import functional

from vae_core.models.likelihoods.base import Extent, InformationTerm, NamedLikelihood, Nats
from vae_core.models.operations import Operations

LEVELS = 256
_BIN = 1 / (LEVELS - 1)
# What the head gives is the log of s in units of e⁻²; s lies between 0.6 of a level and all levels.
_USUAL_LOG_SCALE = -2.0
LOG_SCALE_RANGE = (-6.0, 1.0)


@dataclass(frozen=True)
class DiscretisedLogistic(NamedLikelihood):
    """Independent pixels of 256 levels, with a mean and a scale each.

    Attributes:
        logits: a with m = sigmoid(a). [B, C, H, W].
        log_scale: log s. [B, C, H, W].
    """

    name: ClassVar[str] = "discretised-logistic"
    label: ClassVar[str] = "discretised logistic, 256 levels"
    order: ClassVar[int] = 7
    nats: ClassVar[Nats] = "levels"
    heads: ClassVar[Mapping[str, Extent]] = {"log_width": "pixels"}

    logits: Tensor
    log_scale: Tensor

    @classmethod
    def from_outputs(
        cls, logits: Tensor, heads: Mapping[str, Tensor], settings: Mapping[str, float]
    ) -> Self:
        """With the log scales that the decoder gives, kept within their range."""
        return cls(logits, (heads["log_width"] + _USUAL_LOG_SCALE).clamp(*LOG_SCALE_RANGE))

    @classmethod
    def write_mean(cls, graph: Operations, logits: str, name: str) -> str:
        """E[x|z] = sigmoid(a)."""
        return graph.add("Sigmoid", logits, name=name)

    @property
    def mean(self) -> Tensor:
        """E[x|z] to a fortieth of a level, in (0, 1). [B, C, H, W]."""
        return torch.sigmoid(self.logits)

    @property
    def deviation(self) -> Tensor:
        """The square root of the variance, a sum over all levels. [B, C, H, W]."""
        mean, square = self.mean, torch.zeros_like(self.logits)
        for level in range(LEVELS):
            value = torch.full_like(self.logits, level * _BIN)
            square = square + self.log_prob_per_pixel(value).exp() * (value - mean) ** 2
        return square.sqrt()

    def log_prob_per_pixel(self, x: Tensor) -> Tensor:
        """log P of the level nearest to x, of each pixel, in nats. [B, C, H, W].

        log (σ(b) − σ(a)) = log σ(b) + log σ(−a) + log(1 − e^{a−b}), which loses no digits where b
        and a are near each other, or far out; an outer level has one of its ends alone.
        """
        level = (x * (LEVELS - 1)).round().clamp(0, LEVELS - 1).expand_as(self.logits)
        scale = self.log_scale.exp()
        centre, half = level * _BIN / scale - self._location(), 0.5 * _BIN / scale
        below = functional.logsigmoid(centre + half)
        above = functional.logsigmoid(half - centre)
        # Twice one half of a bin apart.
        both = below + above + torch.log(-torch.expm1(-2 * half))
        return torch.where(level == 0, below, torch.where(level == LEVELS - 1, above, both))

    def distribution(self, x: Tensor) -> Tensor:
        """F(x), which at the edge between two levels is P of all below it. [B, C, H, W]."""
        return torch.sigmoid(x / self.log_scale.exp() - self._location())

    def sample(self, generator: Generator | None = None) -> Tensor:
        """x ~ p(x|z), on the levels. [B, C, H, W]."""
        u = torch.empty_like(self.logits).uniform_(generator=generator)
        t = (self._location() + torch.logit(u, eps=torch.finfo(u.dtype).eps)) * self.log_scale.exp()
        return (t.clamp(0, 1) * (LEVELS - 1)).round() * _BIN

    def information(self) -> list[InformationTerm]:
        """Σ_v (d log P(v))² P(v), whose differentials are of the logits and the log scales."""
        a, log_scale = self.logits.detach(), self.log_scale.detach()
        p = DiscretisedLogistic(a, log_scale)
        scale, mean = log_scale.exp(), torch.sigmoid(a)
        up, down, location = mean / scale, torch.sigmoid(-a) / scale, p._location()
        half = 0.5 * _BIN / scale
        # Of the location: d log(e^u − 1) = du/(1 − e^−u), and d log(1 − e^−u) = du/(e^u − 1).
        rising, falling = -1 / torch.expm1(-up), 1 / torch.expm1(down)
        by_logit = mean * torch.sigmoid(-a) / scale * (rising + falling)
        by_scale = down * falling - up * rising
        weights = [torch.zeros_like(a) for _ in range(3)]
        for level in range(LEVELS):
            at = level * _BIN / scale
            # Slopes of log σ(centre + half) and of log σ(half − centre), each in its own argument.
            low = torch.sigmoid(location - at - half) if level < LEVELS - 1 else torch.zeros_like(a)
            high = torch.sigmoid(at - location - half) if level else torch.zeros_like(a)
            by_centre, by_half = low - high, low + high
            if 0 < level < LEVELS - 1:
                by_half = by_half + 2 / torch.expm1(2 * half)
            d_logit = -by_centre * by_logit
            d_scale = -by_centre * (at + by_scale) - by_half * half
            share = p.log_prob_per_pixel(torch.full_like(a, level * _BIN)).exp()
            for weight, product in zip(
                weights, (d_logit**2, 2 * d_logit * d_scale, d_scale**2), strict=True
            ):
                weight += share * product
        both = (self.logits, self.log_scale)
        pairs = ((both[0], both[0]), (both[0], both[1]), (both[1], both[1]))
        return [(u, v, weight) for (u, v), weight in zip(pairs, weights, strict=True)]

    def _location(self) -> Tensor:
        """μ/s: log(e^{m/s} − 1) − log(1 − e^{−(1−m)/s}), from the side that cannot overflow."""
        scale = self.log_scale.exp()
        up = torch.sigmoid(self.logits) / scale
        down = torch.sigmoid(-self.logits) / scale
        least = torch.finfo(up.dtype).tiny
        up, down = up.clamp_min(least), down.clamp_min(least)
        return up + torch.log(-torch.expm1(-up)) - torch.log(-torch.expm1(-down))
