"""Regions of classes and paths across them, where the border between two classes is known."""

from types import SimpleNamespace
from typing import cast

import pytest
import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.latent import Plane, class_path, class_regions, line
from vae_core.latent.metric import Decodes


class Slope:
    """Decodes z to an image whose two pixels are as far apart as z₁ is from the border at 0.5."""

    def decode(self, z: Tensor) -> SimpleNamespace:
        lead = (z[:, 0] - 0.5) / 8
        return SimpleNamespace(mean=torch.stack([0.5 - lead, 0.5 + lead], 1).view(-1, 1, 1, 2))


SLOPE = cast("Decodes", Slope())


def probabilities(x: Tensor) -> Tensor:
    return x.flatten(1)


def test_regions_meet_where_the_classifier_is_undecided() -> None:
    found = class_regions(SLOPE, probabilities, Plane.of_axes(2), n=12, extent=3.0)
    assert found.classes.tolist() == [[0] * 7 + [1] * 5] * 12
    right = 0.5 + (2.75 - 0.5) / 8
    assert found.confidence[:, -1].tolist() == pytest.approx([right] * 12)


def test_on_the_scale_of_the_prior_every_cell_holds_the_same_share_of_it() -> None:
    found = class_regions(SLOPE, probabilities, Plane.of_axes(2), n=10, axis="gaussian-cdf")
    left = int(10 * float(torch.special.ndtr(torch.tensor(0.5))) + 0.5)
    assert found.classes.tolist() == [[0] * left + [1] * (10 - left)] * 10


def test_a_path_says_where_it_leaves_a_class() -> None:
    path = line(torch.tensor([[-1.5, 0.0], [1.5, 2.0]]), steps=9)
    found = class_path(SLOPE, probabilities, path)
    (crossing,) = found.crossings
    assert (crossing.before, crossing.after) == (0, 1)
    assert crossing.at == pytest.approx(2 / 3, abs=1e-5)
    assert torch.allclose(found.first + found.last, torch.ones(10))
    assert found.confidence[0].item() == pytest.approx(0.75)


def test_a_path_within_one_class_crosses_nothing() -> None:
    found = class_path(SLOPE, probabilities, torch.tensor([[-2.0, 0.0], [-1.0, 0.0]]))
    assert found.crossings == ()


def test_regions_of_a_line_and_cancelled_ones_are_refused() -> None:
    with pytest.raises(AtlasError, match="two directions"):
        class_regions(SLOPE, probabilities, Plane.of_axes(1))
    with pytest.raises(AtlasError, match="not wanted"):
        class_regions(SLOPE, probabilities, Plane.of_axes(2), cancelled=lambda: True)
