"""What all likelihoods p(x|z) share: pixels are independent given z, so log-likelihoods add up."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Literal, Self, TypeAlias

from torch import Generator, Tensor, stack

from vae_core.errors import AtlasError
from vae_core.models.operations import Operations

# What the nats of a likelihood are of; those of different sorts never share a scale. A probability
# of black and white (grey levels are weights of both), one of each of 256 levels, or a density.
Nats = Literal["probability", "levels", "density"]

# What a head of the decoder gives: a number for each pixel, or one parameter for all of them.
Extent = Literal["pixels", "scalar"]

# What sets the variance of a pixel under p(x|z): a number chosen before training, one that is
# learned for all pixels, the mean m alone (m (1 − m)), or more than that.
Spread = Literal["chosen", "learned", "mean", "free"]

# A pixel that is certain has no derivative either: what is weighted by 1/Var x must stay a number.
_LEAST_DEVIATION = 1e-6

# Σ over pixels of w · du · dv: two functions of z to differentiate, and a weight. [B, C, H, W].
InformationTerm: TypeAlias = tuple[Tensor, Tensor, Tensor]


class PixelLikelihood(ABC):
    """p(x|z) for a batch of z, factorised over pixels."""

    @property
    @abstractmethod
    def mean(self) -> Tensor:
        """E[x|z], what a picture of the decoder shows. [B, C, H, W]."""

    @property
    @abstractmethod
    def deviation(self) -> Tensor:
        """The standard deviation of each pixel under p(x|z). [B, C, H, W]."""

    @abstractmethod
    def log_prob_per_pixel(self, x: Tensor) -> Tensor:
        """log p(x_i|z) of each pixel in nats. [B, C, H, W]."""

    @abstractmethod
    def sample(self, generator: Generator | None = None) -> Tensor:
        """x ~ p(x|z). [B, C, H, W]."""

    def distribution(self, x: Tensor) -> Tensor | None:
        """P(X_i ≤ x_i|z) of each pixel; None where it is not a distribution of grey levels.

        [B, C, H, W].
        """
        return None

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x|z) in nats, summed over pixels. [B]."""
        return self.log_prob_per_pixel(x).flatten(1).sum(1)

    def log_prob_table(self, x: Tensor) -> Tensor:
        """log p(x_b|z_c) of every image at every z, in nats. [B, C, H, W] → [Z, B]."""
        return stack([self.log_prob(image.unsqueeze(0)) for image in x], 1)

    def total_log_prob(self, x: Tensor) -> Tensor:
        """log p(x|z) in nats, summed over pixels *and images*, for the training loop. []."""
        return self.log_prob_per_pixel(x).sum()

    def information(self) -> list[InformationTerm]:
        """The terms that the Fisher information of p(x|z) about z is the sum of.

        By default dm²/Var x, what the mean tells: all there is where p is an exponential family in
        one parameter, and a lower bound elsewhere (Cramér–Rao).
        """
        mean = self.mean
        return [(mean, mean, self.deviation.clamp_min(_LEAST_DEVIATION) ** -2)]


class NamedLikelihood(PixelLikelihood):
    """A likelihood that an architecture can name: one class, in one file of this folder.

    Attributes:
        name: what files, command line and addresses call it.
        label: what people read, in the middle of a sentence.
        order: its place in lists.
        nats: what its nats are of; those of a density alone may be above zero.
        heads: what the decoder makes besides the logits of the mean, by name: an image, or a single
            learned parameter. They say how wide p(x|z) is about its mean, never where it is: who
            only looks at means does without them.
        solved: heads, of one parameter each, for which ``best_head`` is known in closed form; who
            learns steps there and leaves them out of the gradient's steps.
        settings: fields of the architecture that it alone has a use for.
        spread: what sets the variance of a pixel; of that depends which dimensions are foretold to
            collapse.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]
    nats: ClassVar[Nats] = "density"
    heads: ClassVar[Mapping[str, Extent]] = {}
    solved: ClassVar[frozenset[str]] = frozenset()
    settings: ClassVar[frozenset[str]] = frozenset()
    spread: ClassVar[Spread] = "free"

    @classmethod
    def best_head(cls, name: str, value: Tensor, slope: Tensor, numbers: int) -> Tensor:
        """Where a head of ``solved`` makes the images likeliest that ``slope`` is of. [].

        Args:
            name: which head.
            value: what it is now [].
            slope: the derivative of −log p(x|z) by it, a mean over images, there [].
            numbers: in an image: C · H · W.
        """
        raise NotImplementedError(name)

    @classmethod
    @abstractmethod
    def from_outputs(
        cls, logits: Tensor, heads: Mapping[str, Tensor], settings: Mapping[str, float]
    ) -> Self:
        """p(x|z) from what the decoder makes of z.

        Args:
            logits: of the mean. [B, C, H, W].
            heads: those it declares: [B, C, H, W], or [] for a scalar.
            settings: those it declares, as the architecture has them.
        """

    @classmethod
    def write_mean(cls, graph: Operations, logits: str, name: str) -> str:
        """E[x|z] of named logits as operations of ONNX, the last of which makes ``name``.

        Raises:
            AtlasError: the likelihood does not say how.
        """
        raise AtlasError(
            f"The likelihood {cls.name} does not say how its mean is written in ONNX. "
            "Take the model file instead."
        )
