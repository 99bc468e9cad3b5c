import numpy as np
import pytest
import torch

from latent_atlas.reports.pixels import (
    INVENTED,
    LOST,
    cost_rgb,
    error_rgb,
    image_bytes,
    pixel_scale,
    to_bytes,
)


def test_levels_round_to_the_nearest_byte_and_are_not_stretched() -> None:
    levels = np.array([[0.25, 0.5, 0.75]])
    assert to_bytes(levels).tolist() == [[64, 128, 191]]  # 63.75, 127.5 (to even), 191.25


def test_every_byte_survives_the_way_to_0_1_and_back() -> None:
    every = np.arange(256, dtype=np.uint8)
    assert np.array_equal(to_bytes(every / 255.0), every)
    assert np.array_equal(to_bytes(torch.arange(256) / 255.0), every)
    assert to_bytes(every) is every


def test_levels_outside_0_1_are_clipped() -> None:
    assert to_bytes(np.array([-0.1, 1.1])).tolist() == [0, 255]


def test_one_channel_is_a_plane_and_three_are_rgb_last() -> None:
    assert image_bytes(np.zeros((1, 2, 3))).shape == (2, 3)
    colour = np.zeros((3, 2, 4))
    colour[0] = 1.0
    assert image_bytes(colour).shape == (2, 4, 3)
    assert image_bytes(colour)[0, 0].tolist() == [255, 0, 0]
    with pytest.raises(ValueError, match=r"\[2, 4, 4\]"):
        image_bytes(np.zeros((2, 4, 4)))


def test_no_error_is_white_and_the_ends_are_blue_and_red() -> None:
    rgb = error_rgb(np.array([[[-1.0, 0.0, 1.0]]]))
    assert rgb[0].tolist() == [list(LOST), [255, 255, 255], list(INVENTED)]
    assert rgb.dtype == np.uint8


def test_the_error_scale_is_linear_fixed_and_clipped() -> None:
    half = error_rgb(np.array([[[-0.5, 0.5]]]))[0]
    assert half[0].tolist() == [round((255 + c) / 2) for c in LOST]
    assert np.abs(half[1].astype(float) - [(255 + c) / 2 for c in INVENTED]).max() <= 0.5
    # A picture with small errors looks pale: nothing is stretched to its own largest error.
    assert error_rgb(np.array([[[0.01]]]))[0, 0].min() >= 252
    assert np.array_equal(error_rgb(np.array([[[3.0]]])), error_rgb(np.array([[[1.0]]])))


def test_a_colour_image_has_the_mean_error_of_its_channels() -> None:
    error = np.array([0.3, 0.6, -0.9]).reshape(3, 1, 1)
    assert error_rgb(error)[0, 0].tolist() == [255, 255, 255]


def test_the_cost_scale_starts_and_ends_at_viridis_and_clips_at_its_top() -> None:
    rgb = cost_rgb(np.array([[0.0, 4.0, 8.0]]), top=4.0)
    assert rgb[0].tolist() == [[68, 1, 84], [253, 231, 37], [253, 231, 37]]


@pytest.mark.parametrize(
    ("shape", "scale"),
    [((28, 28), 3), ((8, 8), 8), ((28, 20), 4), ((64, 64), 1), ((96, 96), 1)],
)
def test_pictures_are_drawn_at_the_smallest_multiple_of_64_pixels_or_more(
    shape: tuple[int, int], scale: int
) -> None:
    assert pixel_scale(*shape) == scale
