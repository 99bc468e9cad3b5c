"""What a linear code of J numbers can do with a set of images: exact, and without any training.

A linear VAE has an affine decoder, an encoder whose mean is affine, and one posterior covariance
for all images. What it costs and what it loses depend on the images through their mean and
covariance alone, so that for it the images may as well be draws of a Gaussian; and for a Gaussian
the least rate at a given squared error is known. With λ_1 ≥ λ_2 ≥ … the variances along the
principal axes of these images, and a water level θ (reverse water-filling; Cover and Thomas,
*Elements of Information Theory*, 10.3.3), cut to the J largest:

    rate          R(θ) = ½ Σ_{j ≤ J} log(λ_j / θ)₊                       nats an image
    squared error E(θ) = Σ_{j ≤ J} min(θ, λ_j) + Σ_{j > J} λ_j           summed over pixel values

*What is bounded, and what is not.* No linear VAE of J dimensions has, on these very images, less
rate at this squared error. That is no bound for networks: of all data with this covariance a
Gaussian is the hardest to code, and what lies below the curve has learned what no linear code can.
At θ → 0 the curve ends in the Eckart–Young bound Σ_{j > J} λ_j, the least squared error of any
affine reconstruction through J numbers, however exactly these are told.

*In nats.* Where p(x|z) is a Gaussian whose one σ is the same for all pixels and images, −log p(x|z)
is at least D/2 · (1 + log 2π E/D), which it is at σ² = E/D. So the curve holds in nats for those
likelihoods, and there its least cost, rate + distortion, is −log p(x) under probabilistic PCA with
J dimensions (Tipping and Bishop 1999) fitted to these images. That cost bounds every encoder's with
an affine decoder, as −ELBO is never below −log p(x). Of a Gaussian with a σ for each pixel, or of a
Bernoulli, a squared error bounds no nats: their models stand beside the curve by their squared
errors only.
"""

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import Treatment, image_batches

