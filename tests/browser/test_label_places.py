"""A class's label stands where the class is densest: in z, in Φ(z), for every shipped model."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
import torch
from playwright.sync_api import Page
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from latent_atlas.stored_models import shipped_models
from latent_atlas.ui.latent_plane.encodings import first_encodings, point_order, shown
from tests.browser.modules import run
from tests.browser.plane import floats
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.models import load_model

NEIGHBOURS = 100
SCRIPT = """const [xs, ys] = values.slice(0, 2).map(read);
    const found = label_places.labelPlaces({ xs, ys }, values[2], values[3]);
    return found.map((place) => place && [place.x, place.y, label_places.isMajority(place)]);"""


class Label(NamedTuple):
    x: float
    y: float
    majority: bool


def _labels(blank: Page, at: Tensor, classes: Tensor, count: int) -> list[Label | None]:
    xs, ys = (floats(axis) for axis in at.float().unbind(1))
    found = run(blank, "layers/label_places", SCRIPT, xs, ys, classes.tolist(), count)
    return [Label(*each) if each else None for each in found]


def _places(labels: list[Label | None]) -> Tensor:
    """[classes, 2]; all have a label."""
    return torch.tensor([[each.x, each.y] for each in labels if each], dtype=torch.float64)


def _shares(at: Tensor, classes: Tensor, places: Tensor, count: int) -> np.ndarray:
    """Each class's share of the dots nearest to each place. [P, classes]."""
    nearest = NearestNeighbors(n_neighbors=NEIGHBOURS).fit(at.numpy())
    found = classes.numpy()[nearest.kneighbors(places.numpy(), return_distance=False)]
    return np.stack([(found == label).mean(1) for label in range(count)], 1)


@cache
def _dots(model: str) -> tuple[Tensor, Tensor, int]:
    """Where the plane puts the images of the model's data, z [N, 1 or 2], and their classes."""
    saved = load_model(shipped_models()[model])
    name = saved.training.dataset
    assert name is not None
    try:
        dataset = load_dataset(name)
    except AtlasError:  # the whole of MNIST, of which a part is always here
        if not name.endswith("mnist"):
            pytest.skip(f"{name} is not here")
        dataset = load_dataset("mnist-12k")
    if dataset.labels is None:
        pytest.skip(f"{name} has no classes")
    encodings = first_encodings(saved.vae, dataset, 12_000)
    mu, _, _ = shown(saved.vae, dataset).project(encodings)
    classes = dataset.labels[point_order(dataset)[:12_000]]
    return mu.double(), classes, len(dataset.class_names)


@pytest.mark.parametrize("model", shipped_models())
@pytest.mark.parametrize("axis", ["z", "phi"])
def test_it_has_the_majority_there_where_any_place_has(blank: Page, model: str, axis: str) -> None:
    z, classes, count = _dots(model)
    extent = max(3.0, float(z.abs().quantile(0.995)))
    at = torch.special.ndtr(z) if axis == "phi" else (z + extent) / (2 * extent)
    if at.shape[1] == 1:
        pytest.skip(f"{model} has a row for each class")
    labels = _labels(blank, at, classes, count)

    spots = torch.cartesian_prod(*[torch.linspace(0, 1, 61, dtype=torch.float64)] * 2)
    inside = ((at >= 0) & (at < 1)).all(1)
    everywhere = _shares(at, classes, torch.cat([at[inside], spots]), count)
    dots = _shares(at, classes, at[inside], count)
    here = _shares(at, classes, _places(labels), count)
    for label in range(count):
        somewhere = everywhere[:, label].max()
        found = labels[label]
        assert found is not None
        assert found.majority == (here[label, label] > 0.5)
        if somewhere > 0.5:
            assert here[label, label] > 0.5, (label, somewhere)
        else:
            own = dots[classes[inside].numpy() == label, label].max()
            assert here[label, label] >= own - 0.02, (label, own)


@pytest.mark.parametrize("model", ["mnist-2d", "digits-2d"])
def test_labels_of_a_plane_keep_apart(blank: Page, model: str) -> None:
    z, classes, count = _dots(model)
    at = (z + 4) / 8
    labels = _labels(blank, at, classes, count)
    distances = torch.pdist(_places(labels))
    assert float(distances.min()) >= 0.06


def test_a_class_that_surrounds_another_is_not_named_in_its_midst(blank: Page) -> None:
    turn = torch.linspace(0, 6.28, 3_000, dtype=torch.float64)
    generator = torch.Generator().manual_seed(0)
    ring = 0.5 + 0.35 * torch.stack([turn.cos(), turn.sin()], 1)
    core = 0.5 + 0.05 * torch.randn(1_000, 2, generator=generator, dtype=torch.float64)
    classes = torch.cat([torch.zeros(3_000), torch.ones(1_000)]).long()
    at = torch.cat([ring, core])
    surround, midst = _places(_labels(blank, at, classes, 2))
    assert float((surround - 0.5).norm()) == pytest.approx(0.35, abs=0.01)
    assert float((midst - 0.5).norm()) < 0.1


def test_a_class_that_has_the_majority_nowhere_is_faint_and_an_absent_one_has_no_label(
    blank: Page,
) -> None:
    generator = torch.Generator().manual_seed(0)
    at = torch.rand(4_000, 2, generator=generator, dtype=torch.float64)
    classes = (torch.arange(4_000) % 10 == 0).long()
    common, rare, absent = _labels(blank, at, classes, 3)
    assert common is not None
    assert common.majority
    assert rare is not None
    assert not rare.majority
    assert absent is None
