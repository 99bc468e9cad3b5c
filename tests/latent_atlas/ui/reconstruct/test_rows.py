"""What the wall prints and draws, against the model itself."""

import base64
import io
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from latent_atlas.ui.images import cost_uri
from latent_atlas.ui.reconstruct.pictures import DRAWN, DRAWS, Kind, pictures
from latent_atlas.ui.reconstruct.rows import (
    Shown,
    mean_nats,
    wall_data,
)
from latent_atlas.ui.reconstruct.words import summary
from vae_core.data import Split
from vae_core.evaluation import Bound, Treatment, evaluate_images, reconstruct
from vae_core.evaluation.draws import Stream
from vae_core.evaluation.paired import Paired
from vae_core.evaluation.pixel_costs import pixel_costs
from vae_core.models import LIKELIHOODS, VAE, Architecture

N, J = 6, 3


@pytest.fixture
def vae() -> VAE:
    torch.manual_seed(0)
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=J, hidden=(16,)))
    for weight in vae.parameters():  # far from zero, so that posterior samples differ
        torch.nn.init.normal_(weight, std=0.5)
    return vae.eval()


@pytest.fixture
def split() -> Split:
    images = torch.randint(0, 256, (N, 1, 8, 8), generator=torch.Generator().manual_seed(3))
    return Split("test", images.byte(), torch.tensor([0, 1, 0, 1, 1, 0]))


def levels(uri: str) -> np.ndarray:
    with Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) as image:
        return np.asarray(image)


def test_the_posterior_mean_is_what_the_core_reconstructs(vae: VAE, split: Split) -> None:
    some = torch.tensor([4, 1])
    made = pictures(vae, split.images, some)
    assert torch.allclose(made.rebuilt, reconstruct(vae, split.images)[some], atol=1e-6)


@pytest.mark.parametrize("kind", DRAWN)
def test_a_sample_stays_with_its_image_and_changes_with_the_draw(
    vae: VAE, split: Split, kind: Kind
) -> None:
    first = pictures(vae, split.images, torch.tensor([4, 1]), kind).shown
    turned = pictures(vae, split.images, torch.tensor([1, 2, 4]), kind).shown
    assert len(first) == DRAWS
    assert [each[0] for each in first] == [each[2] for each in turned]
    assert [each[1] for each in first] == [each[0] for each in turned]
    again = pictures(vae, split.images, torch.tensor([4, 1]), kind, draw=1).shown
    assert len({each[0] for each in (*first, *again)}) == 2 * DRAWS


def test_the_deviation_is_that_of_the_likelihood_on_a_fixed_scale(vae: VAE, split: Split) -> None:
    made = pictures(vae, split.images, torch.arange(N), "Deviation")
    assert made.captions == ("rebuilt", "deviation")
    sigma = (made.rebuilt * (1 - made.rebuilt)).sqrt()  # of Bernoulli pixels
    expected = [cost_uri(each[0], 0.5, signed=False) for each in sigma]
    assert made.shown[1] == expected


def shown(
    vae: VAE,
    split: Split,
    indices: Tensor,
    *,
    title: str = "a",
    treatment: Treatment = "grey",
    draws: int = 1,
    variance: float = 0.0,
) -> Shown:
    stream = Stream(len(split), J, treatment, draws)
    found = pixel_costs(vae, split.images[indices], indices, stream)
    return Shown(title, vae, found.bounds, variance, costs=found.costs, draws=draws)


def test_a_card_holds_the_pixels_and_the_numbers_of_its_image(vae: VAE, split: Split) -> None:
    bounds = evaluate_images(vae, split.images, samples=4)
    indices = torch.tensor([5, 2])
    columns = [shown(vae, split, indices, draws=4)]
    data = wall_data(split, indices, columns, treatment="grey", class_names=("even", "odd"))
    assert data["draws"] == "4 draws"
    assert [card["id"] for card in data["cards"]] == [5, 2]
    assert [card["label"] for card in data["cards"]] == ["even", "even"]
    for card in data["cards"]:
        (model,) = card["models"]
        means = reconstruct(vae, split.images)[card["id"]]
        assert np.array_equal(levels(card["original"]), split.images[card["id"], 0].numpy())
        rebuilt = levels(model["rebuilt"]).astype(int)
        assert np.abs(rebuilt - means[0].numpy() * 255).max() <= 0.5 + 1e-3
        assert float(model["total"]) == pytest.approx(-float(bounds.elbo[card["id"]]), abs=0.011)
        total, distortion, rate = (float(text) for text in model["brief"])
        assert round(distortion + rate, 1) == total
        assert float(model["shown"]) == pytest.approx(
            float(bounds.distortion[card["id"]]), abs=0.0051
        )
        assert model["best"] is False  # nothing to be better than


def test_the_better_of_two_models_is_marked_image_by_image(vae: VAE, split: Split) -> None:
    bounds = evaluate_images(vae, split.images)
    other = VAE(vae.architecture).eval()
    rival = evaluate_images(other, split.images)
    data = wall_data(
        split,
        torch.arange(N),
        [shown(vae, split, torch.arange(N)), shown(other, split, torch.arange(N), title="b")],
        treatment="grey",
        class_names=("even", "odd"),
    )
    for card in data["cards"]:
        best = [model["best"] for model in card["models"]]
        better = bool(bounds.elbo[card["id"]] > rival.elbo[card["id"]])
        assert best == [better, not better]


