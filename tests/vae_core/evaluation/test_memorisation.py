"""Nearest training images against scikit-learn, and copies among fresh images."""

import pytest
import torch
from scipy.stats import nhypergeom
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
    assert not fresh.fewer
    assert fresh.near.low < 0.05 < fresh.near.high


@pytest.mark.parametrize(("samples", "test"), [(20, 40), (60, 60), (8, 30)])
def test_fresh_images_are_taken_for_copies_as_rarely_as_is_claimed(samples: int, test: int) -> None:
    generator = Generator().manual_seed(0)

    def drawn(count: int) -> Tensor:
        return torch.rand(count, 1, 2, 2, generator=generator)

    found = [memorisation(drawn(samples), drawn(test), drawn(200)) for _ in range(400)]
    for wrong in ([each.decided for each in found], [each.fewer for each in found]):
        # What has a chance of 2.5 in 100 comes 21 times of 400 in 1 of 500 runs.
        assert sum(wrong) <= 20


@pytest.mark.parametrize(("samples", "test"), [(1000, 1000), (20, 40), (6, 12), (1, 500)])
def test_how_many_are_near_by_chance_is_scipys_negative_hypergeometric(
    samples: int, test: int
) -> None:
    images = torch.rand(samples + test, 1, 1, 1, generator=Generator().manual_seed(0))
    found = memorisation(images[:samples], images[samples:], torch.zeros(1, 1, 1, 1))
    chance = nhypergeom(samples + test, samples, found.beyond + 1)
    low, high = found.usual
    assert chance.sf(high) <= 0.025 < chance.sf(high - 1)
    assert chance.cdf(low - 1) <= 0.025 < chance.cdf(low)
    assert int((found.test.distances < found.threshold).sum()) == found.beyond


def test_pictures_at_distances_that_many_share_are_neither_more_nor_fewer() -> None:
    same = torch.zeros(300, 1, 2, 2)
    found = memorisation(same, same, same)
    assert (found.decided, found.fewer, found.near.count) == (False, False, 0)


def test_it_stops_when_told_to_and_refuses_what_cannot_be_compared() -> None:
    with pytest.raises(Cancelled):
        memorisation(pictures(3, 0), pictures(3, 1), pictures(3, 2), Watch(cancelled=lambda: True))
    with pytest.raises(AtlasError, match="one size"):
        memorisation(pictures(3, 0), pictures(0, 1), pictures(3, 2))
