"""log p(x) held between two bounds, on images that the model has made itself.

What holds there of AIS (``inference.bidirectional``) is the best there is to know of it: on real
images nobody has an exact draw of the posterior to walk back from.
"""

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.intervals import over_images
from vae_core.inference.bidirectional import Start, bidirectional_annealing
from vae_core.inference.decoding import rows_at_once
from vae_core.models import VAE, sample_standard_normal


@dataclass(frozen=True, eq=False)
class Simulated:
    """Images that a model has made, and what of.

    Attributes:
        x: draws of p(x|z), as the likelihood has them [N, C, H, W].
        z: draws of p(z) [N, J].
    """

    x: Tensor
    z: Tensor


@dataclass(frozen=True, eq=False)
class Bracketed:
    """Bounds of log p(x) of N simulated images, in nats; float64 [N].

    Attributes:
        lower: AIS, in the mean below log p(x).
        upper: the chains that walk back, in the mean above it.
    """

    lower: Tensor
    upper: Tensor

    @property
    def width(self) -> float:
        """The mean of upper − lower: what AIS may be wrong by in the mean."""
        return (self.upper - self.lower).mean().item()

    @property
    def width_error(self) -> float:
        """Of ``width``, over images, which holds the chance of draws as well. NaN of one image."""
        return _error(self.upper - self.lower)

    @property
    def half_width(self) -> float | None:
        """± of ``width``, in 95 of 100 cases. None of one image."""
        return over_images(self.upper - self.lower)

    @property
    def means(self) -> tuple[float, float]:
        """Of lower and upper, in nats per image."""
        return self.lower.mean().item(), self.upper.mean().item()

    @property
    def errors(self) -> tuple[float, float]:
        """Of the two means, over images."""
        return _error(self.lower), _error(self.upper)


@torch.no_grad()
def simulated(vae: VAE, count: int, seed: int = 0) -> Simulated:
    """Draw z ~ p(z), x ~ p(x|z)."""
    generator = Generator().manual_seed(seed)
    z = sample_standard_normal(count, vae.architecture.latent_dim, generator)
    return Simulated(vae.decode(z).sample(generator), z)


def bracket(
    vae: VAE,
    made: Simulated,
    *,
    chains: int = 16,
    temperatures: int = 100,
    start: Start = "prior",
    seed: int = 0,
    watch: Watch | None = None,
) -> Bracketed:
    """AIS forth from a start and back from the exact draw, of each image that the model made.

    Args:
        vae: the model that made them.
        made: the images, and what each was made of.
        chains, temperatures: as in ``by_annealing``.
        start: the prior, or q(z|x).
        seed: of the chains.
        watch: to follow or stop the work.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    generator = Generator().manual_seed(seed)
    size = max(1, rows_at_once(made.x) // chains)
    lower, upper, done = [], [], 0
    for x, z in zip(made.x.split(size), made.z.split(size), strict=True):

        def report(part: float, before: int = done, images: int = len(x)) -> None:
            if watch.cancelled():
                raise Cancelled
            watch.progress((before + part * images) / len(made.x))

        found = bidirectional_annealing(
            vae,
            x,
            z,
            generator,
            chains=chains,
            temperatures=temperatures,
            start=start,
            on_step=report,
        )
        lower.append(found.lower.log_p)
        upper.append(found.upper)
        done += len(x)
    return Bracketed(torch.cat(lower), torch.cat(upper))


def _error(values: Tensor) -> float:
    return math.nan if len(values) == 1 else values.std().item() / math.sqrt(len(values))
