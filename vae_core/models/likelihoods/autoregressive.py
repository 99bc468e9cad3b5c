"""p(x|z) of a decoder that reads the pixels before each pixel, as well as z.

    log p(x|z) = Σ_i log p(x_i | x_<i, z),    pixels in the order of reading

Told the image, all terms come from one pass; a sample is drawn pixel by pixel. E[x|z] is a mean
over all such draws, which nothing here knows: **there is no mean image**, and what a decoder says
of each pixel when it is told the true ones before it (``given``) is no picture of z alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Generator, Tensor

from vae_core.errors import AtlasError
from vae_core.models.likelihoods.base import InformationTerm, PixelLikelihood

_NO_MEAN = (
    "An autoregressive decoder has no mean image: it draws each pixel after those before it. Look "
    "at samples of it instead."
)


class NoMeanImage(AtlasError):
    """What was asked for needs E[x|z], and this decoder has none."""


@dataclass(frozen=True)
class Autoregressive(PixelLikelihood):
    """p(x|z) for a batch of z, one pixel after the other.

    Attributes:
        given: p(x_i | x_<i, z) of every pixel, told images [B, C, H, W] (or one for all z).
        draw: x ~ p(x|z), pixel by pixel. [B, C, H, W].
    """

    given: Callable[[Tensor], PixelLikelihood]
    draw: Callable[[Generator | None], Tensor]

    @property
    def mean(self) -> Tensor:
        """Raises NoMeanImage."""
        raise NoMeanImage(_NO_MEAN)

    @property
    def deviation(self) -> Tensor:
        """Raises NoMeanImage."""
        raise NoMeanImage(_NO_MEAN)

    def log_prob_per_pixel(self, x: Tensor) -> Tensor:
        """log p(x_i | x_<i, z) of each pixel in nats. [B, C, H, W]."""
        return self.given(x).log_prob_per_pixel(x)

    def total_log_prob(self, x: Tensor) -> Tensor:
        """log p(x|z) in nats, summed over pixels and images. []."""
        return self.given(x).total_log_prob(x)

    def distribution(self, x: Tensor) -> Tensor | None:
        """P(X_i ≤ x_i | x_<i, z) of each pixel. [B, C, H, W]."""
        return self.given(x).distribution(x)

    def sample(self, generator: Generator | None = None) -> Tensor:
        """x ~ p(x|z). [B, C, H, W]."""
        return self.draw(generator)

    def information(self) -> list[InformationTerm]:
        """Raises NoMeanImage: what z tells is told through the pixels before, too."""
        raise NoMeanImage(_NO_MEAN)
