"""Approximate posteriors q(z|x)."""

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True)
class DiagonalGaussian:
    """q(z|x) = N(z; mu, diag exp(logvar)).

    Attributes:
        mu: means [B, J].
        logvar: log variances [B, J].
    """

    mu: Tensor
    logvar: Tensor

    def rsample(self, generator: Generator | None = None) -> Tensor:
        """z = mu + s * eps with eps ~ N(0, I): the reparameterisation of section 2.4. [B, J]."""
        return self.at(torch.empty_like(self.mu).normal_(generator=generator))

    def at(self, noise: Tensor) -> Tensor:
        """z = mu + s * eps for an eps in hand. [B, J]."""
        return torch.addcmul(self.mu, noise, torch.exp(0.5 * self.logvar))

    def detach(self) -> "DiagonalGaussian":
        """The same distribution, with no gradient to what made it."""
        return DiagonalGaussian(self.mu.detach(), self.logvar.detach())

    def repeat(self, times: int) -> "DiagonalGaussian":
        """The whole batch ``times`` over, for as many samples of each: [times · B, J]."""
        return DiagonalGaussian(self.mu.repeat(times, 1), self.logvar.repeat(times, 1))

    def first(self, rows: int) -> "DiagonalGaussian":
        """Of the first rows."""
        return DiagonalGaussian(self.mu[:rows], self.logvar[:rows])

    def gradient(self, z: Tensor) -> Tensor:
        """Of ``log_prob`` by z. [B, J]."""
        return (self.mu - z) * torch.exp(-self.logvar)

    def log_prob(self, z: Tensor) -> Tensor:
        """log q(z|x) in nats, summed over dimensions. [B]."""
        return self.log_prob_per_dim(z).sum(-1)

    def log_prob_per_dim(self, z: Tensor) -> Tensor:
        """log q(z_j|x) of each dimension in nats. [B, J]."""
        standardised = (z - self.mu) * torch.exp(-0.5 * self.logvar)
        return -HALF_LOG_TWO_PI - 0.5 * self.logvar - 0.5 * standardised**2

    def kl(self) -> Tensor:
        """KL(q(z|x) || N(0, I)) of each dimension in nats, in closed form (appendix B). [B, J]."""
        return 0.5 * (self.mu**2 + self.logvar.exp() - 1 - self.logvar)
