"""The variational autoencoder: p(z) p(x|z) and q(z|x) in one module."""

from torch import Generator, Tensor

from vae_core.models.architecture import Architecture
from vae_core.models.encoder_decoder import EncoderDecoder
from vae_core.models.posteriors import Posterior
from vae_core.models.priors import sample_standard_normal


class VAE(EncoderDecoder):
    """A VAE with prior N(0, I), a posterior and a likelihood of choice.

    Example:
        >>> vae = VAE(Architecture(image_shape=(1, 28, 28), latent_dim=2))
        >>> vae.decode(vae.encode(x).rsample()).mean.shape == x.shape
    """

    name = "vae"
    label = "a variational autoencoder"
    document = Architecture

    def encode(self, x: Tensor) -> Posterior:
        """q(z|x) for images x in [0, 1], float [B, C, H, W] → [B, J]."""
        return self.posterior(x)

    def sample_latents(self, count: int, generator: Generator) -> Tensor:
        """z ~ N(0, I). [count, J]."""
        return sample_standard_normal(count, self.architecture.latent_dim, generator)
