"""A Gaussian with a variance per pixel: a density, so its bounds may well be positive."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Generator, Tensor

from vae_core.models.likelihoods.base import Extent, InformationTerm, NamedLikelihood
from vae_core.models.operations import Operations
from vae_core.models.posteriors import HALF_LOG_TWO_PI

# Where pixels are constant (the border of MNIST) the likelihood grows without limit as the variance
# shrinks; e⁻¹⁰ is a standard deviation of 1.7 of 255 grey levels.
PIXEL_LOGVAR_RANGE = (-10.0, 10.0)


@dataclass(frozen=True)
class Gaussian(NamedLikelihood):
    """Independent Gaussian pixels whose mean lies in (0, 1) (appendix C.2; the paper's Frey Faces).

    Attributes:
        mean_logits: a with E[x|z] = sigmoid(a). [B, C, H, W].
        logvar: log variances: [B, C, H, W], or [] where all pixels share one.
    """

    name: ClassVar[str] = "gaussian"
    label: ClassVar[str] = "Gaussian, a variance per pixel"
    order: ClassVar[int] = 3
    heads: ClassVar[Mapping[str, Extent]] = {"logvar": "pixels"}

    mean_logits: Tensor
    logvar: Tensor

    @classmethod
    def from_outputs(
        cls, logits: Tensor, heads: Mapping[str, Tensor], settings: Mapping[str, float]
    ) -> Self:
        """With the log variances that the decoder gives, kept within their range."""
        return cls(logits, heads["logvar"].clamp(*PIXEL_LOGVAR_RANGE))

    @classmethod
    def write_mean(cls, graph: Operations, logits: str, name: str) -> str:
        """E[x|z] = sigmoid(a)."""
        return graph.add("Sigmoid", logits, name=name)

    @property
    def mean(self) -> Tensor:
        """E[x|z], in (0, 1). [B, C, H, W]."""
        return torch.sigmoid(self.mean_logits)

    @property
    def deviation(self) -> Tensor:
        """σ of each pixel, also where all share one. [B, C, H, W]."""
        return torch.exp(0.5 * self.logvar).expand_as(self.mean_logits)

    def log_prob_per_pixel(self, x: Tensor) -> Tensor:
        """log N(x; mean, exp(logvar)) of each pixel in nats. [B, C, H, W]."""
        squared = (x - self.mean) ** 2
        return -HALF_LOG_TWO_PI - 0.5 * (self.logvar + squared * torch.exp(-self.logvar))

    def distribution(self, x: Tensor) -> Tensor:
        """Φ((x − mean)/σ). [B, C, H, W]."""
        return torch.special.ndtr((x - self.mean) * torch.exp(-0.5 * self.logvar))

    def sample(self, generator: Generator | None = None) -> Tensor:
        """x ~ p(x|z); may leave [0, 1]. [B, C, H, W]."""
        noise = torch.empty_like(self.mean_logits).normal_(generator=generator)
        return self.mean + torch.exp(0.5 * self.logvar) * noise

    def information(self) -> list[InformationTerm]:
        """dm²/s² + ½ dl², m the mean and l = log s²; the second only where l depends on z."""
        mean, logvar = self.mean, self.logvar.expand_as(self.mean)
        terms = [(mean, mean, torch.exp(-logvar))]
        if self.logvar.dim():
            terms.append((logvar, logvar, torch.full_like(logvar, 0.5)))
        return terms
