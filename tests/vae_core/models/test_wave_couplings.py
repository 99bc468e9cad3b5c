"""Waves of images against another library's, and which of them a coupling keeps."""

import numpy as np
import pytest
import torch
from scipy.fft import dctn
from torch import Generator

from vae_core.models.frequencies import Frequencies
from vae_core.models.wave_couplings import WaveCouplings, wave_masks

Shape = tuple[int, int, int]


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 6, 10), (1, 1, 2)])
def test_waves_are_those_of_the_cosine_transform_the_slowest_first(shape: Shape) -> None:
    x = torch.rand(2, *shape, dtype=torch.float64, generator=Generator().manual_seed(0))
    found = Frequencies(shape).waves(x).numpy()
    known = dctn(x.numpy(), axes=(2, 3), norm="ortho")
    _, rows, columns = np.indices(shape, dtype=np.float32)
    speed = np.square(rows / np.float32(shape[1])) + np.square(columns / np.float32(shape[2]))
    order = np.argsort(speed, axis=None, kind="stable")
    assert np.allclose(found, known.reshape(2, -1)[:, order])


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 5, 7)])
def test_images_come_back_from_their_waves_and_no_length_changes(shape: Shape) -> None:
    x = torch.rand(3, *shape, generator=Generator().manual_seed(1))
    waves = Frequencies(shape).waves(x)
    assert waves.dtype == x.dtype
    torch.testing.assert_close(Frequencies(shape).images(waves), x, atol=1e-5, rtol=0)
    torch.testing.assert_close(waves.norm(dim=1), x.flatten(1).norm(dim=1))


@pytest.mark.parametrize("waves", [2, 3, 7, 8, 784])
def test_every_mask_keeps_some_and_moves_some_and_the_next_one_moves_the_others(
    waves: int,
) -> None:
    found = wave_masks(waves, 16)
    assert len(found) == 16
    for first, second in zip(found[::2], found[1::2], strict=True):
        assert torch.equal(first, ~second)
        assert 0 < int(first.sum()) < waves


def test_one_image_alone_gives_scales_that_are_numbers() -> None:
    waves = WaveCouplings((1, 4, 4), count=2, width=3)
    waves.standardise(torch.zeros(1, 1, 4, 4))
    moved, log_det = waves(torch.rand(1, 1, 4, 4))
    assert bool(moved.isfinite().all())
    assert bool(log_det.isfinite().all())
