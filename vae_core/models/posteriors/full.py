"""A Gaussian with all its covariances."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from vae_core.models.posteriors.base import HALF_LOG_TWO_PI, Posterior


@dataclass(frozen=True)
class FullGaussian(Posterior):
    """q(z|x) = N(z; mu, C Cᵀ), C = diag(d) + the strictly lower part of ``below``.

    z_j is drawn after those before it, with deviation d_j given them, so that densities and rates
    come in parts of each dimension by the chain rule.

    Attributes:
        mu: means [B, J].
        logvar: log d²: log variances of each z_j given z_1 … z_{j−1} [B, J].
        below: of which what is below the diagonal counts [B, J, J].
    """

    name: ClassVar[str] = "full"
    label: ClassVar[str] = "a Gaussian with all covariances"
    order: ClassVar[int] = 2
    most_dims: ClassVar[int | None] = 128

    below: Tensor

    @staticmethod
    def heads(latent_dim: int) -> Mapping[str, int]:
        """What is below the diagonal of C, row after row."""
        return {"below": latent_dim * (latent_dim - 1) // 2} if latent_dim > 1 else {}

    @classmethod
    def from_outputs(
        cls, mu: Tensor, logvar: Tensor, heads: Mapping[str, Tensor]
    ) -> "FullGaussian":
        """C's entries are counted in units of each row's own d, so that both shrink together."""
        below = torch.diag_embed(torch.zeros_like(mu))
        if "below" in heads:
            row, column = torch.tril_indices(mu.shape[1], mu.shape[1], -1)
            image = torch.arange(len(mu)).unsqueeze(1)
            scaled = heads["below"] * (0.5 * logvar).exp()[:, row]
            below = below.index_put((image, row, column), scaled)
        return cls(mu, logvar, below)

    @classmethod
    def gaussian(cls, mu: Tensor, logvar: Tensor) -> "FullGaussian":
        """Without covariances."""
        return cls(mu, logvar, torch.diag_embed(torch.zeros_like(mu)))

    @property
    def factor(self) -> Tensor:
        """C, lower triangular. [B, J, J]."""
        return self.below.tril(-1) + torch.diag_embed((0.5 * self.logvar).exp())

    @property
    def marginal_logvar(self) -> Tensor:
        """log Σ_k C_jk². [B, J]."""
        return self.factor.square().sum(2).log()

    def at(self, noise: Tensor) -> Tensor:
        """z = mu + C eps. [B, J]."""
        return self.mu + (self.factor @ noise.unsqueeze(2)).squeeze(2)

    def log_prob_per_dim(self, z: Tensor) -> Tensor:
        """log q(z_j|z_1 … z_{j−1}, x) in nats: that of eps_j = (C⁻¹(z − mu))_j. [B, J]."""
        return -HALF_LOG_TWO_PI - 0.5 * self.logvar - 0.5 * self._white(z) ** 2

    def gradient(self, z: Tensor) -> Tensor:
        """Of ``log_prob`` by z: −C⁻ᵀ C⁻¹ (z − mu). [B, J]."""
        white = self._white(z).unsqueeze(2)
        solved = torch.linalg.solve_triangular(self.factor.mT, white, upper=True)
        return -solved.squeeze(2)

    def kl(self) -> Tensor:
        """½ (mu_j² + Σ_k C_jk² − 1 − log d_j²), which add up to KL(q || N(0, I)). [B, J]."""
        spread = self.factor.square().sum(2)
        return 0.5 * (self.mu**2 + spread - 1 - self.logvar)

    def _white(self, z: Tensor) -> Tensor:
        away = (z - self.mu).unsqueeze(2)
        solved: Tensor = torch.linalg.solve_triangular(self.factor, away, upper=False)
        return solved.squeeze(2)
