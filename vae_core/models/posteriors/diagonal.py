"""The paper's own family: a Gaussian whose dimensions know nothing of one another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from vae_core.models.posteriors.base import HALF_LOG_TWO_PI, Posterior


@dataclass(frozen=True)
class DiagonalGaussian(Posterior):
    """q(z|x) = N(z; mu, diag exp(logvar)).

    Attributes:
        mu: means [B, J].
        logvar: log variances [B, J].
    """

    name: ClassVar[str] = "diagonal"
    label: ClassVar[str] = "a Gaussian without covariances"
    order: ClassVar[int] = 1

    @classmethod
    def from_outputs(
        cls, mu: Tensor, logvar: Tensor, heads: Mapping[str, Tensor]
    ) -> "DiagonalGaussian":
        """These two are all there is."""
        return cls(mu, logvar)

    @classmethod
    def gaussian(cls, mu: Tensor, logvar: Tensor) -> "DiagonalGaussian":
        """Itself."""
        return cls(mu, logvar)

    @property
    def marginal_logvar(self) -> Tensor:
        """``logvar`` itself. [B, J]."""
        return self.logvar

    def at(self, noise: Tensor) -> Tensor:
        """z = mu + s * eps. [B, J]."""
        return torch.addcmul(self.mu, noise, torch.exp(0.5 * self.logvar))

    def gradient(self, z: Tensor) -> Tensor:
        """Of ``log_prob`` by z. [B, J]."""
        return (self.mu - z) * torch.exp(-self.logvar)

    def log_prob_per_dim(self, z: Tensor) -> Tensor:
        """log q(z_j|x) of each dimension in nats. [B, J]."""
        standardised = (z - self.mu) * torch.exp(-0.5 * self.logvar)
        return -HALF_LOG_TWO_PI - 0.5 * self.logvar - 0.5 * standardised**2

    def kl(self) -> Tensor:
        """KL(q(z|x) || N(0, I)) of each dimension in nats, in closed form (appendix B). [B, J]."""
        return 0.5 * (self.mu**2 + self.logvar.exp() - 1 - self.logvar)


def diagonal(posterior: Posterior) -> DiagonalGaussian:
    """A posterior of this family, for what holds of it alone. TypeError: it is of another."""
    if not isinstance(posterior, DiagonalGaussian):
        raise TypeError(f"This is for {DiagonalGaussian.label}, not for {posterior.label}.")
    return posterior
