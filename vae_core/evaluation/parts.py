"""The bound of every image of a split, some at a time: first numbers at once, the rest as it comes.

The same draws as in ``evaluate_images`` and the same numbers, so all parts together are what that
gives. The spread of an image's own samples of z tells what other draws would change, for nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Unpack

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import Draws, ImageBounds, image_batches
from vae_core.evaluation.draws import Stream
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.inference import rate_at
from vae_core.models import VAE


@dataclass(frozen=True, eq=False)
class Part:
    """The bounds of some images that stand beside each other.

    Attributes:
        start: the index of the first.
        bounds: of each, in nats.
        draw_variance: how much each image's own elbo varies with the draws of z, in nats² [n]; NaN
            from one sample. Of ``dynamic`` images it holds for the pixels that were drawn.
        mu: the posterior mean of each [n, J].
    """

    start: int
    bounds: ImageBounds
    draw_variance: Tensor
    mu: Tensor


def bounds_in_parts(
    vae: VAE,
    images: Tensor,
    *,
    watch: Watch | None = None,
    **draws: Unpack[Draws],
) -> Iterator[Part]:
    """Estimator B for each image, ``batch_size`` of them at a time.

    Arguments as in ``evaluate_images``; ``watch`` is told of each part and asked before the next.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    stream = Stream(len(images), vae.architecture.latent_dim, **draws)
    generator = Generator().manual_seed(stream.seed)
    batches = image_batches(images, stream.treatment, generator, stream.batch_size)
    for start in range(0, len(images), stream.batch_size):
        if watch.cancelled():
            raise Cancelled
        part = _part(vae, next(batches), start, stream.samples, generator)
        watch.progress((start + len(part.draw_variance)) / len(images))
        yield part


# Not around the generator above: who reads it would be in this mode between its parts.
@torch.inference_mode()
def _part(vae: VAE, x: Tensor, start: int, samples: int, generator: Generator) -> Part:
    posterior = vae.encode(x)
    # One after the other, as in estimator B: the draws are the same then, and memory is small.
    each, rates = [], []
    for _ in range(samples):
        z = posterior.rsample(generator)
        each.append(vae.decode(z).log_prob(x))
        rates.append(rate_at(posterior, z))
    return Part(start, *bounds_of(torch.stack(each).double(), rates), posterior.mu)


def bounds_of(log_p: Tensor, rates: Sequence[Tensor]) -> tuple[ImageBounds, Tensor]:
    """The bounds of images of log p(x|z) at L samples of each one's z, float64 [L, n].

    ``rates`` are those at each of the samples (``rate_at``), [n, J]: all alike in closed form.
    Beside the bounds how much each one's elbo varies with the draws, in nats² [n]; NaN from one
    sample.
    """
    samples = len(log_p)
    # The mean of equal numbers is not always that number.
    alike = all(torch.equal(each, rates[0]) for each in rates)
    rate = rates[0] if alike else torch.stack(list(rates)).mean(0)
    distortion = -log_p.mean(0).float()
    total = rate.sum(1)
    each = log_p if alike else log_p - torch.stack([every.sum(1) for every in rates]).double()
    variance = each.var(0) / samples if samples > 1 else torch.full_like(log_p[0], torch.nan)
    return ImageBounds(-(total + distortion), total, distortion, rate), variance.float()


def joined(parts: Sequence[Part]) -> ImageBounds:
    """The bounds of all images of parts that follow each other."""
    each = [part.bounds for part in parts]
    return ImageBounds(
        elbo=torch.cat([bounds.elbo for bounds in each]),
        rate=torch.cat([bounds.rate for bounds in each]),
        distortion=torch.cat([bounds.distortion for bounds in each]),
        rate_per_dim=torch.cat([bounds.rate_per_dim for bounds in each]),
    )
