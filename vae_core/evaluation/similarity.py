"""How alike a picture and its original are, in the measures that papers quote beside nats.

MSE and PSNR are of values in [0, 1]. SSIM is scikit-image's, with the Gaussian window of the paper
(Wang et al. 2004: σ = 1.5, population covariances); where an image is smaller than that window,
scikit-image's uniform window as large as fits. Sharpness is the variance of the Laplacian (Pech-
Pacheco et al. 2000): a blurred copy has less of it than its original.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import conv2d

_GAUSSIAN_SIDE = 11  # of SSIM's window in scikit-image at σ = 1.5
_LEAST_SIDE = 3


@dataclass(frozen=True, eq=False)
class Similarity:
    """One number an image, float64 [N]; NaN where a measure says nothing.

    Attributes:
        mse: mean squared error of the values in [0, 1]; 0 is a perfect copy.
        psnr: 10 log₁₀(1/MSE) in dB; ∞ of a perfect copy.
        ssim: structural similarity, at most 1; NaN of images below 3 × 3 pixels.
        sharpness: variance of the copy's Laplacian over that of the original; 1 is as sharp. NaN
            where the original is flat.
    """

    mse: Tensor
    psnr: Tensor
    ssim: Tensor
    sharpness: Tensor


def similarity(originals: Tensor, copies: Tensor) -> Similarity:
    """Hold copies against their originals, both [N, C, H, W]: uint8, or floats in [0, 1].

    Raises:
        ValueError: they have other shapes than each other.
    """
    if originals.shape != copies.shape or originals.ndim != 4:
        raise ValueError(f"{list(originals.shape)} and {list(copies.shape)} are no pairs of images")
    x, y = _levels(originals), _levels(copies)
    mse = (x - y).square().flatten(1).mean(1)
    return Similarity(mse, -10 * mse.log10(), _ssim(x, y), _sharpness(y) / _some(_sharpness(x)))


def _levels(images: Tensor) -> Tensor:
    """Values in [0, 1] as float64."""
    return images.double() if images.is_floating_point() else images.double() / 255


def _ssim(x: Tensor, y: Tensor) -> Tensor:
    side = min(x.shape[2:])
    if side < _LEAST_SIDE:
        return x.new_full((len(x),), float("nan"))
    # Here, for it takes a fifth of a second to import.
    from skimage.metrics import structural_similarity

    measure: Callable[..., float] = structural_similarity
    window: dict[str, object] = (
        {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
        if side >= _GAUSSIAN_SIDE
        else {"win_size": min(7, side - (side % 2 == 0))}
    )
    pairs = zip(x.numpy(), y.numpy(), strict=True)
    found = [measure(a, b, channel_axis=0, data_range=1.0, **window) for a, b in pairs]
    return torch.from_numpy(np.asarray(found, dtype=np.float64))


def _sharpness(images: Tensor) -> Tensor:
    """Variance of the Laplacian [N] of the mean over channels, within the image's edges."""
    if min(images.shape[2:]) < _LEAST_SIDE:
        return images.new_full((len(images),), float("nan"))
    kernel = images.new_tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])
    edges = conv2d(images.mean(1, keepdim=True), kernel[None, None])
    return edges.flatten(1).var(1, correction=0)


def _some(sharpness: Tensor) -> Tensor:
    """NaN for none."""
    return torch.where(sharpness > 0, sharpness, float("nan"))
