"""A path as an MP4, read back frame by frame."""

import io

import av
import numpy as np
import pytest

from latent_atlas.reports.videos import video

# Large even patches, as digits have: what compresses badly nobody sees in noise either.
IMAGES = np.repeat(np.repeat(np.random.RandomState(0).random((5, 1, 3, 2)), 3, 2), 3, 3)


def read(content: bytes) -> tuple[list[np.ndarray], float]:
    """The frames [H, W, 3], and how many a second."""
    with av.open(io.BytesIO(content), "r") as file:
        [track] = file.streams.video
        assert (track.codec_context.name, track.format and track.format.name) == ("h264", "yuv420p")
        assert track.average_rate is not None
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(track)]
        return frames, float(track.average_rate)


def test_a_video_goes_there_and_back_with_the_levels_of_its_frames() -> None:
    frames, rate = read(video(IMAGES, scale=8))
    assert rate == pytest.approx(12.5)
    assert [frame.shape for frame in frames] == [(72, 48, 3)] * 8
    levels = (IMAGES * 255).repeat(8, 2).repeat(8, 3)[:, 0, :, :, None]
    for frame, number in zip(frames, [0, 1, 2, 3, 4, 3, 2, 1], strict=True):
        assert np.abs(frame - levels[number]).mean() < 3


def test_an_odd_side_gets_one_line_more_and_colours_stay() -> None:
    red = np.zeros((2, 3, 5, 7))
    red[:, 0] = 0.8
    frames, rate = read(video(red, scale=1, milliseconds=200, there_and_back=False))
    assert (len(frames), rate) == (2, 5)
    assert frames[0].shape == (6, 8, 3)
    assert np.abs(frames[0][2, 2].astype(int) - (204, 0, 0)).max() < 12


def test_small_pictures_are_enlarged_to_be_seen() -> None:
    frames, _ = read(video(IMAGES))
    assert min(frames[0].shape[:2]) >= 256
