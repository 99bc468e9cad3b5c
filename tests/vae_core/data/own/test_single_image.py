"""One picture of one's own: centred as MNIST was, or resized, or refused in a sentence."""

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from tests.vae_core.data.own.makers import encoded, photograph, png
from vae_core.data import load_dataset
from vae_core.data.own import OneImage, one_image
from vae_core.data.own.centring import centred
from vae_core.errors import AtlasError

MNIST = (1, 28, 28)


def digits(count: int) -> np.ndarray:
    return load_dataset("mnist-12k").images[:count, 0].numpy()


def picture(levels: np.ndarray, **options: Any) -> bytes:
    return encoded(Image.fromarray(levels), **options)


def like_mnist(levels: np.ndarray) -> OneImage:
    return one_image("digit.png", picture(levels), MNIST, "mnist")


def drawn_one(shift: tuple[int, int] = (0, 0)) -> np.ndarray:
    """A slanted stroke of 22 pixels on black, off the middle of 280 × 280."""
    canvas = Image.new("L", (280, 280))
    x, y = shift
    ImageDraw.Draw(canvas).line((90 + x, 40 + y, 70 + x, 210 + y), fill=255, width=22)
    return np.asarray(canvas)


def test_images_of_mnist_come_back_from_the_centring_unchanged_unless_they_are_cut_off() -> None:
    images = digits(12_000)
    changed = [image for image in images if not np.array_equal(centred(image), image)]
    assert len(changed) == 2
    assert all(image[-1].any() for image in changed)


def test_a_shifted_copy_of_a_digit_gives_the_same_image() -> None:
    for image in digits(50):
        large = np.zeros((61, 57), np.uint8)
        large[30:58, 2:30] = image
        assert np.array_equal(like_mnist(large).pixels[0].numpy(), image)


def test_a_digit_drawn_four_times_as_large_is_the_same_up_to_interpolation() -> None:
    for image in digits(20):
        large = np.zeros((150, 150), np.uint8)
        large[20:132, 30:142] = image.repeat(4, axis=0).repeat(4, axis=1)
        made = like_mnist(large).pixels[0].numpy().astype(float)
        assert np.abs(made - image).mean() < 4


def test_the_centre_of_mass_is_in_the_middle_pixel_and_the_longer_side_has_20() -> None:
    made = like_mnist(drawn_one())
    assert made.way == "centred"
    levels = made.pixels[0].double()
    for axis in (0, 1):
        ink = levels.sum(1 - axis)
        centre = float((ink * torch.arange(28)).sum() / ink.sum())
        assert 13.5 <= centre < 14.5
    rows = levels.sum(1).nonzero()
    assert int(rows.max() - rows.min()) + 1 == 20
    assert torch.equal(made.pixels, like_mnist(drawn_one((60, 30))).pixels)


def test_ink_on_paper_is_turned_over_and_the_grain_of_the_paper_left_out() -> None:
    ink = drawn_one()
    assert torch.equal(like_mnist(255 - ink).pixels, like_mnist(ink).pixels)
    assert like_mnist(255 - ink).turned_over
    grain = np.random.RandomState(0).normal(0, 5, ink.shape)
    photographed = (210 - 0.6 * ink + grain).clip(0, 255).astype(np.uint8)
    made = one_image("photo.jpg", picture(photographed, kind="JPEG"), MNIST, "mnist")
    difference = made.pixels.float() - like_mnist(ink).pixels.float()
    assert difference.abs().mean() < 4
    assert (made.pixels[0, :, 18:] == 0).all()


def test_a_picture_of_the_models_size_is_taken_pixel_for_pixel() -> None:
    image = digits(8)[7]
    made = like_mnist(image)
    assert made.way == "kept"
    assert np.array_equal(made.pixels[0].numpy(), image)


def test_pictures_for_other_models_are_resized_in_grey_or_colour() -> None:
    photo = encoded(photograph(1, (96, 64)), "JPEG")
    made = one_image("photo.jpg", photo, (3, 64, 64))
    assert made.way == "resized"
    assert made.pixels.shape == (3, 64, 64)
    assert made.pixels.dtype == torch.uint8
    assert one_image("photo.jpg", photo, (1, 28, 20)).pixels.shape == (1, 28, 20)


def test_strokes_on_a_rim_as_light_as_themselves_are_nothing_to_see() -> None:
    for level in (0, 90, 255):
        with pytest.raises(AtlasError, match=r"^plain\.png shows nothing that stands out"):
            one_image("plain.png", png(level, (40, 40)), MNIST, "mnist")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"GIF89a and then nothing", "is a damaged picture|is not a PNG"),
        (b"hello", "is not a PNG, JPEG"),
        (encoded(photograph(0))[:300], "is a damaged picture"),
    ],
)
def test_what_is_no_picture_is_one_sentence_with_its_name(content: bytes, problem: str) -> None:
    with pytest.raises(AtlasError, match=problem) as caught:
        one_image("seven.png", content, MNIST, "mnist")
    assert "seven.png" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_MAX_PIXELS", "5000")
    with pytest.raises(AtlasError, match="more than the 5,000 allowed"):
        one_image("large.png", png(0, (100, 100)), MNIST)
    monkeypatch.setenv("LATENT_ATLAS_MAX_FILE_BYTES", "50")
    with pytest.raises(AtlasError, match="50 bytes allowed"):
        one_image("large.png", png(0, (100, 100)), MNIST)


def test_a_heavy_corner_keeps_the_digit_inside_the_image() -> None:
    levels = np.zeros((40, 40), np.uint8)
    levels[5:9, 5:25] = 255
    levels[9:25, 5] = 1
    made = centred(levels)
    assert int((made > 0).any(1).sum()) == 20
