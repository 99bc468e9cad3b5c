import numpy as np
import pytest
import torch

from vae_core.data import Factors, load_dataset
from vae_core.data.sources.sprites import (
    NAMES,
    RADIUS,
    SCALES,
    SHAPES,
    SIDE,
    SIZES,
    STAMP,
    _stamp,
    draw,
)


@pytest.fixture(scope="module")
def grid() -> np.ndarray:
    """float64 in [0, 1]: [shape, scale, orientation, x, y, 28, 28]."""
    return draw().reshape(*SIZES, SIDE, SIDE) / 255


def factors() -> Factors:
    found = load_dataset("sprites").factors
    assert found is not None
    return found


def test_every_combination_of_factors_is_there_once() -> None:
    assert factors().names == NAMES == ("shape", "scale", "orientation", "x", "y")
    assert factors().sizes == (3, 4, 12, 12, 12)
    assert factors().values.shape == (20_736, 5)
    assert len(factors().values.unique(dim=0)) == 20_736
    for k, size in enumerate(factors().sizes):
        # So the entropy of a factor is the log of its number of levels.
        assert factors().values[:, k].bincount().tolist() == [20_736 // size] * size


def test_no_two_combinations_look_the_same(grid: np.ndarray) -> None:
    images = grid.reshape(-1, SIDE * SIDE)
    assert len({image.tobytes() for image in images}) == 20_736


def test_labels_are_shapes_and_the_factors_belong_to_the_images(grid: np.ndarray) -> None:
    dataset = load_dataset("sprites")
    assert dataset.class_names == ("heart", "L", "arrow")
    assert dataset.labels is not None
    assert torch.equal(dataset.labels, factors().values[:, 0])
    for n in (0, 4321, 20_735):
        expected = grid[tuple(factors().values[n].tolist())]
        np.testing.assert_array_equal(dataset.images[n, 0].numpy() / 255, expected)


def test_splits_part_the_images_always_in_the_same_way() -> None:
    splits = load_dataset("sprites").splits
    assert {name: len(index) for name, index in splits.items()} == {"train": 18_000, "test": 2_736}
    everything = torch.cat([splits["train"], splits["test"]])
    assert torch.equal(everything.sort().values, torch.arange(20_736))
    assert everything[:4].tolist() == [2158, 19390, 13353, 14305]  # these never change


def test_a_step_in_x_is_a_pixel_to_the_right_and_in_y_a_pixel_down(grid: np.ndarray) -> None:
    np.testing.assert_array_equal(grid[:, :, :, 4, :, :, 1:], grid[:, :, :, 3, :, :, :-1])
    np.testing.assert_array_equal(grid[:, :, :, :, 4, 1:, :], grid[:, :, :, :, 3, :-1, :])


def test_nothing_is_cut_off_at_the_border(grid: np.ndarray) -> None:
    # The last place is as far from the right and the bottom as the first is from left and top.
    for image in (grid[:, :, :, 0, 0], grid[:, :, :, 11, 11]):
        area = grid[:, :, :, 5, 6].sum(axis=(-2, -1))
        np.testing.assert_allclose(image.sum(axis=(-2, -1)), area)


def test_a_quarter_turn_turns_the_picture(grid: np.ndarray) -> None:
    middle = grid[:, :, :, 5, 5, 5 : 5 + STAMP, 5 : 5 + STAMP]
    for turn in range(9):
        # Points that lie on an edge may fall to either side of it: a row of 1/64 of a pixel.
        turned = np.rot90(middle[:, :, turn], axes=(-2, -1))
        np.testing.assert_allclose(middle[:, :, turn + 3], turned, atol=0.2)
        assert np.abs(middle[:, :, turn + 3] - turned).mean() < 1e-3


def test_area_grows_with_the_square_of_scale_and_is_the_polygons(grid: np.ndarray) -> None:
    area = grid[:, :, :, 0, 0].sum(axis=(-2, -1))  # pixels
    for s, corners in enumerate(SHAPES.values()):
        centred = corners - (corners.max(axis=0) + corners.min(axis=0)) / 2
        x, y = (centred * RADIUS / np.linalg.norm(centred, axis=1).max()).T
        exact = abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2  # the shoelace formula
        for k, scale in enumerate(SCALES):
            assert area[s, k].mean() == pytest.approx(exact * scale**2, rel=0.025)


def test_a_pixel_is_the_share_of_it_that_is_covered() -> None:
    # A rectangle from -2.25 to 2.5 in x and -1.5 to 1.5 in y; pixels are centred on whole numbers.
    corners = np.array([(-2.25, -1.5), (2.5, -1.5), (2.5, 1.5), (-2.25, 1.5)])
    middle = STAMP // 2
    row = _stamp(corners)[middle, middle - 4 : middle + 5] / 255
    np.testing.assert_allclose(row, [0, 0, 0.75, 1, 1, 1, 1, 0, 0], atol=0.002)
    column = _stamp(corners)[middle - 3 : middle + 4, middle] / 255
    np.testing.assert_allclose(column, [0, 0, 1, 1, 1, 0, 0], atol=0.002)


def test_drawing_twice_draws_the_same() -> None:
    np.testing.assert_array_equal(draw(), draw())
