"""The Fréchet distance against closed forms and SciPy's matrix root."""

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm
from torch import Generator, Tensor

from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Classifier, Watch
from vae_core.evaluation.classifier import Lessons, network_for
from vae_core.evaluation.features import features, sides
from vae_core.evaluation.frechet import frechet, gaussian_frechet


def normal(count: int, dims: int, seed: int) -> Tensor:
    return torch.randn(count, dims, generator=Generator().manual_seed(seed), dtype=torch.float64)


def untrained() -> Classifier:
    network, generator = network_for((1, 8, 8), 10), Generator().manual_seed(0)
    for parameter in network.parameters():
        parameter.data.normal_(generator=generator).mul_(0.1)
    lessons = Lessons(
        dataset="digits",
        column="digit",
        classes=tuple("0123456789"),
        split="train",
        images=1,
        digest="0" * 64,
        image_shape=(1, 8, 8),
        seed=0,
        held_out_split="test",
        held_out=1,
        right=0,
        commonest=1,
    )
    return Classifier(network.eval().requires_grad_(False), lessons)


def test_of_two_gaussians_it_is_the_closed_form() -> None:
    one = (torch.zeros(3, dtype=torch.float64), torch.diag(torch.tensor([1.0, 4.0, 9.0]).double()))
    other = (torch.ones(3, dtype=torch.float64), torch.eye(3, dtype=torch.float64))
    assert gaussian_frechet(one, other) == pytest.approx(3 + 0 + 1 + 4)  # Σ (σ₁ − σ₂)²
    assert gaussian_frechet(one, one) == pytest.approx(0, abs=1e-12)
    a, b = normal(50, 6, 0), normal(60, 6, 1) @ normal(6, 6, 2)
    found = gaussian_frechet((a.mean(0), a.T.cov()), (b.mean(0), b.T.cov()))
    root = sqrtm((a.T.cov() @ b.T.cov()).numpy()).real
    apart = (a.mean(0) - b.mean(0)).square().sum().item()
    assert found == pytest.approx(
        apart + (a.T.cov() + b.T.cov()).trace().item() - 2 * np.trace(root)
    )


def test_samples_from_elsewhere_are_beyond_the_floor_and_alike_ones_are_not() -> None:
    real = normal(4000, 4, 0)
    far = frechet(sides(normal(2000, 4, 1) + 0.5, real))
    assert far.images == 2000
    assert far.half_width is not None
    assert abs(far.value - 1.0) < far.half_width + far.floor  # 4 · 0.5²
    assert far.decided
    alike = frechet(sides(normal(2000, 4, 1), real))
    assert not alike.decided
    assert alike.floor == far.floor  # the same real images for every model


def test_its_interval_is_that_of_many_draws() -> None:
    shift = 1.0
    found = [frechet(sides(normal(200, 3, n) + shift, normal(400, 3, 1000 + n))) for n in range(60)]
    deviation = torch.tensor([each.value for each in found]).std().item()
    claimed = np.mean([each.half_width for each in found if each.half_width is not None]) / 2.09
    assert claimed == pytest.approx(deviation, rel=0.25)


def test_features_are_what_the_last_layer_of_the_classifier_reads() -> None:
    classifier = untrained()
    images = load_dataset("digits").split("test").images[:30]
    found = features(classifier, images)
    assert found.shape == (30, 128)
    last = list(classifier.network.children())[-1]
    scores = last(found.float())
    torch.testing.assert_close(scores.softmax(1), classifier.probabilities(images / 255))
    with pytest.raises(Cancelled):
        features(classifier, images, Watch(cancelled=lambda: True))
    with pytest.raises(AtlasError, match="reads images of the shape"):
        features(classifier, torch.zeros(1, 1, 9, 8))


def test_too_few_images_are_refused_and_few_have_no_interval() -> None:
    with pytest.raises(AtlasError, match="twice as many real"):
        sides(normal(9, 2, 0), normal(3, 2, 1))
    few = frechet(sides(normal(9, 2, 0), normal(18, 2, 1)))
    assert few.half_width is None
    assert not few.decided
    with pytest.raises(Cancelled):
        frechet(sides(normal(90, 2, 0), normal(180, 2, 1)), Watch(cancelled=lambda: True))
