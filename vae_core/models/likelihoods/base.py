"""What all likelihoods p(x|z) share: pixels are independent given z, so log-likelihoods add up."""

from abc import ABC, abstractmethod

from torch import Generator, Tensor


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

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x|z) in nats, summed over pixels. [B]."""
        return self.log_prob_per_pixel(x).flatten(1).sum(1)

    def total_log_prob(self, x: Tensor) -> Tensor:
        """log p(x|z) in nats, summed over pixels *and images*, for the training loop. []."""
        return self.log_prob_per_pixel(x).sum()
