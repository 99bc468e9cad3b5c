"""The variational autoencoder: p(z) p(x|z) and q(z|x) in one module."""

from collections.abc import Mapping

from torch import Generator, Tensor

from vae_core.models.architecture import Architecture
from vae_core.models.initialisation import Initialisation, initialise
from vae_core.models.likelihoods import LIKELIHOODS, Nats, PixelLikelihood
from vae_core.models.model import Model
from vae_core.models.networks import NETWORKS
from vae_core.models.posteriors import POSTERIORS, Posterior
from vae_core.models.priors import sample_standard_normal


class VAE(Model):
    """A VAE with prior N(0, I), a posterior and a likelihood of choice.

    Example:
        >>> vae = VAE(Architecture(image_shape=(1, 28, 28), latent_dim=2))
        >>> vae.decode(vae.encode(x).rsample()).mean.shape == x.shape
    """

    name = "vae"
    label = "a variational autoencoder"
    document = Architecture
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

    def initialise(self, scheme: Initialisation, generator: Generator) -> "VAE":
        """Draw all parameters anew (see ``vae_core.models.initialisation``); returns itself."""
        initialise(self, scheme, generator)
        return self

    def encode(self, x: Tensor) -> Posterior:
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

    def sample_images(self, count: int, generator: Generator) -> Tensor:
        """E[x|z] of z ~ p(z), or x ~ p(x|z) where there is no mean image. [count, C, H, W]."""
        z = sample_standard_normal(count, self.architecture.latent_dim, generator)
        likelihood = self.decode(z)
        return likelihood.mean if self.has_mean_image else likelihood.sample(generator)
