"""Where in an image its distortion is: what each pixel costs, over the same draws as its bound."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.evaluation.bounds import ImageBounds
from vae_core.evaluation.draws import Stream
from vae_core.evaluation.parts import bounds_of
from vae_core.inference import rate_at
from vae_core.models import VAE


@dataclass(frozen=True, eq=False)
class PixelCosts:
    """Of n images of a split.

    Attributes:
        x: the images as the model was given them, float [n, C, H, W].
        costs: −log p(x_i|z) of each pixel in nats, its channels together, a mean over the draws of
            z: they add up to the distortion. float64 [n, H, W].
        bounds: of each image, as the measurement of the whole split finds them.
        draw_variance: how much each image's elbo varies with the draws of z, as in ``parts`` [n].
    """

    x: Tensor
    costs: Tensor
    bounds: ImageBounds
    draw_variance: Tensor


@torch.inference_mode()
def pixel_costs(vae: VAE, images: Tensor, places: Tensor, stream: Stream) -> PixelCosts:
    """What each pixel costs of some images of a split.

    Args:
        vae: the model.
        images: those alone, uint8 [n, C, H, W].
        places: where in the split they stand, int64 [n].
        stream: the draws of the measurement whose distortion the costs add up to.
    """
    x, noises = stream.drawn(images, places)
    posterior = vae.encode(x)
    log_p = torch.empty(stream.samples, len(x), dtype=torch.float64)
    costs = torch.zeros(len(x), *x.shape[2:], dtype=torch.float64)
    rates: list[Tensor] = []
    for draw, noise in enumerate(noises):
        z = posterior.at(noise)
        rates.append(rate_at(posterior, z))
        each = vae.decode(z).log_prob_per_pixel(x).double()
        log_p[draw] = each.flatten(1).sum(1)
        costs -= each.sum(1) / stream.samples
    return PixelCosts(x, costs, *bounds_of(log_p, rates))
