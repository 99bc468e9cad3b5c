"""Paths and their lengths, against circles and straight lines."""

import math

import pytest
import torch
from torch import Generator

from tests.vae_core.latent.decoders import Draws, linear, polar
from vae_core.errors import AtlasError
from vae_core.latent import constant_speed, length, line, slerp
from vae_core.models import VAE, Architecture


def test_a_line_passes_its_anchors_in_equal_steps() -> None:
    anchors = torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 4.0]])
    path = line(anchors, steps=4)
    assert path.shape == (9, 2)
    assert path[[0, 4, 8]].tolist() == anchors.tolist()
    assert path[6].tolist() == [1.0, 2.0]


def test_slerp_walks_the_great_circle_at_constant_angle() -> None:
    a, b = torch.tensor([2.0, 0.0, 0.0]), torch.tensor([0.0, 0.0, 2.0])
    path = slerp(torch.stack([a, b]), steps=3)
    angles = torch.tensor([0, 30, 60, 90]).deg2rad()
    expected = 2 * torch.stack([angles.cos(), 0 * angles, angles.sin()], 1)
    torch.testing.assert_close(path, expected)


def test_slerp_keeps_the_norm_in_a_hundred_dimensions_where_a_line_loses_a_third() -> None:
    anchors = torch.randn(2, 100, generator=Generator().manual_seed(0))
    middle = slerp(anchors, 2)[1].norm() / anchors.norm(dim=1).mean()
    assert abs(float(middle) - 1) < 0.02
    assert abs(float(line(anchors, 2)[1].norm() / anchors.norm(dim=1).mean()) - 0.71) < 0.08


@pytest.mark.parametrize("b", [[3.0, 3.0], [-1.0, -1.0], [0.0, 0.0], [1.0, 1.00001]], ids=str)
def test_slerp_is_straight_where_the_angle_says_nothing(b: list[float]) -> None:
    anchors = torch.tensor([[1.0, 1.0], b])
    torch.testing.assert_close(slerp(anchors, 5), line(anchors, 5))


def test_the_length_of_a_quarter_circle_does_not_depend_on_the_number_of_points() -> None:
    for steps in (4, 32):
        path = line(torch.tensor([[2.0, 0.0], [2.0, math.pi / 2]]), steps)
        assert abs(length(polar(), path) - math.pi) < 1e-3


def test_the_length_under_a_linear_decoder_is_the_distance_of_the_ends() -> None:
    W = torch.randn(5, 2, generator=Generator().manual_seed(0))
    ends = torch.randn(2, 2)
    expected = float((W @ (ends[1] - ends[0])).norm())
    assert abs(length(linear(W), line(ends, 40)) / expected - 1) < 1e-5


def test_a_long_path_is_measured_across_blocks() -> None:
    path = torch.linspace(0, 3, 400)[:, None]
    assert abs(length(linear(torch.ones(1, 1)), path) - 3) < 1e-4


def test_frames_of_constant_speed_are_where_the_inverse_of_the_decoder_says() -> None:
    # z ↦ z³ moves fast at the ends and hardly at all in the middle.
    frames = constant_speed(Draws(lambda z: z**3), line(torch.tensor([[-1.0], [1.0]]), 64), 9)
    target = torch.linspace(-1, 1, 9)
    torch.testing.assert_close(
        frames[:, 0], target.sign() * target.abs() ** (1 / 3), atol=2e-2, rtol=0
    )
    images = frames**3
    torch.testing.assert_close(images.diff(dim=0), torch.full((8, 1), 0.25), atol=1e-3, rtol=0)


def test_consecutive_frames_of_a_decoder_are_equally_far_apart() -> None:
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=2, hidden=(30, 30), activation="relu"))
    vae.initialise("torch", Generator().manual_seed(0))
    anchors = 4 * torch.randn(3, 2, generator=Generator().manual_seed(1))
    frames = constant_speed(vae, line(anchors), 40)
    assert frames[[0, -1]].tolist() == anchors[[0, -1]].tolist()
    with torch.no_grad():
        chords = vae.decode(frames).mean.flatten(1).diff(dim=0).norm(dim=1)
        before = vae.decode(line(anchors, 20)).mean.flatten(1).diff(dim=0).norm(dim=1)
    assert float(chords.max() / chords.min()) < 1.02 < float(before.max() / before.min())


def test_where_nothing_changes_the_path_is_divided_evenly() -> None:
    path = line(torch.tensor([[0.0, 0.0], [4.0, 0.0]]), 7)
    frames = constant_speed(Draws(lambda z: 0 * z), path, 5)
    torch.testing.assert_close(frames[:, 0], torch.arange(5.0))


def test_one_point_is_no_path_and_one_frame_no_film() -> None:
    with pytest.raises(AtlasError, match="two points"):
        line(torch.zeros(1, 2))
    with pytest.raises(AtlasError, match="2 frames"):
        constant_speed(polar(), torch.zeros(2, 2), 1)