def test_binarised_numbers_come_without_the_grey_floor(vae: VAE, split: Split) -> None:
    columns = [shown(vae, split, torch.tensor([0]), treatment="dynamic")]
    data = wall_data(
        split, torch.tensor([0]), columns, treatment="dynamic", class_names=("even", "odd")
    )
    assert data["cards"][0]["models"][0]["floor"] is None


@pytest.fixture
def colour() -> Split:
    images = torch.randint(0, 256, (2, 3, 8, 8), generator=torch.Generator().manual_seed(5))
    return Split("test", images.byte(), None)


def in_colour(colour: Split, likelihood: str) -> dict[str, Any]:
    # A σ at which no cost of an untrained model leaves the scale.
    made = Architecture(image_shape=(3, 8, 8), latent_dim=J, likelihood=likelihood, scale=0.3)
    vae = VAE(made).eval()
    both = torch.tensor([0, 1])
    return wall_data(colour, both, [shown(vae, colour, both)], treatment="grey")


@pytest.mark.parametrize("likelihood", sorted(LIKELIHOODS))
def test_the_words_of_colour_images_are_not_those_of_grey_ones(
    colour: Split, likelihood: str
) -> None:
    data = in_colour(colour, likelihood)
    said = " ".join(
        [*data["pictureScale"][1:], data["floorName"], *data["costEnds"], data["picture"]]
    )
    assert not re.search(r"grey|black|ink\b|stroke|digit", said)
    assert "its colours together" in data["costEnds"][1]


@pytest.mark.parametrize("likelihood", sorted(LIKELIHOODS))
def test_the_scale_of_costs_goes_below_zero_for_densities_and_shows_something(
    colour: Split, likelihood: str
) -> None:
    data = in_colour(colour, likelihood)
    dense = LIKELIHOODS[likelihood].nats == "density"
    assert (data["costEnds"][0] == "−12") == dense
    if dense:
        assert "a density may be above 1" in data["costEnds"][1]
    for card in data["cards"]:
        assert len(np.unique(levels(card["models"][0]["cost"]).reshape(-1, 3), axis=0)) > 8


def test_means_are_over_the_images_that_are_shown(vae: VAE, split: Split) -> None:
    bounds = evaluate_images(vae, split.images)
    mean = mean_nats(bounds, torch.tensor([1, 3]))
    assert -mean.elbo == pytest.approx(mean.distortion + mean.rate)
    assert -mean.elbo == pytest.approx(-float(bounds.elbo[[1, 3]].double().mean()), rel=1e-6)


def test_a_difference_within_its_error_decides_nothing() -> None:
    bound = Bound(-100.0, 5.0, 95.0, 10, {"elbo": 3.2, "rate": 0.2, "distortion": 3.1})
    means = [("a", bound), ("b", bound)]
    assert "cannot be said" in summary(means, [Paired(10, -0.4, 0.3, 0.6, 3, 0)])
    told = summary(means, [Paired(10, 2.41, 0.18, 0.36, 8, 0)])
    assert told.endswith("| B | b | **100 ± 3** | 95 ± 3 | 5.00 ± 0.20 | 2.4 ± 0.4 less |")


@pytest.mark.parametrize(
    ("variance", "pattern"),
    [
        (0.0, r"\d+\.\d\d"),
        (0.0004, r"\d+\.\d\d ± 0\.04"),
        (0.04, r"\d+\.\d ± 0\.4"),
        (25.0, r"\d+ ± 10"),
        (20_000.0, r"\d*0 ± 280"),
    ],
)
def test_the_nats_of_one_image_have_the_digits_that_its_draws_support(
    vae: VAE, split: Split, variance: float, pattern: str
) -> None:
    split, every = replace(split, labels=None), torch.arange(N)
    columns = [shown(vae, split, every, variance=variance)]
    data = wall_data(split, every, columns, treatment="dynamic")
    for card in data["cards"]:
        (model,) = card["models"]
        assert re.fullmatch(pattern, model["total"])
        assert re.fullmatch(pattern, model["distortion"])
        assert "±" not in model["rate"]  # of which nothing is drawn
        brief, total = (text.partition(" ± ")[0] for text in (model["brief"][0], model["total"]))
        assert float(brief) == pytest.approx(float(total), abs=0.051)
        printed = [float(model[name].partition(" ± ")[0]) for name in ("distortion", "rate")]
        assert sum(printed) == pytest.approx(float(total), abs=1e-6)


def test_of_two_models_within_the_reach_of_the_draws_none_is_marked(vae: VAE, split: Split) -> None:
    split = replace(split, labels=None)
    for variance, marked in ((0.01, True), (0.25, False)):
        better = shown(vae, split, torch.arange(N), variance=variance)
        near = replace(better.bounds, elbo=better.bounds.elbo - 0.5)
        columns = [better, replace(better, title="b", bounds=near)]
        cards = wall_data(split, torch.arange(N), columns, treatment="dynamic")["cards"]
        assert all(card["models"][0]["best"] == marked for card in cards)
