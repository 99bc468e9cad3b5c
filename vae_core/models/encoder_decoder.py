"""What VAEs share whatever their prior: two networks, and pictures made of draws of z."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Self

from torch import Generator, Tensor

from vae_core.models.architecture import Architecture
from vae_core.models.initialisation import Initialisation, initialise
from vae_core.models.likelihoods import LIKELIHOODS, Nats, PixelLikelihood
from vae_core.models.model import Model
from vae_core.models.networks import NETWORKS
from vae_core.models.posteriors import POSTERIORS, Posterior


class EncoderDecoder(Model):
    """q(z|x) and p(x|z); a kind says p(z)."""

    architecture: Architecture

    def __init__(self, architecture: Architecture) -> None:
        super().__init__(architecture)
        network = NETWORKS[architecture.network]
        self.encoder = network.encoder(architecture)
        self.decoder = network.decoder(architecture)

    @classmethod
    def density(cls, settings: Mapping[str, object]) -> str | None:
        """The likelihood, where it is one of grey levels and not of black and white."""
        likelihood = LIKELIHOODS[str(settings["likelihood"])]
        return None if likelihood.nats == "probability" else likelihood.name

    @classmethod
    def nats(cls, settings: Mapping[str, object]) -> Nats:
        """The likelihood's."""
        return LIKELIHOODS[str(settings["likelihood"])].nats

    def initialise(self, scheme: Initialisation, generator: Generator) -> Self:
        """Draw all parameters anew (see ``vae_core.models.initialisation``); returns itself."""
        initialise(self, scheme, generator)
        self.decoder.initialise_own()
        return self

    def posterior(self, x: Tensor) -> Posterior:
        """q(z|x) for images x in [0, 1], float [B, C, H, W] → [B, J]."""
        mu, logvar, heads = self.encoder(x)
        return POSTERIORS[self.architecture.posterior].from_outputs(mu, logvar, heads)

    def decode(self, z: Tensor) -> PixelLikelihood:
        """p(x|z) for latents z [B, J] → a likelihood of images [B, C, H, W]."""
        return self.decoder.likelihood(z)

    @property
    def has_mean_image(self) -> bool:
        """Whether p(x|z) has a known E[x|z]: an autoregressive decoder's has samples only."""
        return self.decoder.has_mean

    @abstractmethod
    def sample_latents(self, count: int, generator: Generator) -> Tensor:
        """z ~ p(z). [count, J]."""

    def sample_images(self, count: int, generator: Generator) -> Tensor:
        """E[x|z] of z ~ p(z), or x ~ p(x|z) where there is no mean image. [count, C, H, W]."""
        likelihood = self.decode(self.sample_latents(count, generator))
        return likelihood.mean if self.has_mean_image else likelihood.sample(generator)
