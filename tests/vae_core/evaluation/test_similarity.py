"""Measures of likeness against scikit-image, SciPy and closed forms."""

import math

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter, laplace
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity
from torch import Generator

from vae_core.evaluation.similarity import similarity

SHAPES = [(1, 28, 28), (3, 64, 64), (1, 28, 20), (1, 8, 8), (1, 105, 105)]


def pictures(shape: tuple[int, int, int], seed: int = 0) -> torch.Tensor:
    return torch.rand(3, *shape, generator=Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_measures_are_those_of_scikit_image(shape: tuple[int, int, int]) -> None:
    x, y = pictures(shape), pictures(shape, 1)
    found = similarity(x, y)
    gaussian = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    window = gaussian if min(shape[1:]) >= 11 else {"win_size": 7}
    for n, (a, b) in enumerate(zip(x.numpy(), y.numpy(), strict=True)):
        assert found.mse[n] == pytest.approx(mean_squared_error(a, b))
        assert found.psnr[n] == pytest.approx(peak_signal_noise_ratio(a, b, data_range=1.0))
        ssim = structural_similarity(a, b, channel_axis=0, data_range=1.0, **window)
        assert found.ssim[n] == pytest.approx(ssim)


def test_a_perfect_copy_has_no_error_and_is_as_sharp() -> None:
    x = pictures((1, 28, 28))
    found = similarity(x, x)
    assert found.mse.tolist() == [0, 0, 0]
    assert found.psnr.tolist() == [math.inf] * 3
    assert torch.allclose(found.ssim, torch.ones(3, dtype=torch.float64))
    assert found.sharpness.tolist() == [1, 1, 1]


def test_sharpness_is_the_variance_of_the_laplacian_and_falls_with_blur() -> None:
    x = pictures((1, 28, 28))
    blurred = torch.from_numpy(np.stack([[gaussian_filter(a[0], 1.0)] for a in x.numpy()]))
    within = (slice(1, -1), slice(1, -1))
    expected = [
        laplace(b[0])[within].var() / laplace(a[0])[within].var()
        for a, b in zip(x.numpy(), blurred.numpy(), strict=True)
    ]
    found = similarity(x, blurred).sharpness
    assert found.tolist() == pytest.approx(expected)
    assert bool((found < 0.2).all())


def test_bytes_count_as_their_share_of_255() -> None:
    x = torch.tensor([[[[0, 255], [51, 0]]]], dtype=torch.uint8)
    found = similarity(x, torch.zeros(1, 1, 2, 2))
    assert found.mse.tolist() == pytest.approx([(1 + 0.04) / 4])
    assert bool(found.ssim.isnan().all())
    assert bool(found.sharpness.isnan().all())


def test_a_flat_original_has_no_sharpness_to_keep() -> None:
    flat = torch.full((1, 1, 12, 12), 0.5)
    assert bool(similarity(flat, torch.rand(1, 1, 12, 12)).sharpness.isnan().all())
