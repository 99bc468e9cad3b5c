"""The view of disentanglement: its map, and what it says of each dimension."""

import json

import pytest
import torch

from latent_atlas.reports.diagnosis.chapters.disentangle import title
from latent_atlas.reports.diagnosis.sections.disentangle import DisentangleFinding
from latent_atlas.ui.diagnose.information_map import information_option, map_height
from vae_core.data import Factors
from vae_core.evaluation.disentanglement.measures import disentanglement
from vae_core.evaluation.units import units
from vae_core.models import DiagonalGaussian


@pytest.fixture(scope="module")
def found() -> DisentangleFinding:
    """Of two factors: z1 is the second one, z2 nothing, z3 the first with some noise."""
    levels = torch.cartesian_prod(torch.arange(3), torch.arange(4)).repeat(20, 1)
    factors = Factors(
        ("a *kind*", "place", "flat"), (3, 4, 1), torch.nn.functional.pad(levels, (0, 1))
    )
    generator = torch.Generator().manual_seed(0)
    mu = torch.randn(len(levels), 3, generator=generator)
    mu[:, 0] = 2 * (levels[:, 1] - 1.5)
    mu[:, 1] *= 1e-3
    mu[:, 2] = 0.7 * mu[:, 2] + levels[:, 0] - 1
    posterior = DiagonalGaussian(mu, torch.full_like(mu, -3) * torch.tensor([1.0, 0.0, 1.0]))
    measured = disentanglement(mu, factors)
    of = units(posterior)
    walks = torch.zeros(3, 9, 1, 8, 8, dtype=torch.uint8)
    return DisentangleFinding(("test",), measured, of, of.order, walks)


def test_the_map_has_a_cell_for_each_pair_dimensions_by_their_rate(
    found: DisentangleFinding,
) -> None:
    option = information_option(found, ink="#000000")
    json.dumps(option, allow_nan=False)
    assert option["xAxis"]["data"] == ["z1", "z3", "z2"]
    assert option["yAxis"]["data"] == ["a *kind*", "place"]
    cells = option["series"][0]["data"]
    assert len(cells) == 6
    assert cells[1]["value"][:3] == [0, 1, 1.0]  # z1 says all of the place
    assert "z1 says 100 % of place" in cells[1]["value"][3]
    assert map_height(found) > 100


def test_what_each_dimension_says_is_told_in_words(found: DisentangleFinding) -> None:
    assert found.carries(0) == "says more of place than of the others: 100 % of it"
    assert found.carries(1) == "is not in use"
    assert found.carries(2).startswith("says more of a *kind* than of ")
    assert title(found) == "Place has a dimension of its own"
    idle, left = found.doubts
    assert idle.startswith("Not in use: z2.")
    assert "flat" in left
    assert "Locatello" in found.lines()[-1]
