"""Sharpness against SciPy, closed forms, and a table that other code made of real images."""

import math

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter, laplace
from torch import Generator, Tensor

from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Watch
from vae_core.evaluation.sharpness import real_against_real, relative_sharpness, sharpness


def pictures(count: int = 40, seed: int = 0) -> Tensor:
    """Noise of which each picture has its own share."""
    generator = Generator().manual_seed(seed)
    noise = torch.rand(count, 1, 14, 11, generator=generator, dtype=torch.float64)
    return noise * torch.rand(count, 1, 1, 1, generator=generator, dtype=torch.float64)


def blurred(images: Tensor, deviation: float) -> Tensor:
    """[N, 1, H, W] under a Gaussian."""
    levels = images.double().numpy()
    return torch.from_numpy(gaussian_filter(levels, (0, 0, deviation, deviation), mode="reflect"))


def test_the_laplacian_is_that_of_scipy_and_the_spectrum_that_of_numpy() -> None:
    images = pictures()
    found = sharpness(images, window=False)
    x = images[:, 0].numpy()
    expected = [laplace(each, mode="reflect").var() for each in x]
    torch.testing.assert_close(found.laplacian, torch.tensor(expected))
    power = np.abs(np.fft.fft2(x - x.mean((1, 2), keepdims=True))) ** 2
    high = np.hypot(np.fft.fftfreq(14)[:, None], np.fft.fftfreq(11)[None]) > 0.25
    shares = power[:, high].sum(1) / power.sum((1, 2))
    torch.testing.assert_close(found.high_frequency, torch.from_numpy(shares))


def test_a_wave_is_all_high_or_all_low_and_a_flat_image_has_none() -> None:
    along = torch.arange(16, dtype=torch.float64)
    waves = [torch.cos(2 * math.pi * f * along).expand(16, 16) for f in (0.125, 0.375, 0.0)]
    found = sharpness(torch.stack(waves)[:, None], window=False)
    torch.testing.assert_close(
        found.high_frequency, torch.tensor([0.0, 1.0, 0.0], dtype=torch.float64)
    )
    assert found.laplacian[2] == 0


@pytest.mark.parametrize("name", ["mnist", "frey-face"])
def test_real_images_under_a_blur_have_the_sharpness_that_other_code_found(name: str) -> None:
    try:
        dataset = load_dataset(name)
    except AtlasError:
        pytest.skip(f"{name} is not here: LATENT_ATLAS_DATA names no folder that has it")
    table = {
        "mnist": (["0.158", "0.0727", "0.0126", "0.0033"], ["0.121", "0.067", "0.0069", "0.0004"]),
        "frey-face": (["0.0560", "0.0257", "0.0042", "0.0012"], []),
    }
    images = dataset.split("test").images[:2000].double() / 255
    if name == "frey-face":
        images = dataset.images.double() / 256
    laplacians, shares = table[name]
    for number, deviation in enumerate((0.0, 0.5, 1.0, 1.5)):
        x = blurred(images, deviation) if deviation else images
        found = sharpness(x, window=False)
        assert _is(found.laplacian, laplacians[number])
        if shares:
            assert _is(found.high_frequency, shares[number])


def _is(values: Tensor, printed: str) -> bool:
    """Whether their mean is what was printed, to one of its last digit."""
    last = 10.0 ** -len(printed.partition(".")[2])
    return abs(values.mean().item() - float(printed)) < last


def test_a_window_takes_the_jump_between_borders_away() -> None:
    ramp = torch.linspace(0, 1, 28, dtype=torch.float64).expand(1, 1, 28, 28)
    with_window, without = (sharpness(ramp, window=each).high_frequency for each in (True, False))
    assert with_window < without / 10


def test_the_ratio_to_real_images_falls_with_blur_and_its_interval_holds_the_floor() -> None:
    real = sharpness(pictures(400))
    ratio = relative_sharpness(sharpness(blurred(pictures(400, 1), 1.0)), real)
    assert ratio.laplacian.low < ratio.laplacian.value < ratio.laplacian.high < 0.2
    assert ratio.high_frequency.high < 1
    floor = real_against_real(real)
    for each in (floor.laplacian, floor.high_frequency):
        assert each.low < 1 < each.high
    assert (floor.images, floor.real) == (200, 200)
    again = relative_sharpness(sharpness(blurred(pictures(400, 1), 1.0)), real)
    assert again == ratio  # the seed alone


def test_the_interval_is_as_wide_as_the_delta_method_says() -> None:
    a, b = sharpness(pictures(900)), sharpness(pictures(700, 1))
    ratio = relative_sharpness(a, b).laplacian
    relative = sum(
        float(each.var() / each.mean() ** 2) / len(each) for each in (a.laplacian, b.laplacian)
    )
    expected = 2 * 1.96 * ratio.value * relative**0.5
    assert ratio.high - ratio.low == pytest.approx(expected, rel=0.1)


def test_it_stops_when_told_to_and_refuses_what_has_no_sharpness() -> None:
    with pytest.raises(Cancelled):
        sharpness(pictures(), watch=Watch(cancelled=lambda: True))
    with pytest.raises(AtlasError, match="below 3 × 3"):
        sharpness(torch.rand(2, 1, 2, 5))
    one = sharpness(pictures(1))
    with pytest.raises(AtlasError, match="two images"):
        relative_sharpness(one, one)
