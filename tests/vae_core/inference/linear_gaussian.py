"""The model whose evidence and posterior are known: p(z) = N(0, I), p(x|z) = N(Wz + b, s² I).

p(z|x) = N(P⁻¹ Wᵀ(x − b)/s², P⁻¹) with P = I + WᵀW/s², and log p(x) = log N(x; b, WWᵀ + s² I).
"""

import torch
from torch import Generator, Tensor
from torch.distributions import MultivariateNormal, Normal

from vae_core.models import DiagonalGaussian


class GaussianPixels:
    def __init__(self, mean: Tensor, deviation: float) -> None:
        self.mean, self.deviation = mean, deviation

    def log_prob(self, x: Tensor) -> Tensor:
        pixels = Normal(self.mean, self.deviation, validate_args=False)
        return pixels.log_prob(x.flatten(1).double()).sum(1)


class LinearGaussian:
    """With random W and b, and an encoder that is wrong on purpose.

    Its means are off by ``shift`` posterior deviations, its deviations by a factor of ``width``
    (above 1, so that importance weights have a finite variance), and it knows no correlations.

    Attributes:
        largest_batch: the most latents that were decoded at once.
    """

    def __init__(
        self,
        latent_dim: int = 2,
        pixels: int = 6,
        deviation: float = 0.6,
        shift: float = 0.3,
        width: float = 1.2,
    ) -> None:
        generator = Generator().manual_seed(7)
        self.w = 0.5 * torch.randn(pixels, latent_dim, generator=generator, dtype=torch.float64)
        self.b = torch.rand(pixels, generator=generator, dtype=torch.float64)
        self.deviation, self.shift, self.width = deviation, shift, width
        eye = torch.eye(latent_dim, dtype=torch.float64)
        self.covariance = torch.linalg.inv(eye + self.w.T @ self.w / deviation**2)
        self.largest_batch = 0

    def posterior_mean(self, x: Tensor) -> Tensor:
        residual = x.flatten(1).double() - self.b
        return residual @ self.w @ self.covariance / self.deviation**2

    def encode(self, x: Tensor) -> DiagonalGaussian:
        variance = self.covariance.diagonal()
        mu = self.posterior_mean(x) + self.shift * variance.sqrt()
        return DiagonalGaussian(mu, (self.width**2 * variance).log().expand_as(mu))

    def decode(self, z: Tensor) -> GaussianPixels:
        self.largest_batch = max(self.largest_batch, len(z))
        return GaussianPixels(z @ self.w.T + self.b, self.deviation)

    def log_evidence(self, x: Tensor) -> Tensor:
        noise = self.deviation**2 * torch.eye(len(self.b), dtype=torch.float64)
        exact = MultivariateNormal(self.b, self.w @ self.w.T + noise)
        return exact.log_prob(x.flatten(1).double())

    def images(self, count: int, seed: int = 0) -> Tensor:
        """x ~ p(x). [count, pixels]."""
        generator = Generator().manual_seed(seed)
        z = torch.randn(count, self.w.shape[1], generator=generator, dtype=torch.float64)
        noise = torch.randn(count, len(self.b), generator=generator, dtype=torch.float64)
        return z @ self.w.T + self.b + self.deviation * noise
