"""The variational autoencoder: p(z) p(x|z) and q(z|x) in one module."""

from torch import Generator, Tensor, nn

from vae_core.models.architecture import Architecture
from vae_core.models.initialisation import Initialisation, initialise
from vae_core.models.likelihoods import PixelLikelihood
from vae_core.models.networks import NETWORKS
from vae_core.models.posteriors import DiagonalGaussian


class VAE(nn.Module):
    """A VAE with prior N(0, I), a diagonal Gaussian posterior and a likelihood of choice.

    Example:
        >>> vae = VAE(Architecture(image_shape=(1, 28, 28), latent_dim=2))
        >>> vae.decode(vae.encode(x).rsample()).mean.shape == x.shape
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        network = NETWORKS[architecture.network]
        self.encoder = network.encoder(architecture)
        self.decoder = network.decoder(architecture)

    def initialise(self, scheme: Initialisation, generator: Generator) -> "VAE":
        """Draw all parameters anew (see ``vae_core.models.initialisation``); returns itself."""
        initialise(self, scheme, generator)
        return self

    def encode(self, x: Tensor) -> DiagonalGaussian:
        """q(z|x) for images x in [0, 1], float [B, C, H, W] → mu, logvar [B, J]."""
        mu, logvar = self.encoder(x)
        return DiagonalGaussian(mu, logvar)

    def decode(self, z: Tensor) -> PixelLikelihood:
        """p(x|z) for latents z [B, J] → a likelihood of images [B, C, H, W]."""
        return self.decoder.likelihood(z)