# The longer side of the largest matrix whose eigenvalues are sought: a second.
_LARGEST = 1024


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The principal axes of images.

    Attributes:
        mean: of the images, float64 [D], pixel values in [0, 1].
        axes: float32 [D, K], orthonormal columns; K = min(N, D).
        variances: along each axis, falling, float64 [K]; of N images, divided by N.
        images: N, from which all this is.
    """

    mean: Tensor
    axes: Tensor
    variances: Tensor
    images: int

    @property
    def values(self) -> int:
        """D, the pixel values of an image."""
        return len(self.mean)

    @property
    def total(self) -> float:
        """The whole variance: the squared error of the mean image, summed over pixel values."""
        return float(self.variances.sum())


@dataclass(frozen=True, eq=False)
class LinearFrontier:
    """The least squared error of linear VAEs of J dimensions at each rate, on some images.

    Attributes:
        dims: J.
        rate: nats an image, rising from 0, float64 [T].
        squared_error: a mean over pixel values, falling, float64 [T].
        values: D, the pixel values of an image.
    """

    dims: int
    rate: Tensor
    squared_error: Tensor
    values: int

    def distortion(self) -> Tensor:
        """The least −log p(x|z) under Gaussians of one σ, at its best; nats an image, [T]."""
        return 0.5 * self.values * (1 + (2 * math.pi * self.squared_error).log())


@torch.no_grad()
def principal_spectrum(images: Tensor, *, treatment: Treatment = "grey", seed: int = 0) -> Spectrum:
    """The principal axes of images as models see them.

    Of images of more than 1,024 pixel values at most 1,024, evenly chosen, are looked at. What the
    fewer leave beyond the first J axes is on average less: a bound stays one.

    Args:
        images: uint8 [N, C, H, W], N ≥ 1, or floats in [0, 1].
        treatment, seed: as for ``evaluate_images``.
    """
    if images[0].numel() > _LARGEST:
        images = evenly(images, _LARGEST)
    generator = Generator().manual_seed(seed)
    x = torch.cat([b.flatten(1) for b in image_batches(images, treatment, generator, 1000)])
    mean = x.double().mean(0)
    centred = x - mean.float()
    count, values = centred.shape
    if count >= values:
        found, axes = torch.linalg.eigh((centred.T @ centred).double() / count)
        variances, axes = found.flip(0).clamp(min=0), axes.flip(1).float()
    else:
        # The other way round: the axes are what the images' own products point at.
        found, sides = torch.linalg.eigh((centred @ centred.T).double() / count)
        variances = found.flip(0).clamp(min=0)
        axes = torch.linalg.qr(centred.T @ sides.flip(1).float())[0]
    return Spectrum(mean, axes, variances, count)


def linear_frontier(
    spectrum: Spectrum, dims: int, most_rate: float, points: int = 96
) -> LinearFrontier:
    """The frontier from rate 0 on to ``most_rate`` nats; of ``points`` equal steps of log θ."""
    used = spectrum.variances[: max(0, dims)]
    used = used[used > 1e-12 * max(spectrum.total, 1e-300)]
    highest = float(used[0]) if len(used) else 0.0
    levels = torch.tensor([highest], dtype=torch.float64)
    if highest > 0 and most_rate > 0:
        span = torch.linspace(0, 1, points, dtype=torch.float64)
        levels = highest * (_level(used, most_rate) / highest) ** span
    rate = 0.5 * (used / levels[:, None]).log().clamp(min=0).sum(1)
    saved = (used - levels[:, None]).clamp(min=0).sum(1)
    error = (spectrum.total - saved) / spectrum.values
    return LinearFrontier(dims, rate, error, spectrum.values)


def least_error(spectrum: Spectrum, dims: int) -> float:
    """Of any affine reconstruction of these images through J numbers: a mean over pixel values.

    Eckart and Young's; 0 where there are as many numbers as images, or as pixel values.
    """
    return float(spectrum.variances[max(0, dims) :].sum()) / spectrum.values


def linear_cost(spectrum: Spectrum, dims: int) -> float | None:
    """The least −log p(x) of these images under a linear-Gaussian model of J dimensions and one σ.

    That of probabilistic PCA, fitted to these very images; in nats an image. None where J numbers
    tell everything about them, and σ could be zero.
    """
    rest = spectrum.values - dims
    left = float(spectrum.variances[dims:].sum())
    if rest <= 0 or left <= 1e-12 * spectrum.total:
        return None
    logs = float(spectrum.variances[:dims].log().sum()) + rest * math.log(left / rest)
    return 0.5 * (spectrum.values * (1 + math.log(2 * math.pi)) + logs)


@torch.no_grad()
def linear_copy_errors(
    learned: Spectrum, dims: int, images: Tensor, *, treatment: Treatment = "grey", seed: int = 0
) -> Tensor:
    """What PCA with J axes, learned from other images, loses of each of these; [N], float64.

    A mean over pixel values. Arguments as for ``principal_spectrum``.
    """
    axes, mean = learned.axes[:, : max(0, dims)], learned.mean.float()
    generator = Generator().manual_seed(seed)
    found = []
    for batch in image_batches(images, treatment, generator, 1000):
        centred = batch.flatten(1) - mean
        left = centred - (centred @ axes) @ axes.T
        found.append(left.double().square().mean(1))
    return torch.cat(found)


def evenly(images: Tensor, most: int) -> Tensor:
    """At most so many of them, evenly spread over their order; all where there are no more."""
    if len(images) <= most:
        return images
    return images[(torch.arange(most) * len(images)) // most]


def _level(variances: Tensor, rate: float) -> float:
    """The water level at which some variances, falling and above zero, take this rate in nats."""
    # With the first k above the water, ½ Σ log(λ_j / θ) = rate; k is the last for which they are.
    logs = variances.log()
    counts = torch.arange(1, len(logs) + 1, dtype=torch.float64)
    levels = (logs.cumsum(0) - 2 * rate) / counts
    above = levels < logs
    return math.exp(float(levels[int(above.sum()) - 1]))
