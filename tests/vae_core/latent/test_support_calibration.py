"""What the support meter is worth: on the shipped model in 10-D, and where q is known."""

from functools import cache
from pathlib import Path

import pytest
import torch
from torch import Generator, Tensor
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from latent_atlas.stored_models import shipped_models
from latent_atlas.ui.latent_plane.maps import limits
from vae_core.data import Dataset, available_datasets, load_dataset
from vae_core.latent import Encodings, SupportMeter, encode_images, midpoints, roc_area
from vae_core.latent.density import sample_posteriors
from vae_core.latent.support import TELLS_NOTHING
from vae_core.models import VAE, load_model


@cache
def ten() -> VAE:
    return load_model(shipped_models()["mnist-10d"]).vae


@cache
def measured() -> tuple[SupportMeter, Encodings]:
    """The meter of mnist-12k's training images, and its test images, none of which it has seen."""
    data = load_dataset("mnist-12k")
    parts = (data.split(name).images for name in ("train", "test"))
    seen, unseen = (encode_images(ten(), images) for images in parts)
    return SupportMeter(seen), unseen


def normal(count: int, scale: float = 1.0) -> Tensor:
    return scale * torch.randn(count, 10, generator=Generator().manual_seed(1))


def test_real_images_in_ten_dimensions_are_told_from_draws_that_are_too_wide() -> None:
    meter, unseen = measured()
    wide = meter.log_prob(normal(4000, 1.5))
    assert roc_area(meter.log_prob(unseen.mu), wide) >= 0.9
    drawn = sample_posteriors(unseen, 4000, Generator().manual_seed(0))
    assert roc_area(meter.log_prob(drawn), wide) >= 0.9


def test_a_hundredth_of_unseen_images_is_unsupported_in_ten_dimensions() -> None:
    meter, unseen = measured()
    drawn = sample_posteriors(unseen, 8000, Generator().manual_seed(0))
    found = meter.share_below(meter.log_prob(drawn))
    assert 0.004 < float((found < 0.01).float().mean()) < 0.02
    for share in (0.1, 0.25, 0.5, 0.75):
        assert abs(float((found < share).float().mean()) - share) < 0.04


def test_while_averages_count_as_supported_as_images_readme_and_page_say_so() -> None:
    meter, unseen = measured()
    of_images = meter.log_prob(unseen.mu)
    area = roc_area(of_images, meter.log_prob(midpoints(unseen.mu)))
    print(f"images against midpoints of random pairs: {area:.3f}")
    if area <= TELLS_NOTHING:
        readme = Path(__file__).parents[3] / "README.md"
        assert "does not recognise averages" in readme.read_text("utf-8")
        assert "support does not recognise it" in limits(meter)


def _known() -> MixtureSameFamily:
    """Eight round clusters in ten dimensions."""
    places = normal(8)
    return MixtureSameFamily(
        Categorical(torch.ones(8)), Independent(Normal(places, torch.full_like(places, 0.5)), 1)
    )


def test_the_hole_mass_of_a_known_density_is_found_whatever_the_components() -> None:
    truth = _known()
    torch.manual_seed(0)
    mu, prior = truth.sample((10_000,)), normal(20_000)
    floor = truth.log_prob(truth.sample((40_000,))).quantile(0.01)
    exact = float((truth.log_prob(prior) < floor).float().mean())
    assert exact > 0.1
    encodings = Encodings(mu, torch.full(mu.shape, 0.01).log() * 2)
    found = [SupportMeter(encodings, components=n).hole_mass() for n in (2_000, 10_000)]
    assert found == pytest.approx([exact, exact], rel=0.15)
    assert found[0] == pytest.approx(found[1], rel=0.2)


def _mnist() -> Dataset:
    if not any(info.name == "mnist" and info.present for info in available_datasets()):
        pytest.skip("MNIST is not here: LATENT_ATLAS_DATA names no folder that has it")
    return load_dataset("mnist")


def test_the_hole_mass_of_ten_dimensions_is_stable_from_2000_to_20000_components() -> None:
    encodings = encode_images(ten(), _mnist().images[:20_000])
    few, many = (SupportMeter(encodings, components=n).hole_mass() for n in (2_000, 20_000))
    assert few == pytest.approx(many, rel=0.2)
    assert few > 0.05
