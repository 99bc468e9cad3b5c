"""The maps of the plane as the browser gets them, against the core that computes them."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from latent_atlas.ui.latent_plane.encodings import point_order
from latent_atlas.ui.latent_plane.maps import asked_map, judge, limits, map_bytes
from latent_atlas.ui.latent_plane.projections import Projection, whole_space
from tests.latent_atlas.ui.model_fixtures import small_vae
from vae_core.checkpoint import Checkpoint, read_checkpoint
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.latent import (
    AggregatePosterior,
    Plane,
    SupportMeter,
    encode_images,
    hole_map,
    magnification_map,
    manifold_coordinates,
)
from vae_core.latent.support_levels import LEVELS, SupportLevel

DIGITS = load_dataset("digits")


def sent(name: str, latent_dim: int = 2, axes: tuple[int, ...] = (0, 1)) -> Checkpoint:
    vae = small_vae(5, latent_dim=latent_dim)
    by = Projection("", Plane.of_axes(latent_dim, (axes[0], axes[-1])), axes)
    return read_checkpoint(map_bytes(judge(vae, DIGITS), asked_map(name), by))


def drawn(name: str, latent_dim: int = 2, axes: tuple[int, ...] = (0, 1)) -> dict[str, Tensor]:
    return sent(name, latent_dim, axes).tensors


def test_support_is_the_density_of_what_is_decoded_and_its_percentiles() -> None:
    found = drawn("support-z-3.5", latent_dim=3, axes=(2, 0))
    along = manifold_coordinates(150, "linear", 3.5)
    z = torch.tensor([[along[9], 0.0, along[30]]])
    images = DIGITS.images[point_order(DIGITS)]
    meter = SupportMeter(encode_images(small_vae(5, latent_dim=3), images))
    torch.testing.assert_close(found["values"][149 - 9, 30], meter.log_prob(z)[0])
    torch.testing.assert_close(found["levels"], meter.percentiles)


def test_support_comes_with_the_one_table_of_its_levels() -> None:
    header = sent("support-z-3.5").metadata
    assert [SupportLevel(**level) for level in header["scale"]] == list(LEVELS)


@pytest.mark.parametrize(("area", "said"), [(0.44, True), (0.55, True), (0.56, False)])
def test_what_support_does_not_recognise_is_said_where_that_was_measured(
    area: float, said: bool
) -> None:
    meter = judge(small_vae(5), DIGITS).meter
    meter.averages_area = area
    assert ("does not see through" in limits(meter)) is said


def test_holes_are_of_the_shown_dimensions_with_the_others_averaged_out() -> None:
    found = drawn("holes-cdf-3", latent_dim=3, axes=(2, 0))["values"]
    along = manifold_coordinates(150, "gaussian-cdf")
    encodings = encode_images(small_vae(5, latent_dim=3), DIGITS.images)
    shown = AggregatePosterior(encodings).marginal((2, 0))
    expected = hole_map(shown, Plane.of_axes(2), along, along)
    torch.testing.assert_close(found, expected, atol=1e-3, rtol=1e-4)


def test_magnification_is_of_the_slice_that_is_decoded() -> None:
    found = drawn("magnification-z-3", latent_dim=3, axes=(2, 0))["values"]
    along = manifold_coordinates(100, "linear")
    vae = small_vae(5, latent_dim=3)
    expected = magnification_map(vae, Plane.of_axes(3, (2, 0)), along[:1], along[-1:])
    torch.testing.assert_close(found[:1, :1], expected)


def test_a_model_of_one_dimension_has_maps_of_one_row() -> None:
    for kind, cells in (("support", 150), ("holes", 150), ("magnification", 100), ("classes", 150)):
        assert drawn(f"{kind}-z-3", latent_dim=1, axes=(0,))["values"].shape == (1, cells)


def test_class_regions_hold_a_class_and_a_share_for_every_cell() -> None:
    found = drawn("classes-z-3")
    assert found["classes"].dtype == torch.uint8
    assert int(found["classes"].max()) <= 9
    assert 0.1 <= float(found["values"].min()) <= float(found["values"].max()) <= 1.001


def test_data_without_classes_have_no_regions() -> None:
    by = judge(small_vae(), replace(DIGITS, labels=None, class_names=()))
    with pytest.raises(AtlasError, match="no classes"):
        map_bytes(by, asked_map("classes-z-3"), whole_space(2))


@pytest.mark.parametrize(
    "name",
    ["", "holes", "holes-z", "holes-z-2.5", "holes-z-9", "holes-z-3.25", "x-z-3", "holes-y-3"],
)
def test_no_other_map_can_be_asked_for(name: str) -> None:
    with pytest.raises(AtlasError, match="no such map"):
        asked_map(name)
