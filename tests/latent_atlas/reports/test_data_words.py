"""What is said of images and numbers follows from their shape, treatment and likelihood."""

import re

import pytest

from latent_atlas.reports.data_words import about_targets, targets, values
from vae_core.evaluation import Treatment


def test_values_are_pixels_in_grey_and_three_a_pixel_in_colour() -> None:
    assert values((1, 28, 20)) == "560 pixels"
    assert values((3, 32, 32)) == "3,072 colour values"


@pytest.mark.parametrize("treatment", ["grey", "dynamic", "static"])
@pytest.mark.parametrize("density", [False, True])
def test_nothing_said_of_colour_images_calls_them_grey_or_black(
    treatment: Treatment, density: bool
) -> None:
    said = targets(treatment, 3, density=density), about_targets(treatment, 3, density=density)
    for sentence in said:
        assert "colour" in sentence
        assert not re.search(r"grey|black|white|ink|stroke|digit", sentence)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_density_is_called_one_and_never_a_probability(channels: int) -> None:
    assert targets("grey", channels, density=True).endswith("under a density")
    told = about_targets("grey", channels, density=True)
    assert "may be below zero" in told
    assert "probabilities" not in told


def test_the_floor_is_that_of_these_images() -> None:
    assert "45.5 nats an image here" in about_targets("grey", 1, density=False, floor=45.49)
    assert "on average" not in about_targets("grey", 1, density=False)
