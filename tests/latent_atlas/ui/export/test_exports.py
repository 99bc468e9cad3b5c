"""The ends of a walk, and the picture of the plane."""

import io
from dataclasses import replace

import pytest
import torch
from PIL import Image

from latent_atlas.ui.export.endpoints import OWN, PIN, WalkContext, endpoint, endpoint_names
from latent_atlas.ui.export.exports import manifold_png
from latent_atlas.ui.latent_plane import PlaneView
from latent_atlas.ui.latent_plane.spot import plane_of, whole_z
from latent_atlas.ui.model_files import list_models, load_by_digest
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.latent import encode_images


def here(model: str = "shipped:digits-2d", own: torch.Tensor | None = None) -> WalkContext:
    entry = next(each for each in list_models() if each.key == model)
    return WalkContext(entry, PlaneView(z=(0.5, -1.0)), own)


def test_ends_are_the_pin_ones_own_image_and_one_real_image_a_class() -> None:
    own = torch.tensor([1.0, 2.0])
    assert endpoint_names(here()) == [PIN, *(f"A real {n}" for n in range(10))]
    assert endpoint_names(here(own=own))[:2] == [PIN, OWN]
    assert endpoint(here(), PIN).tolist() == [0.5, -1.0]
    assert endpoint(here(own=own), OWN) is own


def test_an_image_is_where_it_is_encoded_and_a_typical_one_among_its_class() -> None:
    digits = load_dataset("digits")
    mu = encode_images(load_by_digest(here().entry.digest).vae, digits.images).mu
    assert torch.allclose(endpoint(here(), "#17"), mu[17], atol=1e-6)
    assert digits.labels is not None
    of_class = mu[digits.labels == 3]
    typical = endpoint(here(), "A real 3")
    assert (of_class - typical).norm(dim=1).min() < 1e-5


def test_a_typed_z_is_whole_or_as_much_of_it_as_the_plane_shows() -> None:
    assert endpoint(here(), "0.5, −1").tolist() == [0.5, -1.0]
    z = endpoint(here("shipped:mnist-10d"), "2 1")
    assert z.shape == (10,)
    assert sorted(z.tolist()) == [0.0] * 8 + [1.0, 2.0]


def test_the_pin_is_where_the_chosen_plane_and_its_base_have_it() -> None:
    entry = here("shipped:mnist-10d").entry
    base = tuple(0.5 for _ in range(10))
    view = PlaneView(z=(2.0, -1.0), dims="axes-3-7", base=base)
    z = endpoint(WalkContext(entry, view, None), PIN)
    assert [z[2], z[6]] == [2.0, -1.0]
    assert z[[0, 1, 3, 4, 5, 7, 8, 9]].tolist() == [0.5] * 8
    flat = whole_z(entry, (2.0, -1.0), replace(view, dims="pca"))
    by = plane_of(entry, replace(view, dims="pca"))
    D = by.plane.directions
    assert torch.allclose(D @ flat, torch.tensor([2.0, -1.0]), atol=1e-5)
    beside = flat - torch.tensor(base)
    assert torch.allclose(beside, (D @ beside) @ D, atol=1e-5)


@pytest.mark.parametrize("text", ["", "somewhere", "1,2,3", "nan,0", "#99999", "A real cat", OWN])
def test_an_end_that_is_none_is_one_sentence(text: str) -> None:
    with pytest.raises(AtlasError, match=r"names no spot|has no image"):
        endpoint(here(), text)


def test_the_picture_of_the_plane_grows_with_its_scale() -> None:
    sizes = []
    for scale in (1, 3):
        content = manifold_png(here().entry, PlaneView(axis="cdf"), scale)
        with Image.open(io.BytesIO(content)) as read:
            sizes.append(read.size[1])
    assert sizes[1] - sizes[0] == 20 * 8 * 2
