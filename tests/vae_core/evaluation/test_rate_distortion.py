"""Where a model stands: against the bound's own code, and against plain means of differences."""

import math

import pytest
import scipy.stats
import torch

from vae_core.evaluation import Cancelled, Watch, evaluate_images
from vae_core.evaluation.rate_distortion import (
    Mean,
    apart,
    image_costs,
    mean_of,
    operating_point,
)
from vae_core.models import VAE, Architecture


def model(shape: tuple[int, int, int], dims: int, likelihood: str = "bernoulli") -> VAE:
    torch.manual_seed(0)
    return VAE(Architecture(image_shape=shape, latent_dim=dims, hidden=(8,), likelihood=likelihood))


def some(count: int, shape: tuple[int, int, int]) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (count, *shape), dtype=torch.uint8, generator=generator)


@pytest.mark.parametrize(
    ("shape", "dims", "likelihood"),
    [
        ((1, 28, 20), 1, "gaussian"),
        ((3, 64, 64), 200, "bernoulli"),
        ((1, 105, 105), 2, "gaussian-fixed"),
        ((1, 8, 8), 2, "continuous-bernoulli"),
    ],
)
def test_costs_of_images_are_those_of_the_bound(
    shape: tuple[int, int, int], dims: int, likelihood: str
) -> None:
    vae, images = model(shape, dims, likelihood), some(90, shape)
    found = image_costs(vae, images, seed=3)
    # The bound's own code draws images and codes from one stream; grey images take none of it.
    batch = max(1, min(1000, 2**20 // images[0].numel()))
    known = evaluate_images(vae, images, seed=4, batch_size=batch)
    torch.testing.assert_close(found.rate.float(), known.rate)
    torch.testing.assert_close(found.distortion.float(), known.distortion)
    with torch.no_grad():
        x = images.float() / 255
        means = vae.decode(vae.encode(x).mu).mean
    torch.testing.assert_close(
        found.copy_error.float(), ((means - x) ** 2).flatten(1).mean(1), rtol=1e-4, atol=1e-6
    )
    point = operating_point(found)
    assert point.cost.value == pytest.approx(point.rate.value + point.distortion.value)
    assert point.images == 90


def test_the_half_width_of_a_mean_is_students() -> None:
    values = torch.randn(12, generator=torch.Generator().manual_seed(0)).double()
    found = mean_of(values)
    low, high = scipy.stats.t.interval(0.95, 11, values.mean(), scipy.stats.sem(values))
    assert (found.value - low, high - found.value) == pytest.approx(
        (found.half_width,) * 2, rel=1e-3
    )


def test_from_training_to_test_images_chances_add_and_one_image_decides_nothing() -> None:
    moved = apart(Mean(1.0, 0.3), Mean(1.4, 0.4))
    assert moved.value == pytest.approx(0.4)
    assert moved.half_width == pytest.approx(0.5)
    assert not moved.decided
    assert apart(Mean(1.0, 0.3), Mean(2.0, 0.4)).decided
    assert apart(Mean(1.0, 0.3), Mean(9.0, None)) == Mean(8.0, None)
    alone = operating_point(image_costs(model((1, 8, 8), 2), some(1, (1, 8, 8))))
    assert alone.cost.half_width is None
    assert not alone.cost.decided
    assert math.isfinite(alone.cost.value)


def test_work_tells_how_far_it_is_and_stops_when_asked() -> None:
    vae, images = model((3, 64, 64), 2), some(200, (3, 64, 64))
    parts: list[float] = []
    image_costs(vae, images, watch=Watch(parts.append))
    assert parts == sorted(parts)
    assert len(parts) > 1
    assert parts[-1] == 1.0
    with pytest.raises(Cancelled):
        image_costs(vae, images, watch=Watch(cancelled=lambda: True))
