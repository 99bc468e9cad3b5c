"""The variational autoencoder: p(z) p(x|z) and q(z|x) in one module."""

import math
from collections.abc import Mapping

import torch
from torch import Generator, Tensor
from torch.nn import functional

from vae_core.models.architecture import Architecture
from vae_core.models.initialisation import Initialisation, initialise
from vae_core.models.likelihoods import (
    PIXEL_LOGVAR_RANGE,
    Bernoulli,
    ContinuousBernoulli,
    Gaussian,
    PixelLikelihood,
)
from vae_core.models.model import Model
from vae_core.models.networks import Decoder, Encoder
from vae_core.models.posteriors import DiagonalGaussian
from vae_core.models.priors import sample_standard_normal

# The shared scale of sigma-VAE (Rybkin et al. 2021) bends smoothly before it falls under e⁻⁶.
_SMALLEST_LOG_SCALE = -6.0


class VAE(Model):
    """A VAE with prior N(0, I), a diagonal Gaussian posterior and a likelihood of choice.

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
        self.encoder = Encoder(architecture)
        self.decoder = Decoder(architecture)

    @classmethod
    def density(cls, settings: Mapping[str, object]) -> str | None:
        """The likelihood, where it is one of grey levels and not of black and white."""
        likelihood = str(settings["likelihood"])
        return None if likelihood == "bernoulli" else likelihood

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
        decoder, kind = self.decoder, self.architecture.likelihood
        features = decoder(z)
        logits = decoder.image(decoder.output, features)
        if kind == "bernoulli":
            return Bernoulli(logits)
        if kind == "continuous-bernoulli":
            return ContinuousBernoulli(logits)
        if kind == "gaussian":
            logvar = decoder.image(decoder.logvar, features)
            return Gaussian(logits, logvar.clamp(*PIXEL_LOGVAR_RANGE))
        if kind == "gaussian-shared":
            return Gaussian(logits, 2 * self._log_scale())
        return Gaussian(logits, torch.tensor(2 * math.log(self.architecture.scale)))

    def sample_images(self, count: int, generator: Generator) -> Tensor:
        """E[x|z] of z ~ p(z). [count, C, H, W]."""
        z = sample_standard_normal(count, self.architecture.latent_dim, generator)
        return self.decode(z).mean

    def _log_scale(self) -> Tensor:
        above = self.decoder.log_scale - _SMALLEST_LOG_SCALE
        return _SMALLEST_LOG_SCALE + functional.softplus(above)
