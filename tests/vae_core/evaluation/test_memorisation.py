"""Nearest training images against scikit-learn, and copies among fresh images."""

import pytest
import torch
from sklearn.neighbors import NearestNeighbors
from torch import Generator, Tensor

from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Watch
from vae_core.evaluation.memorisation import memorisation, nearest


def pictures(count: int, seed: int) -> Tensor:
    shape = (count, 1, 5, 4)
    return torch.randint(256, shape, generator=Generator().manual_seed(seed), dtype=torch.uint8)


def test_the_nearest_are_those_that_scikit_learn_finds_and_a_copy_is_at_no_distance() -> None:
    training, images = pictures(6000, 0), pictures(600, 1)
    images[3] = training[5500]
    found = nearest(images, training)
    index = NearestNeighbors(n_neighbors=1).fit(training.flatten(1).double() / 255)
    distances, places = index.kneighbors(images.flatten(1).double() / 255)
    assert found.places.tolist() == places[:, 0].tolist()
    torch.testing.assert_close(found.distances, torch.from_numpy(distances[:, 0] / 20**0.5))
    assert (found.places[3].item(), found.distances[3].item()) == (5500, 0)
    again = nearest(images / 255, training)
    torch.testing.assert_close(again.distances, found.distances, atol=1e-6, rtol=0)


def test_copies_are_said_to_be_near_and_fresh_images_are_not() -> None:
    training, test = pictures(500, 0), pictures(400, 1)
    noisy = (training[:100].int() + 9).clamp(max=255).to(torch.uint8)
    copied = memorisation(torch.cat([noisy, pictures(100, 2)]), test, training)
    assert copied.decided
    assert copied.near.share > 0.5
    fresh = memorisation(pictures(400, 3), test, training)
    assert not fresh.decided
    assert fresh.near.low < 0.05 < fresh.near.high


def test_it_stops_when_told_to_and_refuses_what_cannot_be_compared() -> None:
    with pytest.raises(Cancelled):
        memorisation(pictures(3, 0), pictures(3, 1), pictures(3, 2), Watch(cancelled=lambda: True))
    with pytest.raises(AtlasError, match="one size"):
        memorisation(pictures(3, 0), pictures(0, 1), pictures(3, 2))
