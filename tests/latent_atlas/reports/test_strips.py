"""A path as a strip of frames and as a film."""

import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from latent_atlas.reports.lettering import PAPER
from latent_atlas.reports.strips import Film, film, path_strip

RANDOM = np.random.RandomState(0)


def frames_of(content: bytes) -> list[np.ndarray]:
    with Image.open(io.BytesIO(content)) as read:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(read)]


@pytest.mark.parametrize(("kind", "channels"), [("GIF", 1), ("WEBP", 1), ("WEBP", 3)])
def test_a_film_goes_there_and_back_and_holds_the_levels_exactly(kind: Film, channels: int) -> None:
    images = RANDOM.random((5, channels, 6, 4))
    read = frames_of(film(images, kind, scale=3))
    assert len(read) == 8
    levels = np.rint(images * 255).astype(np.uint8).transpose(0, 2, 3, 1).repeat(3, 1).repeat(3, 2)
    for frame, number in zip(read, [0, 1, 2, 3, 4, 3, 2, 1], strict=True):
        assert np.array_equal(frame, np.broadcast_to(levels[number], (18, 12, 3)))


def test_a_film_runs_for_ever_at_the_pace_that_was_asked_for() -> None:
    images = RANDOM.random((3, 1, 8, 8))
    with Image.open(io.BytesIO(film(images, "GIF", milliseconds=120))) as read:
        assert read.info["loop"] == 0
        assert read.info["duration"] == 120
        assert read.size == (128, 128)
    with Image.open(io.BytesIO(film(images, "GIF", there_and_back=False))) as read:
        assert getattr(read, "n_frames") == 3  # noqa: B009


def test_a_strip_has_its_frames_in_order_and_a_count_under_each() -> None:
    images = RANDOM.random((14, 1, 8, 8))
    bare = np.asarray(path_strip(images, title="a", scale=4))
    strip = np.asarray(path_strip(images, title="a", scale=4, told=[f"{n}" for n in range(14)]))
    levels = np.rint(images[:, 0] * 255).astype(np.uint8).repeat(4, 1).repeat(4, 2)
    for number in range(14):
        left, top = 24 + number % 12 * 40, 64 + number // 12 * 64
        tile = strip[top : top + 32, left : left + 32, 0]
        assert np.array_equal(tile, levels[number])
        below = strip[top + 36 : top + 54, left : left + 32]
        assert (below != PAPER).any()
    assert strip.shape[0] == bare.shape[0] + 2 * 24


def test_an_unsupported_frame_is_paler_and_marked() -> None:
    images = RANDOM.random((2, 1, 8, 8))
    strip = np.asarray(
        path_strip(images, title="a", scale=4, told=["5", "23 %"], supported=[True, False])
    )
    inks = [strip[100:118, left : left + 32].min() for left in (24, 64)]
    assert inks[0] < 60 < inks[1]
