"""The Fréchet distance between samples and real images, in features of the frozen classifier.

    F = |m₁ − m₂|² + Tr(S₁ + S₂ − 2 (S₁ S₂)^½)

of the Gaussians with the means m and covariances S of both (Heusel et al. 2017, whose features are
another network's: numbers compare only within one classifier). It shrinks as images are added: it
is compared at one count, 5,000 or more, and beside the floor.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.features import Distance, Sides, jackknife


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over some images: how many, of x [d], and of x xᵀ [d, d]."""

    count: int
    first: Tensor
    second: Tensor

    def less(self, other: "Moments") -> "Moments":
        """Without some of them."""
        return Moments(
            self.count - other.count, self.first - other.first, self.second - other.second
        )

    @property
    def gaussian(self) -> tuple[Tensor, Tensor]:
        """Mean [d] and unbiased covariance [d, d]."""
        mean = self.first / self.count
        centred = self.second - self.count * torch.outer(mean, mean)
        return mean, centred / (self.count - 1)


def frechet(sides: Sides, watch: Watch | None = None) -> Distance:
    """How far samples and other real images are from real ones.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    value, half_width = _between(sides.samples, sides.real, watch)
    watch.progress(0.5)
    floor, floor_half_width = _between(sides.other, sides.real, watch)
    watch.progress(1.0)
    return Distance(value, half_width, floor, floor_half_width, len(sides.real))


def gaussian_frechet(one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor]) -> float:
    """F of two Gaussians, each a mean [d] and a covariance [d, d]; never below 0."""
    (mean, covariance), (other_mean, other_covariance) = one, other
    values, axes = torch.linalg.eigh(covariance)
    root = (axes * values.clamp(min=0).sqrt()) @ axes.T
    # S₁S₂ has the eigenvalues of the symmetric S₁^½ S₂ S₁^½.
    between = torch.linalg.eigvalsh(root @ other_covariance @ root).clamp(min=0).sqrt().sum()
    traces = covariance.trace() + other_covariance.trace() - 2 * between
    return max(0.0, float((mean - other_mean).square().sum() + traces))


def _between(found: Tensor, real: Tensor, watch: Watch) -> tuple[float, float | None]:
    centre = real.mean(0)  # sums of squares lose no figures to a common mean
    found, real = found - centre, real - centre
    whole, whole_real = _moments(found), _moments(real)

    def without(start: int, stop: int) -> float:
        if watch.cancelled():
            raise Cancelled
        return gaussian_frechet(
            whole.less(_moments(found[start:stop])).gaussian,
            whole_real.less(_moments(real[start:stop])).gaussian,
        )

    value = gaussian_frechet(whole.gaussian, whole_real.gaussian)
    return value, jackknife(without, len(real))


def _moments(x: Tensor) -> Moments:
    return Moments(len(x), x.sum(0), x.T @ x)
