import io

import numpy as np
from PIL import Image

from latent_atlas.reports.pixels import INVENTED, LOST
from latent_atlas.reports.sheets import manifold_sheet, png_bytes, reconstruction_sheet

RANDOM = np.random.default_rng(0)


def find(sheet: Image.Image, picture: np.ndarray) -> list[tuple[int, int]]:
    """Every (row, column) where the RGB `picture` stands in `sheet`, pixel for pixel."""
    array = np.asarray(sheet)
    height, width = picture.shape[:2]
    windows = np.lib.stride_tricks.sliding_window_view(array, (height, width), axis=(0, 1))
    corner = (array[: windows.shape[0], : windows.shape[1]] == picture[0, 0]).all(axis=-1)
    return [
        (row, column)
        for row, column in np.argwhere(corner).tolist()
        if np.array_equal(array[row : row + height, column : column + width], picture)
    ]


def enlarged(levels: np.ndarray, scale: int) -> np.ndarray:
    large = levels.repeat(scale, axis=0).repeat(scale, axis=1)
    return np.stack([large] * 3, axis=-1)


def test_each_manifold_tile_stands_in_its_cell_at_a_whole_multiple() -> None:
    levels = RANDOM.integers(0, 256, (2, 3, 1, 4, 5), dtype=np.uint8)
    sheet = manifold_sheet(levels / 255.0, title="digits-2d", scale=3)
    places = {
        (row, column): find(sheet, enlarged(levels[row, column, 0], 3))
        for row in range(2)
        for column in range(3)
    }
    assert all(len(found) == 1 for found in places.values())
    assert places[1, 0][0][0] - places[0, 0][0][0] == 4 * 3 + 1  # one separating line
    assert places[0, 1][0][1] - places[0, 0][0][1] == 5 * 3 + 1


def test_a_paper_sized_manifold_is_about_900_pixels_and_keeps_a_faint_level_faint() -> None:
    sheet = manifold_sheet(
        np.full((20, 20, 1, 28, 28), 10 / 255), title="mnist-2d", note="equal steps of probability"
    )
    assert 560 <= min(sheet.size) <= 1300
    assert (np.asarray(sheet) == 10).all(axis=-1).any()


def test_original_reconstruction_and_error_stand_beside_each_other() -> None:
    original = np.zeros((2, 1, 8, 8), dtype=np.uint8)
    original[0, 0, 2:4] = 255
    rebuilt = np.zeros((2, 1, 8, 8))
    rebuilt[0, 0, 4:6] = 1.0
    sheet = reconstruction_sheet(
        original,
        rebuilt,
        rebuilt - original / 255.0,
        [101.25, 7.0],
        model="digits-2d",
        data="digits test",
        labels=["3", "8"],
    )
    (first,) = find(sheet, enlarged(original[0, 0], 8))
    (second,) = find(sheet, enlarged((rebuilt[0, 0] * 255).astype(np.uint8), 8))
    assert first[0] == second[0]
    assert second[1] - first[1] == 8 * 8 + 8
    error = np.asarray(sheet)[first[0] : first[0] + 64, second[1] + 72 : second[1] + 136]
    assert {tuple(pixel) for pixel in error.reshape(-1, 3).tolist()} == {
        LOST,
        INVENTED,
        (255, 255, 255),
    }


def test_the_sheet_has_room_for_one_image_and_for_colour() -> None:
    image = RANDOM.random((1, 3, 8, 8))
    sheet = reconstruction_sheet(
        image, image, image * 0, [1.0], model="a", data="b", nats_per_image=1.0
    )
    assert sheet.mode == "RGB"
    large = np.rint(image[0] * 255).astype(np.uint8).transpose(1, 2, 0)
    large = large.repeat(8, axis=0).repeat(8, axis=1)
    assert len(find(sheet, large)) == 2


def test_a_sheet_reads_back_byte_for_byte() -> None:
    sheet = manifold_sheet(RANDOM.random((2, 2, 1, 8, 8)), title="digits-2d", scale=4)
    with Image.open(io.BytesIO(png_bytes(sheet))) as read:
        assert read.format == "PNG"
        assert np.array_equal(np.asarray(read), np.asarray(sheet))
