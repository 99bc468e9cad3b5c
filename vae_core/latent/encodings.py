"""Where images land in the latent space."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.models import VAE, DiagonalGaussian


@dataclass(frozen=True)
class Encodings:
    """The posteriors of N images: mu and logvar, each [N, J]; of each z_j by itself."""

    mu: Tensor
    logvar: Tensor

    def rate_per_dim(self) -> Tensor:
        """Mean KL of each dimension to the prior, in nats. [J]."""
        return DiagonalGaussian(self.mu, self.logvar).kl().mean(0)

    def active_axes(self) -> list[int]:
        """Dimensions by how much they say about the images (mean KL), most first."""
        return [int(axis) for axis in self.rate_per_dim().argsort(descending=True, stable=True)]


@torch.inference_mode()
def encode_images(vae: VAE, images: Tensor, batch_size: int = 2000) -> Encodings:
    """q(z|x) of each image. uint8 [N, C, H, W] → [N, J]."""
    posteriors = [vae.encode(chunk.float().div_(255)) for chunk in images.split(batch_size)]
    return Encodings(
        mu=torch.cat([p.mu for p in posteriors]),
        logvar=torch.cat([p.marginal_logvar for p in posteriors]),
    )
