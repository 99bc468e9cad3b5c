"""A mixture of Gaussians on pixels: it samples and has a density, and that is all."""

import math
from collections.abc import Mapping
from typing import Annotated

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Generator, Tensor, nn

from vae_core.models.initialisation import Initialisation
from vae_core.models.model import Model


class MixtureArchitecture(BaseModel):
    """Its size."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_shape: tuple[int, int, int]
    components: Annotated[int, Field(ge=1, le=100)]


class Mixture(Model):
    """p(x) = Σ_k w_k N(x; mean_k, scale_k²), one scale for all pixels of a component."""

    name = "mixture"
    label = "a mixture of Gaussians"
    document = MixtureArchitecture
    architecture: MixtureArchitecture

    def __init__(self, architecture: MixtureArchitecture) -> None:
        super().__init__(architecture)
        components = architecture.components
        self.logits = nn.Parameter(torch.zeros(components))
        self.means = nn.Parameter(torch.zeros(components, math.prod(architecture.image_shape)))
        self.log_scales = nn.Parameter(torch.zeros(components))

    @classmethod
    def density(cls, settings: Mapping[str, object]) -> str | None:
        """Of grey levels."""
        return "Gaussian mixture"

    def initialise(self, scheme: Initialisation, generator: Generator) -> "Mixture":
        """Means anywhere between black and white."""
        with torch.no_grad():
            self.means.uniform_(0, 1, generator=generator)
        return self

    def joint(self, x: Tensor) -> Tensor:
        """log p(x, k). [B, C, H, W] → [B, K]."""
        apart = (x.flatten(1)[:, None] - self.means) / self.log_scales.exp()[:, None]
        constant = self.log_scales + 0.5 * math.log(2 * math.pi)
        normal = (-0.5 * apart**2).sum(2) - self.means.shape[1] * constant
        return self.logits.log_softmax(0) + normal

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x). [B, C, H, W] → [B]."""
        return self.joint(x).logsumexp(1)

    def sample_images(self, count: int, generator: Generator) -> Tensor:
        """x ~ p(x). [count, C, H, W]."""
        k = self.logits.softmax(0).multinomial(count, replacement=True, generator=generator)
        noise = torch.randn(count, self.means.shape[1], generator=generator)
        x = self.means[k] + self.log_scales[k].exp()[:, None] * noise
        return x.unflatten(1, self.image_shape)
