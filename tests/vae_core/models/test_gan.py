"""A GAN makes images of any size, has places to walk and no p(x|z), and is kept in files."""

import pytest
import torch
from torch import Generator

from vae_core.models import (
    Decodes,
    Encodes,
    Generates,
    HasDensity,
    Samples,
    TrainingRecord,
    inability,
    load_model,
    model_bytes,
)
from vae_core.models.gan import Gan, GanArchitecture


def _gan(image_shape: tuple[int, int, int] = (1, 8, 8)) -> Gan:
    architecture = GanArchitecture(image_shape=image_shape, noise_dim=3, first_channels=4)
    return Gan(architecture).initialise("torch", Generator().manual_seed(0))


@pytest.mark.parametrize(
    "image_shape", [(1, 8, 8), (1, 28, 28), (1, 28, 20), (3, 64, 64), (4, 1, 1), (2, 9, 33)]
)
@torch.no_grad()
def test_images_of_any_size_are_made_in_the_unit_interval_and_scored(
    image_shape: tuple[int, int, int],
) -> None:
    gan = _gan(image_shape)
    images = gan.sample_images(5, Generator().manual_seed(1))
    assert images.shape == (5, *image_shape)
    assert 0 <= images.min() <= images.max() <= 1
    scores = gan.discriminator(images)
    assert scores.shape == (5,)
    assert scores.std() > 0


def test_sides_are_halved_until_they_are_eight_or_less_and_channels_doubled() -> None:
    def channels(side: int) -> list[int]:
        shape = (1, side, side)
        return GanArchitecture(image_shape=shape, noise_dim=1, first_channels=2).channels

    assert channels(8) == [2]
    assert channels(16) == [2]
    assert channels(17) == channels(28) == channels(32) == [2, 4]
    assert channels(64) == [2, 4, 8]
    assert channels(1024) == [2, 4, 8, 16, 16, 16, 16]


@torch.no_grad()
def test_the_score_of_an_image_knows_nothing_of_the_others_in_its_batch() -> None:
    gan, x = _gan(), torch.rand(6, 1, 8, 8, generator=Generator().manual_seed(1))
    alone = torch.cat([gan.discriminator(each[None]) for each in x])
    torch.testing.assert_close(gan.discriminator(x), alone)


@torch.no_grad()
def test_a_sample_is_the_image_of_a_place_drawn_from_the_normal_distribution() -> None:
    gan = _gan()
    z = torch.randn(4, 3, generator=Generator().manual_seed(7))
    assert torch.equal(gan.sample_latents(4, Generator().manual_seed(7)), z)
    torch.testing.assert_close(
        gan.sample_images(4, Generator().manual_seed(7)), gan.generate(z), rtol=0, atol=1e-6
    )


def test_it_generates_and_samples_and_says_what_it_cannot() -> None:
    assert inability(Gan, Generates, Samples) is None
    for ability in (Encodes, Decodes, HasDensity):
        told = inability(Gan, ability)
        assert told is not None
        assert told.startswith("this is a generative adversarial network, and it ")
    assert Gan.density({}) is None


def test_its_file_gives_back_the_same_images() -> None:
    gan = _gan()
    again = load_model(model_bytes(gan, TrainingRecord(algorithm="gan")))
    assert isinstance(again.model, Gan)
    assert torch.equal(again.sample(3, seed=2), gan.sample_images(3, Generator().manual_seed(2)))
