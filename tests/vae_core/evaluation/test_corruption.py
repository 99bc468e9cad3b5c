"""Each corruption: its shape, its range, its chance, and what it must do exactly."""

import importlib
import math

import pytest
import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.evaluation.corruption import CORRUPTIONS, UNKNOWN, corrupted, hidden, rectangle

SHAPES = [(3, 64, 64), (1, 28, 20), (1, 8, 8), (1, 105, 105)]
EVERY = pytest.mark.parametrize("name", CORRUPTIONS)


def _images(count: int = 3, shape: tuple[int, int, int] = (1, 28, 20)) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (count, *shape), generator=generator, dtype=torch.uint8)


@EVERY
@pytest.mark.parametrize("shape", SHAPES)
def test_images_keep_their_shape_and_stay_within_0_and_1(
    name: str, shape: tuple[int, int, int]
) -> None:
    images = _images(2, shape)
    for strength in CORRUPTIONS[name].steps:
        found = corrupted(images, CORRUPTIONS[name], strength)
        assert found.images.shape == images.shape
        assert found.images.dtype == torch.float32
        assert 0 <= float(found.images.min()) <= float(found.images.max()) <= 1
        if found.known is not None:
            assert found.known.shape == (2, *shape[1:])


@EVERY
def test_strength_0_changes_nothing_and_every_step_more_than_the_one_before(name: str) -> None:
    corruption, images = CORRUPTIONS[name], _images(8)
    clean = images.float() / 255
    found = [corrupted(images, corruption, strength).images for strength in corruption.steps]
    assert torch.equal(found[0], clean)
    if name != "rotation":  # half a turn may be nearer than a quarter
        errors = [float((each - clean).square().mean()) for each in found]
        assert errors == sorted(errors)


@EVERY
def test_chance_is_each_images_own_and_the_seeds(name: str) -> None:
    corruption, images = CORRUPTIONS[name], _images(5)
    all_of_them = corrupted(images, corruption, corruption.usual, seed=3).images
    alone = corrupted(
        images[3:4], corruption, corruption.usual, seed=3, numbers=torch.tensor([3])
    ).images
    assert torch.allclose(all_of_them[3:4], alone, atol=1e-6)
    other = corrupted(images, corruption, corruption.usual, seed=4).images
    by_chance = name in {"noise", "salt-and-pepper", "missing-anywhere"}
    assert torch.equal(all_of_them, other) is not by_chance


def test_noise_has_the_deviation_that_it_says() -> None:
    grey = torch.full((20, 1, 64, 64), 0.5)
    found = corrupted(grey, CORRUPTIONS["noise"], 0.1).images - 0.5
    assert float(found.std()) == pytest.approx(0.1, rel=0.02)
    assert abs(float(found.mean())) < 0.002


def test_salt_and_pepper_takes_its_share_half_of_it_black_and_all_colours_of_a_pixel() -> None:
    grey = torch.full((20, 3, 64, 64), 0.5)
    found = corrupted(grey, CORRUPTIONS["salt-and-pepper"], 0.3).images
    assert float((found == 0).float().mean()) == pytest.approx(0.15, abs=0.01)
    assert float((found == 1).float().mean()) == pytest.approx(0.15, abs=0.01)
    assert torch.equal(found[:, 0], found[:, 2])


def test_blur_is_scipys_on_each_channel_and_image_alone() -> None:
    ndimage = importlib.import_module("scipy.ndimage")
    images = _images(2, (3, 12, 16))
    found = corrupted(images, CORRUPTIONS["blur"], 1.5).images
    for image, blurred in zip(images, found, strict=True):
        for levels, channel in zip(image, blurred, strict=True):
            expected = ndimage.gaussian_filter(levels.numpy() / 255, 1.5, mode="nearest")
            assert torch.allclose(channel.double(), torch.from_numpy(expected), atol=1e-5)


def test_a_quarter_turn_is_exact_and_anticlockwise() -> None:
    images = _images(2, (3, 9, 9))
    found = corrupted(images, CORRUPTIONS["rotation"], 90.0).images
    assert torch.allclose(found, torch.rot90(images.float() / 255, 1, (2, 3)), atol=1e-4)


def test_a_rotation_keeps_a_disc_round_where_the_sides_differ() -> None:
    y, x = torch.meshgrid(torch.arange(28) - 13.5, torch.arange(20) - 9.5, indexing="ij")
    disc = ((x**2 + y**2) < 36).float().view(1, 1, 28, 20)
    found = corrupted(disc, CORRUPTIONS["rotation"], 45.0).images
    assert float((found - disc).abs().mean()) < 0.02


def test_less_contrast_comes_nearer_to_mid_grey() -> None:
    found = corrupted(torch.tensor([0.0, 1.0]).view(1, 1, 1, 2), CORRUPTIONS["contrast"], 0.8)
    assert found.images.flatten().tolist() == pytest.approx([0.4, 0.6])


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("missing-left", (slice(None), slice(0, 10))),
        ("missing-right", (slice(None), slice(10, 20))),
        ("missing-top", (slice(0, 14), slice(None))),
        ("missing-bottom", (slice(14, 28), slice(None))),
    ],
)
def test_half_is_missing_on_the_side_that_it_says(name: str, missing: tuple[slice, slice]) -> None:
    images = _images()
    found = corrupted(images, CORRUPTIONS[name], 0.5)
    expected = torch.ones(28, 20, dtype=torch.bool)
    expected[missing] = False
    assert found.known is not None
    assert torch.equal(found.known, expected.expand(3, 28, 20))
    assert bool((found.images[:, 0][~found.known] == UNKNOWN).all())
    assert torch.equal(found.images[:, 0][found.known], (images[:, 0].float() / 255)[found.known])


def test_more_pixels_are_missing_where_those_of_a_weaker_one_were() -> None:
    images = _images()
    weak, strong = (
        corrupted(images, CORRUPTIONS["missing-anywhere"], each).known for each in (0.3, 0.6)
    )
    assert weak is not None
    assert strong is not None
    assert not bool((strong & ~weak).any())
    assert math.isclose(float(strong.float().mean()), 0.4, abs_tol=0.03)


def test_a_mask_hides_the_same_pixels_of_every_image() -> None:
    known = rectangle(28, 20, 5, -2, 100, 4)
    assert int((~known).sum()) == 23 * 2
    found = hidden(_images(), known)
    assert bool((found.images[:, :, ~known] == UNKNOWN).all())


def test_a_strength_outside_of_its_range_is_refused() -> None:
    with pytest.raises(AtlasError, match="goes from 0 to 1"):
        corrupted(_images(), CORRUPTIONS["noise"], 1.5)
