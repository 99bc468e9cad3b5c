"""Where a model stands: against the bound's own code, and against plain means of differences."""

import math

import pytest
import scipy.stats
import torch

from vae_core.evaluation import Cancelled, Watch, evaluate_images
from vae_core.evaluation.rate_distortion import (
    Mean,
    apart,
    mean_of,
    operating_point,
    squared_errors,
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
        ((1, 8, 8), 2, "continuous-bernoulli"),
    ],
)
def test_squared_errors_are_those_of_copies_and_the_point_is_the_mean_of_the_bounds(
    shape: tuple[int, int, int], dims: int, likelihood: str
) -> None:
    vae, images = model(shape, dims, likelihood), some(90, shape)
    found = squared_errors(vae, images)
    with torch.no_grad():
        x = images.float() / 255
        posterior = vae.encode(x)
        # In one batch, in which the draws are those of one call.
        whole = squared_errors(vae, images[:20])
        drawn = vae.decode(vae.encode(x[:20]).rsample(torch.Generator().manual_seed(1))).mean
        copies = vae.decode(posterior.mu).mean
    torch.testing.assert_close(
        found.copied.float(), ((copies - x) ** 2).flatten(1).mean(1), rtol=1e-4, atol=1e-6
    )
    torch.testing.assert_close(
        whole.drawn.float(), ((drawn - x[:20]) ** 2).flatten(1).mean(1), rtol=1e-4, atol=1e-6
    )
    bounds = evaluate_images(vae, images, samples=4)
    point = operating_point(bounds, found)
    assert point.cost.value == -bounds.elbo.double().mean().item()
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
    vae, one = model((1, 8, 8), 2), some(1, (1, 8, 8))
    alone = operating_point(evaluate_images(vae, one), squared_errors(vae, one))
    assert alone.cost.half_width is None
    assert not alone.cost.decided
    assert math.isfinite(alone.cost.value)


def test_work_tells_how_far_it_is_and_stops_when_asked() -> None:
    vae, images = model((3, 64, 64), 2), some(200, (3, 64, 64))
    parts: list[float] = []
    squared_errors(vae, images, watch=Watch(parts.append))
    assert parts == sorted(parts)
    assert len(parts) > 1
    assert parts[-1] == 1.0
    with pytest.raises(Cancelled):
        squared_errors(vae, images, watch=Watch(cancelled=lambda: True))
