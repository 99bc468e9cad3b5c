"""What a model can do, whatever it is: pages and commands ask this and not for a class.

A VAE does all but the last; a mixture or a flow samples and has a density; a GAN samples.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import Generator, Tensor

from vae_core.models.likelihoods import PixelLikelihood
from vae_core.models.model import Model
from vae_core.models.posteriors import Posterior


@runtime_checkable
class Encodes(Protocol):
    """Gives images a place in a latent space."""

    def encode(self, x: Tensor) -> Posterior:
        """q(z|x) for images x in [0, 1], float [B, C, H, W] → [B, J]."""
        ...


@runtime_checkable
class Decodes(Protocol):
    """Makes images of places in a latent space."""

    def decode(self, z: Tensor) -> PixelLikelihood:
        """p(x|z) for latents z [B, J] → a likelihood of images [B, C, H, W]."""
        ...


@runtime_checkable
class ShowsMeans(Decodes, Protocol):
    """Knows the mean image E[x|z] of a place: ``has_mean_image`` of a model may say otherwise."""


@runtime_checkable
class Generates(Protocol):
    """Makes one image of a place in a latent space, without a p(x|z) around it."""

    def generate(self, z: Tensor) -> Tensor:
        """Latents z [B, J] → images in [0, 1], [B, C, H, W]."""
        ...

    def sample_latents(self, count: int, generator: Generator) -> Tensor:
        """Places as they were drawn while it learned. [count, J]."""
        ...


@runtime_checkable
class Inverts(Generates, Protocol):
    """Makes every image of exactly one place, which it can tell: nothing of an image is lost."""

    def code(self, x: Tensor) -> Tensor:
        """The z that images x in (0, 1), [B, C, H, W], are made of. [B, D], one for each value."""
        ...


@runtime_checkable
class DrawsLatents(Decodes, Protocol):
    """Samples in two steps: z ~ p(z), and then an image of it."""

    def sample_latents(self, count: int, generator: Generator) -> Tensor:
        """z ~ p(z). [count, J]."""
        ...


@runtime_checkable
class Samples(Protocol):
    """Makes images of nothing but chance."""

    def sample_images(self, count: int, generator: Generator) -> Tensor:
        """Images in [0, 1] as the model has them. [count, C, H, W]."""
        ...


@runtime_checkable
class Bounds(Encodes, Decodes, Protocol):
    """Bounds log p(x) from below: whatever encodes and decodes does."""


@dataclass(frozen=True, eq=False)
class DrawnBound:
    """−L in two parts for each image, in nats, of one draw of z; gradients pass.

    Attributes:
        z: the draws. [B, J].
        rate: log q(z|x) − log p(z), whose mean over draws is the KL. [B].
        distortion: −log p(x|z). [B].
    """

    z: Tensor
    rate: Tensor
    distortion: Tensor


@runtime_checkable
class DrawsBound(Protocol):
    """Bounds log p(x) with a prior of its own, under which no rate has a closed form."""

    def draw_bound(self, x: Tensor, generator: Generator) -> DrawnBound:
        """Of images x in [0, 1], float [B, C, H, W]."""
        ...


@runtime_checkable
class HasDensity(Protocol):
    """Knows log p(x) itself."""

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) in nats for images x in [0, 1], float [B, C, H, W] → [B]."""
        ...


@runtime_checkable
class Dequantises(Protocol):
    """Its density is of 8-bit images whose levels noise has spread, and of those alone."""

    def dequantised(self, x: Tensor, generator: Generator) -> Tensor:
        """(v + u)/256 of images with levels v/255. float [B, C, H, W] → the same."""
        ...


# How a sentence says what is missing.
_LACKS: dict[type, str] = {
    Encodes: "it gives images no place in a latent space",
    Decodes: "it has no p(x|z) of a place in a latent space",
    ShowsMeans: "it has no mean image of a place in its latent space",
    Generates: "it makes no one image of a place in a latent space",
    Bounds: "it has no bound on the log p(x) of an image",
    Inverts: "it knows no one place in a latent space that an image is made of",
    DrawsLatents: "it does not draw a z and then an image from p(x|z)",
    DrawsBound: "it has no prior of its own to bound log p(x) with",
    Samples: "it makes no images",
    HasDensity: "it does not know log p(x) itself",
    Dequantises: "its density is not of levels that noise has spread",
}

# Of a model that inverts: it has no q(z|x), for want of anything to be unsure of.
_EXACT = (
    "each image has exactly one z in it, of as many numbers as the image, and comes back from that "
    "as it was"
)
NO_MEAN_IMAGE = (
    "its decoder draws each pixel after those before it, and has samples but no mean image"
)


def inability(of: type[Model] | Model, *needed: type) -> str | None:
    """Why a model cannot do what needs these abilities, as a clause; None if it can.

    Of a kind it is why none of that kind can.
    """
    kind = of if isinstance(of, type) else type(of)
    for ability in needed:
        if not issubclass(kind, ability):
            exact = issubclass(kind, Inverts) and ability in (Encodes, Bounds)
            usual = _EXACT if exact else _LACKS[ability]
            return f"this is {kind.label}, and {kind.lacks.get(ability.__name__, usual)}"
    if ShowsMeans in needed and not isinstance(of, type):
        return None if getattr(of, "has_mean_image", True) else NO_MEAN_IMAGE
    return None
