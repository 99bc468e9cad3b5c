"""Ways between two images, and sums of three, against what they must be."""

from typing import cast

import pytest
import torch
from torch import Tensor

from latent_atlas.ui.model_files import ModelEntry
from latent_atlas.ui.reconstruct.between import words
from latent_atlas.ui.reconstruct.between.drawing import strips_html, sums_html
from latent_atlas.ui.reconstruct.between.ways import (
    FRAMES,
    Sum,
    latent_sum,
    pixel_sum,
    ways_between,
)
from latent_atlas.ui.reconstruct.comparison import Column
from tests.latent_atlas.ui.model_fixtures import small_vae
from vae_core.evaluation import Cancelled, Watch


class _Entry:
    def __init__(self, digest: str) -> None:
        self.digest = digest


def _column(shape: tuple[int, int, int] = (1, 8, 8), latent_dim: int = 2) -> Column:
    entry = cast("ModelEntry", _Entry(f"between {shape} {latent_dim}"))
    return Column(entry, "one", small_vae(image_shape=shape, latent_dim=latent_dim))


def _images(count: int, shape: tuple[int, int, int]) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (count, *shape), generator=generator, dtype=torch.uint8)


@pytest.mark.parametrize(
    ("shape", "latent_dim", "count"),
    [
        ((1, 8, 8), 1, 150),
        ((3, 64, 64), 2, 2),
        ((1, 28, 20), 200, 5),
        ((1, 105, 105), 3, 4),
    ],
)
def test_each_way_goes_from_the_first_image_to_the_second(
    shape: tuple[int, int, int], latent_dim: int, count: int
) -> None:
    column, images = _column(shape, latent_dim), _images(count, shape)
    ways = ways_between(column, ("some", f"{shape}"), images, 0, 1, Watch())
    x = images[:2].float() / 255
    blend, straight, geodesic = ways.strips
    assert torch.allclose(blend.frames[[0, -1]], x)
    assert blend.travelled == pytest.approx(float((x[1] - x[0]).norm()), rel=1e-5)
    with torch.no_grad():
        mu = column.vae.encode(x).mu
        ends = column.vae.decode(mu).mean
    assert ways.apart == pytest.approx(float((mu[1] - mu[0]).norm()), rel=1e-4)
    for strip in (straight, geodesic):
        assert strip.frames.shape == (FRAMES, *shape)
        assert torch.allclose(strip.frames[[0, -1]], ends, atol=1e-5)
        assert strip.support is not None
        assert strip.support.shape == strip.costs.shape == (FRAMES,)
        assert strip.travelled >= float((ends[1] - ends[0]).norm()) - 1e-4
    assert geodesic.travelled <= straight.travelled + 1e-4
    assert strips_html(ways).count("<img") == 3 * FRAMES
    assert "At its emptiest spot" in words.ways_sentence(ways)


def test_a_way_can_be_cancelled() -> None:
    column, images = _column(), _images(3, (1, 8, 8))
    with pytest.raises(Cancelled):
        ways_between(column, ("some", "x"), images, 0, 1, Watch(cancelled=lambda: True))


def test_the_sum_decodes_the_sum_of_the_means_and_finds_the_nearest_image() -> None:
    column, images = _column(), _images(20, (1, 8, 8))
    found = latent_sum(column, ("some", "sums"), images, (0, 1, 2))
    with torch.no_grad():
        mu = column.vae.encode(images[:3].float() / 255).mu
        picture = column.vae.decode((mu[0] - mu[1] + mu[2])[None]).mean[0]
    assert torch.allclose(found.picture, picture, atol=1e-6)
    distances = (images.float() / 255 - picture).square().flatten(1).mean(1).sqrt()
    assert found.nearest == int(distances.argmin())
    assert found.distance == pytest.approx(float(distances.min()), rel=1e-4)


def test_pixels_are_cut_and_a_minus_a_plus_c_is_c_itself() -> None:
    images = _images(20, (3, 8, 8))
    found = pixel_sum(images, (4, 4, 7))
    assert torch.allclose(found.picture, images[7].float() / 255, atol=1e-6)
    assert found.nearest == 7
    assert found.distance == pytest.approx(0.0, abs=1e-5)
    said = words.sum_sentence(found, (4, 4, 7), "")
    assert "Nearest is image 7, which is c itself" in said
    a, b, c = images[:3].float() / 255
    assert torch.equal(pixel_sum(images, (0, 1, 2)).picture, (a - b + c).clamp(0, 1))


def test_what_is_printed_is_escaped() -> None:
    picture = torch.zeros(1, 8, 8)
    assert "<b>x" not in sums_html([("", picture, "<b>x")])
    assert "class cat" in words.sum_sentence(Sum(picture, 3, 0.1, 0.5), (0, 1, 2), "cat")
