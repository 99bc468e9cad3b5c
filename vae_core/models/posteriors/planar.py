"""A Gaussian bent by planar flows (Rezende & Mohamed 2015)."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import softplus

from vae_core.models.posteriors.base import HALF_LOG_TWO_PI, Posterior, bounded

STEPS = 8  # flows one after another
_MOST = 3.0  # how long u and w may be, in units of q's own size
_HALVINGS, _NEWTON = 12, 6  # to find where a point came from


@dataclass(frozen=True)
class PlanarFlow(Posterior):
    """z = mu + F(d ⊙ eps) − F(0), F = f_K ∘ … ∘ f_1, all of whose numbers the encoder gives.

        f(y) = y + û tanh(w·y + b),   log |det ∂f/∂y| = log (1 + û·w (1 − tanh²(w·y + b)))
        û = u + (−1 + log(1 + e^{u·w}) − u·w) w / |w|²,   for which û·w > −1: f has an inverse

    with y in units of the mean d: bends are of q's own size. u and w are v / √(1 + |v|²/9) of what
    the encoder gives, so that neither is longer than 3: else they go on growing, after half a
    million images bends get too steep to be learned, and the bound falls by tens of nats. F(0) is
    taken off so that ``mu`` stays where the middle of the Gaussian goes: a place that no flow can
    move is as free, and who wants one z of an image takes it there.

    Attributes:
        mu: what stands for an image [B, J].
        logvar: log d² [B, J].
        bend, across: the directions u and w of each flow, before they are bounded [B, K, J].
        offset: b [B, K].
    """

    name: ClassVar[str] = "planar"
    label: ClassVar[str] = "a Gaussian bent by planar flows"
    order: ClassVar[int] = 3
    closed_rate: ClassVar[bool] = False

    bend: Tensor
    across: Tensor
    offset: Tensor

    @staticmethod
    def heads(latent_dim: int) -> Mapping[str, int]:
        """Both directions and the offset of each flow."""
        return {"bend": STEPS * latent_dim, "across": STEPS * latent_dim, "offset": STEPS}

    @classmethod
    def from_outputs(cls, mu: Tensor, logvar: Tensor, heads: Mapping[str, Tensor]) -> "PlanarFlow":
        """What the encoder gives, laid out by flow."""
        shape = (len(mu), STEPS, mu.shape[1])
        return cls(
            mu, logvar, heads["bend"].view(shape), heads["across"].view(shape), heads["offset"]
        )

    @classmethod
    def gaussian(cls, mu: Tensor, logvar: Tensor) -> "PlanarFlow":
        """With directions of all kinds, along which nothing is bent: û = 0."""
        draws = torch.Generator().manual_seed(0)
        w = torch.randn(STEPS, mu.shape[1], generator=draws).to(mu.dtype)
        w = (w / w.norm(dim=1, keepdim=True)).expand(len(mu), -1, -1)
        none = math.log(math.e - 1)  # of u·w, where û = 0
        return cls(mu, logvar, _unbounded(none * w), _unbounded(w), torch.zeros_like(w[:, :, 0]))

    @property
    def marginal_logvar(self) -> Tensor:
        """Of the flow made linear at its middle: log of the diagonal of A diag(d²) Aᵀ. [B, J]."""
        y, a = torch.zeros_like(self.mu), torch.diag_embed(torch.ones_like(self.mu))
        for u, w, b in self._flows():
            bent = torch.tanh((w * y).sum(1) + b)
            turned = (w.unsqueeze(1) @ a) * (1 - bent.square()).view(-1, 1, 1)
            a = a + u.unsqueeze(2) @ turned
            y = y + u * bent.unsqueeze(1)
        return (a.square() * self.logvar.exp().unsqueeze(1)).sum(2).log()

    def at(self, noise: Tensor) -> Tensor:
        """z = mu + F(d ⊙ eps) − F(0). [B, J]."""
        y = noise * (0.5 * self.logvar).exp()
        for u, w, b in self._flows():
            y = y + u * torch.tanh((w * y).sum(1) + b).unsqueeze(1)
        return self.mu + y - self._middle()

    def log_prob_per_dim(self, z: Tensor) -> Tensor:
        """The Gaussian's, less the flows' log volume, which all dimensions share alike. [B, J].

        Only their sum means something.
        """
        y, log_volume = z - self.mu + self._middle(), torch.zeros_like(z[:, 0])
        for u, w, b in reversed(list(self._flows())):
            slope = (u * w).sum(1)
            before = _before((w * y).sum(1), slope, b)
            bent = torch.tanh(before + b)
            log_volume = log_volume + torch.log1p(slope * (1 - bent.square()))
            y = y - u * bent.unsqueeze(1)
        white = y * (-0.5 * self.logvar).exp()
        gaussian = -HALF_LOG_TWO_PI - 0.5 * self.logvar - 0.5 * white.square()
        return gaussian - (log_volume / z.shape[1]).unsqueeze(1)

    def gradient(self, z: Tensor) -> Tensor:
        """Of ``log_prob`` by z. [B, J]."""
        with torch.enable_grad():
            leaf = z.detach().requires_grad_()
            (slope,) = torch.autograd.grad(self.detach().log_prob(leaf).sum(), leaf)
        return slope

    def _middle(self) -> Tensor:
        """F(0). [B, J]."""
        y = torch.zeros_like(self.mu)
        for u, w, b in self._flows():
            y = y + u * torch.tanh((w * y).sum(1) + b).unsqueeze(1)
        return y

    def _flows(self) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """û [B, J], w [B, J] and b [B] of each, in the units of z."""
        size = (0.5 * self.logvar).exp().mean(1, keepdim=True)
        for k in range(self.bend.shape[1]):
            u = bounded(self.bend[:, k], _MOST) * size
            w = bounded(self.across[:, k], _MOST) / size
            along = (u * w).sum(1, keepdim=True)
            more = softplus(along) - 1 - along
            u = u + more * w / w.square().sum(1, keepdim=True).clamp(min=1e-8)
            yield u, w, self.offset[:, k]


def _unbounded(v: Tensor) -> Tensor:
    """What ``bounded`` makes v of. [..., J]."""
    return v / (1 - v.square().sum(-1, keepdim=True) / _MOST**2).sqrt()


def _before(after: Tensor, slope: Tensor, b: Tensor) -> Tensor:
    """a of a + slope · tanh(a + b) = after, which rises with a since slope > −1. [B].

    By halving and Newton's steps without a gradient; one more of Newton's has that of the root.
    """
    with torch.no_grad():
        low, high = after - slope.abs(), after + slope.abs()
        for _ in range(_HALVINGS):
            a = 0.5 * (low + high)
            above = a + slope * torch.tanh(a + b) > after
            low, high = torch.where(above, low, a), torch.where(above, a, high)
        a = 0.5 * (low + high)
        for _ in range(_NEWTON):
            bent = torch.tanh(a + b)
            step = (a + slope * bent - after) / (1 + slope * (1 - bent.square()))
            a = torch.minimum(torch.maximum(a - step, low), high)
        rise = 1 + slope * (1 - torch.tanh(a + b).square())
    return a - (a + slope * torch.tanh(a + b) - after) / rise
