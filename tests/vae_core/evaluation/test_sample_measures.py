"""What is measured of pictures, and when they are said to fail."""

import pytest
import torch
from torch import Generator, Tensor

from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Watch
from vae_core.evaluation.proportions import Proportion
from vae_core.evaluation.sample_measures import Drawn, as_drawn, draw, measured, verdict, ways
from vae_core.models import VAE, Architecture


def noise(count: int, seed: int) -> Tensor:
    generator = Generator().manual_seed(seed)
    return torch.randint(256, (count, 1, 8, 8), generator=generator, dtype=torch.uint8)


def vae(**settings: object) -> VAE:
    given = {"image_shape": (1, 8, 8), "latent_dim": 2, "hidden": (8,)} | settings
    return VAE(Architecture.model_validate(given)).initialise("paper", Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("covered", "recognised", "expected"),
    [
        (90, 90, "passing"),
        (30, 90, "failing"),
        (90, 30, "failing"),
        (52, 90, "cannot be said"),
        (48, 90, "cannot be said"),
    ],
)
def test_pictures_fail_where_the_whole_interval_of_either_share_is_below_a_half(
    covered: int, recognised: int, expected: str
) -> None:
    assert verdict(Proportion(covered, 100), Proportion(recognised, 100)) == expected


def test_means_and_samples_of_a_vae_are_two_kinds_of_picture() -> None:
    found = {name: draw(way, 20, seed=3) for name, way in ways(vae()).items()}
    assert list(found) == ["means", "samples"]
    # Of the same z: a Bernoulli has black and white samples, and means in between.
    assert set(found["samples"].pictures.unique().tolist()) == {0, 255}
    assert len(found["means"].pictures.unique()) > 2
    assert all(each.per_second > 0 for each in found.values())
    again = draw(ways(vae())["samples"], 20, seed=3)
    assert torch.equal(again.pictures, found["samples"].pictures)


def test_only_samples_of_binarised_training_are_held_against_binarised_images() -> None:
    images = noise(40, 0)
    assert as_drawn(images, "means", "dynamic") is images
    assert as_drawn(images, "samples", "grey") is images
    drawn = as_drawn(images, "samples", "dynamic")
    assert set(drawn.unique().tolist()) == {0, 255}
    assert drawn.float().mean().item() == pytest.approx(images.float().mean().item(), abs=6)


def test_real_images_taken_for_samples_are_as_sharp_and_no_nearer_to_training() -> None:
    found = measured(Drawn(noise(200, 1), 1.0, None), noise(400, 2), noise(500, 3), None)
    assert found.features is None
    assert found.sharpness.laplacian.low < 1 < found.sharpness.laplacian.high
    assert found.memorisation is not None
    assert not found.memorisation.decided
    copied = measured(Drawn(noise(200, 3), 1.0, None), noise(400, 2), noise(500, 3), None)
    assert copied.memorisation is not None
    assert copied.memorisation.near.share == 1


def test_it_stops_when_told_to_and_needs_twice_as_many_real_images() -> None:
    with pytest.raises(Cancelled):
        draw(ways(vae())["means"], 20, watch=Watch(cancelled=lambda: True))
    with pytest.raises(AtlasError, match="6 or more at a time"):
        measured(Drawn(noise(20, 1), 1.0, None), noise(11, 2), None, None)
