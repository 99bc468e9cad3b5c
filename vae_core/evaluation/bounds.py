"""The evidence lower bound of a set of images, whole or image by image, and reconstructions.

Everything here is a function of the model, the images and a seed: evaluation never draws from the
training loop's random stream, and the same call gives the same numbers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Generator, Tensor

from vae_core.evaluation.intervals import over_images
from vae_core.inference import estimator_b
from vae_core.models import VAE

Treatment = Literal["grey", "dynamic", "static"]

_LOOKED_AT = 1000  # images whose draws are repeated: their variance is known to 5 %


@dataclass(frozen=True)
class Bound:
    """Means over images, in nats per image: elbo = −(rate + distortion), higher is better.

    ``half_widths`` has the ± of each by name, over images (``intervals``); of one image there is
    none.
    """

    elbo: float
    rate: float
    distortion: float
    images: int
    half_widths: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, float]:
        """``elbo``, ``rate`` and ``distortion`` by name."""
        return {"elbo": self.elbo, "rate": self.rate, "distortion": self.distortion}


@dataclass(frozen=True)
class ImageBounds:
    """The bound of each image in nats: elbo, rate and distortion [N], rate_per_dim [N, J]."""

    elbo: Tensor
    rate: Tensor
    distortion: Tensor
    rate_per_dim: Tensor


def usual_treatment(recorded: str | None, *, binary: bool) -> Treatment:
    """The targets on which a model's numbers are computed: those it was trained on, else grey.

    Args:
        recorded: how its training treated images, if that is known.
        binary: whether the images to measure on are black and white.
    """
    if binary:
        return "static"
    return "dynamic" if recorded == "dynamic" else "grey"


@torch.inference_mode()
def evaluate_images(
    vae: VAE,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    samples: int = 1,
    seed: int = 0,
    batch_size: int = 1000,
) -> ImageBounds:
    """Estimator B for each image.

    Args:
        vae: the model.
        images: uint8 [N, C, H, W], or floats in [0, 1].
        treatment: ``dynamic`` evaluates a draw of Bernoulli(x/255), the others x/255 itself, which
            is ``static`` where the dataset was binarised once and for all.
        samples: L, latent samples per image.
        seed: of the draws.
        batch_size: images at once; changes speed, not meaning.
    """
    generator = Generator().manual_seed(seed)
    terms = [
        estimator_b(vae, x, samples, generator)
        for x in image_batches(images, treatment, generator, batch_size)
    ]
    rate = torch.cat([t.rate for t in terms])
    return ImageBounds(
        elbo=torch.cat([t.elbo for t in terms]),
        rate=rate.sum(1),
        distortion=torch.cat([t.distortion for t in terms]),
        rate_per_dim=rate,
    )


def evaluate(
    vae: VAE,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    samples: int = 1,
    seed: int = 0,
    batch_size: int = 1000,
) -> Bound:
    """The mean bound over images, in nats per image (arguments as in ``evaluate_images``)."""
    each = evaluate_images(
        vae, images, treatment=treatment, samples=samples, seed=seed, batch_size=batch_size
    )
    return mean_bound(each)


def mean_bound(each: ImageBounds) -> Bound:
    """The means of the bounds of images, and their ±."""
    # In float64: a mean of 60,000 float32 terms near −100 keeps its last printed digit.
    rate = each.rate.double().mean().item()
    distortion = each.distortion.double().mean().item()
    parts = {"elbo": each.elbo, "rate": each.rate, "distortion": each.distortion}
    found = {name: over_images(part) for name, part in parts.items()}
    half_widths = {name: each for name, each in found.items() if each is not None}
    return Bound(-(rate + distortion), rate, distortion, len(each.elbo), half_widths)


def draw_variance(
    vae: VAE,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    samples: int = 1,
    seed: int = 0,
) -> float:
    """How much an image's own elbo varies with the draws, in nats²; a mean over images.

    From two more draws of up to ``_LOOKED_AT`` images, evenly chosen; arguments as in
    ``evaluate_images``. ``intervals.over_draws`` makes the ± of a mean of it.
    """
    some = images[:: -(-len(images) // _LOOKED_AT)]
    first, second = (
        evaluate_images(vae, some, treatment=treatment, samples=samples, seed=seed + more).elbo
        for more in (1, 2)
    )
    return (first - second).double().square().mean().item() / 2


@torch.inference_mode()
def reconstruct(vae: VAE, images: Tensor, *, sample: bool = False, seed: int = 0) -> Tensor:
    """E[x|z] at the posterior mean of each image, or at one posterior sample.

    Args:
        images: uint8 [N, C, H, W].
        sample: decode z ~ q(z|x) instead of its mean.

    Returns:
        float [N, C, H, W] in [0, 1].
    """
    generator = Generator().manual_seed(seed)
    means = []
    for x in image_batches(images, "grey", generator, 1000):
        posterior = vae.encode(x)
        z = posterior.rsample(generator) if sample else posterior.mu
        means.append(vae.decode(z).mean)
    return torch.cat(means)


def image_batches(
    images: Tensor, treatment: Treatment, generator: Generator, batch_size: int
) -> Iterator[Tensor]:
    """Images as models see them: float [B, C, H, W], drawn if ``dynamic``.

    They come as uint8 [N, C, H, W], or as floats that lie in [0, 1] already.
    """
    for chunk in images.split(batch_size):
        x = chunk if chunk.is_floating_point() else chunk.float().div_(255)
        yield torch.bernoulli(x, generator=generator) if treatment == "dynamic" else x
