"""How sharp pictures are, as a ratio to real ones.

Two measures of an image. Its Laplacian's variance (Pech-Pacheco et al. 2000), and the share of its
spectral power, the mean removed, at more than a quarter of a cycle per pixel. Blur lowers both, and
noise raises both: a ratio above 1 is no praise, and *means and samples are never to be mixed*. A
mean E[x|z] has the noise of p(x|z) taken away, a sample has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn.functional import conv2d, pad

from vae_core.errors import AtlasError
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.intervals import LEVEL
from vae_core.sentences import counted

HIGH = 0.25  # cycles per pixel
_LEAST_SIDE = 3
_AT_ONCE = 500  # images
_RESAMPLES, _RESAMPLED_AT_ONCE = 2000, 50


@dataclass(frozen=True)
class Ratio:
    """One mean over images over another; in 95 of 100 cases between `low` and `high`.

    The interval is the bootstrap's over the images of both sides (Efron 1979, percentiles).
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Sharpness:
    """Of images, one number each, float64 [N].

    Attributes:
        laplacian: variance of the Laplacian of values in [0, 1].
        high_frequency: share of the power above ``HIGH``, 0 to 1; 0 of a flat image.
    """

    laplacian: Tensor
    high_frequency: Tensor


@dataclass(frozen=True)
class RelativeSharpness:
    """Both measures of pictures as ratios to those of real ones; 1 is as sharp.

    `images` and `real` are how many of each there were.
    """

    laplacian: Ratio
    high_frequency: Ratio
    images: int
    real: int


def joined(parts: Sequence[Sharpness]) -> Sharpness:
    """Of all images that were looked at in parts, one part or more."""
    return Sharpness(
        torch.cat([each.laplacian for each in parts]),
        torch.cat([each.high_frequency for each in parts]),
    )


def relative_sharpness(found: Sharpness, real: Sharpness, *, seed: int = 0) -> RelativeSharpness:
    """How sharp images are, relative to real ones; two halves of the real ones tell the floor.

    Args:
        found: of the pictures that are judged.
        real: of originals.
        seed: of the bootstrap.

    Raises:
        AtlasError: there are fewer than two images of either, or hardly any real one is not flat.
    """
    if min(len(found.laplacian), len(real.laplacian)) < 2:
        raise AtlasError("A ratio of sharpness with its interval needs two images or more of each.")
    return RelativeSharpness(
        _ratio(found.laplacian, real.laplacian, seed),
        _ratio(found.high_frequency, real.high_frequency, seed),
        len(found.laplacian),
        len(real.laplacian),
    )


def real_against_real(real: Sharpness, *, seed: int = 0) -> RelativeSharpness:
    """One half of the real images, drawn by the seed, as a ratio to the other: 1 but for chance.

    Raises:
        AtlasError: there are fewer than four images, or hardly any is not flat.
    """
    order = torch.randperm(len(real.laplacian), generator=Generator().manual_seed(seed))
    one, other = (
        Sharpness(real.laplacian[half], real.high_frequency[half]) for half in order.chunk(2)
    )
    return relative_sharpness(one, other, seed=seed)


def sharpness(images: Tensor, *, window: bool = True, watch: Watch | None = None) -> Sharpness:
    """Both measures of each image, of the mean over its channels.

    Args:
        images: [N, C, H, W], uint8 or floats, as they are: values may leave [0, 1].
        window: whether the spectrum is that of the image under a Hann window. Without one, the jump
            from one border to the other passes for sharpness where borders are not black.
        watch: follows and stops the work.

    Raises:
        AtlasError: the images have fewer than 3 × 3 pixels.
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    if min(images.shape[2:]) < _LEAST_SIDE:
        raise AtlasError("Sharpness is not defined below 3 × 3 pixels.")
    height, width = images.shape[2:]
    high = torch.hypot(
        torch.fft.fftfreq(height, dtype=torch.float64)[:, None],
        torch.fft.fftfreq(width, dtype=torch.float64)[None],
    ).gt(HIGH)
    weights = torch.ones(height, width, dtype=torch.float64)
    if window:
        weights = _hann(height)[:, None] * _hann(width)
    found = [Sharpness(weights.new_empty(0), weights.new_empty(0))]
    for done in range(0, len(images), _AT_ONCE):
        if watch.cancelled():
            raise Cancelled
        chunk = images[done : done + _AT_ONCE]
        levels = chunk.double() if chunk.is_floating_point() else chunk.double() / 255
        grey = levels.mean(1)
        found.append(Sharpness(_laplacian_variance(grey), _share(grey, high, weights)))
        watch.progress((done + len(chunk)) / len(images))
    return joined(found)


def _laplacian_variance(grey: Tensor) -> Tensor:
    """Of the four-neighbour Laplacian over all pixels, those at the border doubled outwards. [N]"""
    kernel = grey.new_tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])
    padded = pad(grey[:, None], (1, 1, 1, 1), mode="replicate")
    return conv2d(padded, kernel[None, None]).flatten(1).var(1, correction=0)


def _share(grey: Tensor, high: Tensor, weights: Tensor) -> Tensor:
    """Of the power, mean removed, at the high frequencies; 0 of a flat image. [N]"""
    centred = grey - grey.mean((1, 2), keepdim=True)
    flat = centred.abs().amax((1, 2)) < 1e-12  # rounding, whose spectrum is white
    power = torch.fft.fft2(centred * weights).abs().square()
    share = (power * high).sum((1, 2)) / power.sum((1, 2)).clamp(min=1e-300)
    return share.masked_fill(flat, 0.0)


def _hann(side: int) -> Tensor:
    """Without the zeros at its ends, so that the outermost pixels still count. [side]"""
    return torch.hann_window(side + 2, periodic=False, dtype=torch.float64)[1:-1]


def _ratio(found: Tensor, real: Tensor, seed: int) -> Ratio:
    generator = Generator().manual_seed(seed)
    above, below = _resampled_means(found, generator), _resampled_means(real, generator)
    # So few that a resample had none of them: of such a ratio there is no interval.
    if not bool((below > 0).all()):
        raise AtlasError(
            f"Of {counted(len(real), 'real image')} {int((real > 0).sum())} are not flat: too few "
            "to say how sharp pictures are beside them. Take other images, or more."
        )
    drawn = above / below
    ends = torch.tensor([(1 - LEVEL) / 2, (1 + LEVEL) / 2], dtype=torch.float64)
    low, high = drawn.quantile(ends).tolist()
    return Ratio(found.mean().item() / real.mean().item(), low, high)


def _resampled_means(values: Tensor, generator: Generator) -> Tensor:
    """Means of samples with replacement, as large as the original. [R]"""
    means = []
    for _ in range(_RESAMPLES // _RESAMPLED_AT_ONCE):
        shape = (_RESAMPLED_AT_ONCE, len(values))
        chosen = torch.randint(len(values), shape, generator=generator)
        means.append(values[chosen].mean(1))
    return torch.cat(means)
