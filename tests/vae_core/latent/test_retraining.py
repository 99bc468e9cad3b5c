"""Which distances survive retraining, where it is known; variation against SciPy's."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import scipy.stats
import torch
from torch import Generator, Tensor

from tests.vae_core.latent.decoders import Picture
from vae_core.errors import AtlasError
from vae_core.latent.retraining import Survival, distances_survive, variation
from vae_core.models import VAE, Architecture, DiagonalGaussian

Map = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Bent:
    """One model of images in other coordinates: it encodes h as `to(h)` and decodes z from there.

    The images are their own two coordinates h, and what is decoded is (h₁, h₂, h₁²).
    """

    to: Map
    back: Map

    def encode(self, x: Tensor) -> DiagonalGaussian:
        z = self.to(x.flatten(1)[:, :2])
        return DiagonalGaussian(z, torch.zeros_like(z))

    def decode(self, z: Tensor) -> Picture:
        h = self.back(z)
        return Picture(torch.stack([h[:, 0], h[:, 1], h[:, 0] ** 2], 1)[:, None, None])


def stretched(a: float, b: float) -> Bent:
    by = torch.tensor([a, b])
    return Bent(lambda h: h * by, lambda z: z / by)


def sheared(by: float) -> Bent:
    """Bent, and not only turned or stretched."""

    def to(h: Tensor) -> Tensor:
        return torch.stack([h[:, 0], h[:, 1] + by * (3 * h[:, 0]).sin()], 1)

    def back(z: Tensor) -> Tensor:
        return torch.stack([z[:, 0], z[:, 1] - by * (3 * z[:, 0]).sin()], 1)

    return Bent(to, back)


def points(n: int) -> Tensor:
    generator = Generator().manual_seed(0)
    return torch.randint(0, 256, (n, 1, 1, 2), dtype=torch.uint8, generator=generator)


def test_geodesics_survive_what_only_bends_the_map_and_straight_lines_do_not() -> None:
    models = [stretched(1.0, 1.0), stretched(3.0, 0.5), sheared(1.0)]
    found = distances_survive(models, points(24), pairs=8)
    assert found.geodesic_median.value < 0.01
    assert float(found.geodesic_variation.max()) < 0.03
    assert found.euclidean_median.value > 0.2
    assert found.verdict == "geodesic"
    assert found.difference.value > found.difference.half_width
    assert len({*found.pairs.flatten().tolist()}) == 16


def test_models_that_are_one_and_the_same_decide_nothing() -> None:
    found = distances_survive([stretched(1.0, 1.0)] * 3, points(24), pairs=6)
    assert found.euclidean_median.value == 0.0
    assert found.verdict == "undecided"


def test_straight_lines_win_where_the_pictures_differ_and_the_map_stays() -> None:
    pairs = torch.arange(20).view(10, 2)
    generator = Generator().manual_seed(0)
    straight = torch.rand(10, generator=generator).double().add(1).expand(3, 10)
    curved = straight * torch.tensor([[1.0], [2.0], [3.0]])
    found = Survival(pairs, curved, straight)
    assert found.verdict == "euclidean"
    assert found.geodesic_median.value == pytest.approx(0.5)


def test_variation_and_the_error_of_its_median_are_scipys() -> None:
    generator = Generator().manual_seed(0)
    distances = torch.rand(4, 60, generator=generator).double() + 0.2
    expected = scipy.stats.variation(distances.numpy(), ddof=1)
    np.testing.assert_allclose(variation(distances).numpy(), expected)
    found = Survival(torch.arange(120).view(60, 2), distances, torch.ones(4, 60).double())
    drawn = scipy.stats.bootstrap(
        (expected,), np.median, n_resamples=2000, rng=np.random.default_rng(0)
    )
    assert found.geodesic_median.value == pytest.approx(np.median(expected))
    assert found.geodesic_median.half_width == pytest.approx(1.96 * drawn.standard_error, rel=0.1)
    assert variation(torch.zeros(3, 2)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("dims", [1, 200])
def test_models_of_any_number_of_dimensions_are_measured(dims: int) -> None:
    torch.manual_seed(0)
    models = [
        VAE(Architecture(image_shape=(1, 8, 8), latent_dim=dims, hidden=(8,))) for _ in range(3)
    ]
    images = torch.randint(0, 256, (20, 1, 8, 8), dtype=torch.uint8)
    parts: list[float] = []
    found = distances_survive(models, images, pairs=5, on_part=parts.append)
    assert found.geodesic.shape == (3, 5)
    assert found.geodesic.isfinite().all()
    assert parts == sorted(parts)
    assert (len(parts), parts[-1]) == (15, 1.0)


def test_too_few_models_or_images_are_refused_and_work_stops_when_asked() -> None:
    one = stretched(1.0, 1.0)
    with pytest.raises(AtlasError, match="3 models or more"):
        distances_survive([one, one], points(24))
    with pytest.raises(AtlasError, match="10 images or more"):
        distances_survive([one] * 3, points(9))

    def stop(done: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        distances_survive([one] * 3, points(24), pairs=6, on_part=stop)
