"""The route that gives the real images of points."""

from dataclasses import replace

import pytest
import torch

from latent_atlas.ui.latent_plane.encodings import encodings_part, part_count, point_order
from latent_atlas.ui.latent_plane.images import (
    MOST_IMAGES,
    asked_points,
    point_images,
    point_names,
)
from latent_atlas.ui.latent_plane.projections import whole_space
from tests.latent_atlas.ui.model_fixtures import small_vae
from vae_core.checkpoint import read_checkpoint
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.latent import encode_images


def test_a_point_and_its_image_are_of_the_same_datum() -> None:
    vae, digits = small_vae(3), load_dataset("digits")
    part = read_checkpoint(encodings_part(vae, digits, part_count(digits) - 1, whole_space(2)))
    chosen = [1796, 0, 5, 5]
    pixels = point_images(digits, chosen)
    images = torch.frombuffer(bytearray(pixels), dtype=torch.uint8).view(4, 1, 8, 8)
    found = encode_images(vae, images).mu
    assert torch.allclose(found, part.tensors["mu"][chosen], atol=1e-5)


@pytest.mark.parametrize(
    "text",
    ["", "x", "-1", "1,", ",1", "1.5", "1e3", "²", "١", " 1", "1\n", "9" * 5000, "1," * 300 + "1"]
    + ["3-2", "0-1024", "1-", "-2", "1-2-3", "1-2,3"],
)
def test_anything_but_numbers_is_refused(text: str) -> None:
    with pytest.raises(AtlasError, match=r"\.$"):
        asked_points(text)


def test_a_run_is_all_that_lie_in_it() -> None:
    assert asked_points("7-7") == [7]
    assert asked_points("5-1028") == list(range(5, 1029))


def test_as_many_as_are_allowed_are_given_in_the_order_asked_for() -> None:
    text = ",".join(map(str, range(MOST_IMAGES, 0, -1)))
    assert asked_points(text) == list(range(MOST_IMAGES, 0, -1))
    with pytest.raises(AtlasError, match="At most 256"):
        asked_points(text + ",0")


def test_a_point_beyond_the_last_is_refused() -> None:
    with pytest.raises(AtlasError, match="has 1,797 points"):
        point_images(load_dataset("digits"), [0, 1797])


def test_a_point_has_the_name_of_its_image_and_images_without_names_are_said_to_have_none() -> None:
    digits = load_dataset("digits")
    named = replace(digits, image_names=tuple(f"{k}.png" for k in range(len(digits.images))))
    chosen = [1796, 0, 5]
    assert point_names(named, chosen) == [f"{point_order(digits)[k]}.png" for k in chosen]
    with pytest.raises(AtlasError, match="have no names"):
        point_names(digits, chosen)
    with pytest.raises(AtlasError, match="has 1,797 points"):
        point_names(named, [1797])
