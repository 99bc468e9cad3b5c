"""What models make of classes, on toys whose answer is known and against other libraries."""

import math
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix
from torch import Generator, Tensor

from vae_core.evaluation import (
    Cancelled,
    Change,
    Picture,
    Verdicts,
    Watch,
    better,
    confusion,
    entropy,
    identity,
    judged,
    largest_changes,
)
from vae_core.models import VAE, DiagonalGaussian

stats = pytest.importorskip("scipy.stats")

CLASSES = 3


class Brightest:
    """Takes an image for the place of its brightest pixel."""

    digest = "0" * 64
    class_names = ("left", "middle", "right")

    def probabilities(self, x: Tensor) -> Tensor:
        return (20 * x.flatten(1)).softmax(1)


class Toy:
    """z is which pixel is lit, and `comes_back` which one is lit again."""

    def __init__(self, comes_back: list[int]) -> None:
        self.comes_back = torch.tensor(comes_back)

    def encode(self, x: Tensor) -> DiagonalGaussian:
        mu = x.flatten(1).argmax(1, keepdim=True).float()
        return DiagonalGaussian(mu, torch.full_like(mu, -20.0))

    def decode(self, z: Tensor) -> SimpleNamespace:
        place = self.comes_back[z[:, 0].round().long().clamp(0, CLASSES - 1)]
        return SimpleNamespace(mean=torch.eye(CLASSES)[place].view(-1, 1, 1, CLASSES))

    def sample_images(self, count: int, generator: Generator) -> Tensor:
        z = torch.randint(CLASSES, (count, 1), generator=generator).float()
        return cast("Tensor", self.decode(z).mean)


def toy(*comes_back: int) -> VAE:
    return cast("VAE", Toy(list(comes_back)))


LABELS = torch.tensor([0, 1, 2]).repeat_interleave(torch.tensor([50, 30, 20]))
IMAGES = (torch.eye(CLASSES)[LABELS].view(-1, 1, 1, CLASSES) * 255).to(torch.uint8)


def test_a_model_that_swaps_two_classes_is_seen_to_do_so() -> None:
    found = identity(toy(1, 0, 2), Brightest(), IMAGES, LABELS)
    expected = [[0, 50, 0], [30, 0, 0], [0, 0, 20]]
    pictures: tuple[Picture, ...] = ("mean", "sample")
    for picture in pictures:
        assert found.confusion(picture).tolist() == expected
        assert found.kept(picture).share == pytest.approx(0.2)
        lost = found.lost(picture)
        assert lost.value == pytest.approx(0.8)
        assert lost.decided
    assert largest_changes(found.confusion("mean"), 5) == [Change(0, 1, 50), Change(1, 0, 30)]
    assert found.originals_right is not None
    assert found.originals_right.share == 1


def test_a_decoder_that_always_draws_the_same_has_samples_of_one_class() -> None:
    found = identity(toy(1, 1, 1), Brightest(), IMAGES, LABELS, prior_samples=700)
    assert [share.count for share in found.prior_shares] == [0, 700, 0]
    assert found.prior_entropy.value == 0
    assert found.kept("mean").share == pytest.approx(0.3)
    faithful = identity(toy(0, 1, 2), Brightest(), IMAGES, LABELS)
    assert found.prior_confidence.value > 0.99
    gained = better(faithful, found, "mean")
    assert gained.value == pytest.approx(0.7)
    assert gained.decided
    assert not better(found, found, "mean").decided


def test_without_labels_an_image_is_of_the_class_that_it_is_taken_for() -> None:
    found = identity(toy(1, 0, 2), Brightest(), IMAGES)
    assert found.originals_right is None
    assert found.lost("mean").value == pytest.approx(0.8)


def test_one_image_of_one_class_has_a_difference_that_decides_nothing() -> None:
    found = identity(toy(0, 1, 2), Brightest(), IMAGES[:1], LABELS[:1], prior_samples=1)
    assert not found.lost("mean").decided
    assert found.prior_confidence.half_width is None


def test_the_confusion_is_that_of_scikit_learn() -> None:
    generator = Generator().manual_seed(0)
    for classes in (2, 10, 242):
        before = torch.randint(classes, (3000,), generator=generator)
        after = torch.randint(classes, (3000,), generator=generator)
        expected = confusion_matrix(before, after, labels=range(classes))
        assert np.array_equal(confusion(before, after, classes).numpy(), expected)


def test_the_entropy_of_a_marginal_has_the_value_and_the_error_that_repeating_shows() -> None:
    random = np.random.default_rng(0)
    p = np.array([0.5, 0.2, 0.15, 0.1, 0.05])
    truth, found = stats.entropy(p), []
    for _ in range(400):
        found.append(entropy(torch.from_numpy(random.multinomial(500, p))))
    values = np.array([each.value for each in found])
    assert values.mean() == pytest.approx(truth, abs=4 * values.std() / 20)
    widths = [each.half_width for each in found if each.half_width is not None]
    assert np.mean(widths) == pytest.approx(1.96 * values.std(), rel=0.12)
    assert entropy(torch.tensor([7, 7, 7])).value == pytest.approx(math.log(3))


def test_work_that_is_cancelled_ends_and_known_verdicts_are_not_made_again() -> None:
    asked = []

    class Counts(Brightest):
        def probabilities(self, x: Tensor) -> Tensor:
            asked.append(len(x))
            return super().probabilities(x)

    known = judged(Brightest(), IMAGES)
    found = identity(toy(0, 1, 2), Counts(), IMAGES, original=known, prior_samples=10)
    assert asked == [100, 100, 10]
    assert found.original is known
    with pytest.raises(Cancelled):
        identity(toy(0, 1, 2), Brightest(), IMAGES, watch=Watch(cancelled=lambda: True))


def test_the_confidence_is_the_probability_of_the_class() -> None:
    found = judged(Brightest(), IMAGES[:1])
    assert isinstance(found, Verdicts)
    assert found.confidence.item() == pytest.approx(math.exp(20) / (math.exp(20) + 2))
