"""The bound of every image of a split, some at a time: first numbers at once, the rest as it comes.

The same draws as in ``evaluate_images`` and the same numbers, so all parts together are what that
gives. The spread of an image's own samples of z tells what other draws would change, for nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import ImageBounds, Treatment, image_batches
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.models import VAE, DiagonalGaussian


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
    treatment: Treatment = "grey",
    samples: int = 1,
    seed: int = 0,
    batch_size: int = 1000,
    watch: Watch | None = None,
) -> Iterator[Part]:
    """Estimator B for each image, ``batch_size`` of them at a time.

    Arguments as in ``evaluate_images``; ``watch`` is told of each part and asked before the next.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    generator = Generator().manual_seed(seed)
    batches = image_batches(images, treatment, generator, batch_size)
    for start in range(0, len(images), batch_size):
        if watch.cancelled():
            raise Cancelled
        part = _part(vae, next(batches), start, samples, generator)
        watch.progress((start + len(part.draw_variance)) / len(images))
        yield part


# Not around the generator above: who reads it would be in this mode between its parts.
@torch.inference_mode()
def _part(vae: VAE, x: Tensor, start: int, samples: int, generator: Generator) -> Part:
    posterior = vae.encode(x)
    # One after the other, as in estimator B: the draws are the same then, and memory is small.
    each = [vae.decode(posterior.rsample(generator)).log_prob(x) for _ in range(samples)]
    return Part(start, *bounds_of(posterior, torch.stack(each).double()), posterior.mu)


def bounds_of(posterior: DiagonalGaussian, log_p: Tensor) -> tuple[ImageBounds, Tensor]:
    """The bounds of images of log p(x|z) at L samples of each one's z, float64 [L, n].

    Beside them how much each one's elbo varies with the draws, in nats² [n]; NaN from one sample.
    """
    samples = len(log_p)
    rate = posterior.kl()
    distortion = -log_p.mean(0).float()
    total = rate.sum(1)
    variance = log_p.var(0) / samples if samples > 1 else torch.full_like(log_p[0], torch.nan)
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
