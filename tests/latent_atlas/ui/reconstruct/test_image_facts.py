"""What the browser is told of one image, against the core's own numbers."""

import json

import pytest
import torch
from torch import Tensor

from latent_atlas.stored_models import file_digest, shipped_models
from latent_atlas.ui.reconstruct import shown_images
from latent_atlas.ui.reconstruct.image_facts import (
    NAMES,
    asked_image,
    facts_address,
    image_facts,
)
from latent_atlas.ui.reconstruct.resized import resized
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import by_grid, reconstruct
from vae_core.models import load_model

PATH = shipped_models()["digits-2d"]
DIGEST = file_digest(PATH)


def number(text: str) -> float:
    return float(text.partition(" ")[0].replace("−", "-"))


def test_the_facts_of_an_image_are_those_of_the_core() -> None:
    vae, image = load_model(PATH).vae, load_dataset("digits").split("test").images[7][None]
    told = json.loads(image_facts(asked_image(DIGEST, "digits", "test", "grey", 7)))
    facts = dict(zip([name for name, _ in NAMES], told["values"], strict=True))
    log_p = float(by_grid(vae, image).log_p[0])
    assert number(facts["log p(x)"]) == pytest.approx(log_p, abs=0.01)
    error = (reconstruct(vae, image) - image / 255).square().mean()
    assert number(facts["MSE"]) == pytest.approx(float(error), abs=1e-4)
    assert number(facts["PSNR"]) == pytest.approx(float(-10 * torch.log10(error)), abs=0.06)
    gap, _, half_width = facts["gap"].partition(" ± ")
    assert number(gap) > -float(half_width)


def test_all_that_is_binarised_is_measured_of_one_draw() -> None:
    asked = asked_image(DIGEST, "digits", "test", "dynamic", 7)
    gap, _, half_width = json.loads(image_facts(asked))["values"][1].partition(" ± ")
    assert number(gap) > -float(half_width)


@pytest.mark.parametrize(
    ("dataset", "split", "treatment", "image"),
    [
        ("digits", "test", "grey", 300),
        ("digits", "nowhere", "grey", 0),
        ("mnist-12k", "test", "grey", 0),
        ("brought-0", "brought", "grey", 0),
        ("../../etc", "test", "grey", 0),
        ("digits", "test", "blue", 0),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(
    dataset: str, split: str, treatment: str, image: int
) -> None:
    with pytest.raises(AtlasError):
        image_facts(asked_image(DIGEST, dataset, split, treatment, image))


def test_of_images_at_another_size_one_is_resized_once_it_is_known_to_be_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def counting(images: Tensor, shape: tuple[int, int, int]) -> Tensor:
        asked.append(len(images))
        return resized(images, shape)

    monkeypatch.setattr(shown_images, "resized", counting)
    eight = (1, 8, 8)
    for name, image in (("digits@1x9000x9000", 0), ("digits@1x8x8", 300)):
        with pytest.raises(AtlasError):
            shown_images.shown_image(name, "test", image, eight)
    assert asked == []
    one, count = shown_images.shown_image("digits@3x12x10", "test", 299, (3, 12, 10))
    assert (tuple(one.shape), count, asked) == ((1, 3, 12, 10), 300, [1])
    whole = resized(load_dataset("digits").split("test").images, (3, 12, 10))
    assert torch.equal(one[0], whole[299])


def test_an_address_holds_names_whatever_is_in_them() -> None:
    assert facts_address("d", "own/x", "a b?", "grey") == "api/facts/d/own%2Fx/a%20b%3F/grey"
