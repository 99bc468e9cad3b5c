"""The classifier of originals: what it learns, how it is named, what it refuses."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from vae_core.data import Dataset, LabelColumn, load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import (
    Cancelled,
    Classifier,
    Proportion,
    Watch,
    judged,
    material,
    read_classifier,
    standing,
    train_classifier,
)


def striped(shape: tuple[int, int, int], classes: int, each: int = 20) -> Dataset:
    """Images of noise on stripes, whose place is their class."""
    generator = torch.Generator().manual_seed(1)
    labels = torch.arange(classes).repeat(each)
    channels, height, width = shape
    row = torch.arange(height)[None] * classes // height
    images = (row == labels[:, None]).float()[:, None, :, None].expand(-1, channels, -1, width)
    noise = 0.2 * torch.rand(len(labels), *shape, generator=generator)
    levels = ((0.8 * images + noise) * 255).to(torch.uint8)
    train = len(labels) * 3 // 4
    splits = {"train": torch.arange(train), "test": torch.arange(train, len(labels))}
    names = tuple(map(str, range(classes)))
    return Dataset("striped", "Stripes", levels, labels, names, splits, "made here", "CC0")


@pytest.fixture(scope="module")
def small() -> Classifier:
    return train_classifier(striped((1, 8, 8), 4))


def test_digits_it_has_not_seen_are_named_rightly() -> None:
    digits = load_dataset("digits")
    classifier = train_classifier(digits)
    assert classifier.accuracy.share >= 0.96
    assert classifier.standing == "fit"
    test = digits.split("test")
    assert test.labels is not None
    right = int((judged(classifier, test.images).classes == test.labels).sum())
    assert classifier.accuracy == Proportion(right, len(test))


@pytest.mark.parametrize("shape", [(1, 28, 20), (3, 64, 64), (1, 105, 105), (4, 8, 8), (1, 1, 1)])
def test_every_shape_of_image_can_be_learned_from(shape: tuple[int, int, int]) -> None:
    classes = min(3, max(2, shape[1]))
    found = train_classifier(striped(shape, classes, each=4))
    x = torch.rand(5, *shape)
    assert found.probabilities(x).sum(1) == pytest.approx(torch.ones(5), abs=1e-5)
    if shape[1] > 1:
        assert found.accuracy.share == 1


def test_the_same_data_and_seed_give_the_same_classifier_and_others_another(
    small: Classifier,
) -> None:
    before = torch.random.get_rng_state()
    again = train_classifier(striped((1, 8, 8), 4))
    assert torch.equal(before, torch.random.get_rng_state())
    assert again.digest == small.digest == hashlib.sha256(small.content).hexdigest()
    assert train_classifier(striped((1, 8, 8), 4), seed=1).digest != small.digest
    other = striped((1, 8, 8), 4)
    other.images[0, 0, 0, 0] ^= 1
    assert small.lessons.digest == material(striped((1, 8, 8), 4)).digest
    assert material(other).digest != small.lessons.digest


def test_a_classifier_comes_back_from_its_file_as_it_was(small: Classifier, tmp_path: Path) -> None:
    file = tmp_path / "classifier.safetensors"
    file.write_bytes(small.content)
    again = read_classifier(file)
    assert again.digest == small.digest
    assert again.lessons == small.lessons
    x = torch.rand(3, 1, 8, 8)
    assert torch.equal(again.probabilities(x), small.probabilities(x))


def test_a_file_of_something_else_is_no_classifier() -> None:
    model = Path("checkpoints/digits-2d.safetensors").read_bytes()
    with pytest.raises(AtlasError, match="holds no classifier"):
        read_classifier(model, "digits-2d")


def test_without_labels_or_with_one_class_there_is_nothing_to_learn() -> None:
    data = striped((1, 8, 8), 4)
    with pytest.raises(AtlasError, match="has no labels"):
        material(replace(data, labels=None, class_names=()))
    with pytest.raises(AtlasError, match="of 1 class"):
        material(replace(data, labels=torch.zeros_like(_labels(data))))


def test_another_column_of_labels_is_learned_by_its_name() -> None:
    data = striped((1, 8, 8), 4)
    upper = LabelColumn("half", (_labels(data) < 2).long(), ("below", "above"))
    found = train_classifier(replace(data, other_labels=(upper,)), column=1)
    assert found.class_names == ("below", "above")
    assert found.lessons.column == "half"


def test_without_a_test_split_each_fifth_image_is_held_out() -> None:
    data = striped((1, 8, 8), 4)
    given = material(replace(data, splits={"all": torch.arange(40)}))
    assert (len(given.images), len(given.held_images)) == (32, 8)
    assert torch.equal(given.held_images, data.images[4:40:5])


def test_what_is_cancelled_ends_and_progress_is_told() -> None:
    data = striped((1, 8, 8), 4)
    told: list[float] = []
    with pytest.raises(Cancelled):
        train_classifier(data, watch=Watch(told.append, lambda: len(told) == 3))
    assert len(told) == 3
    assert 0 < told[0] < told[2] < 1


def test_it_is_trusted_only_above_four_in_five_and_above_the_commonest_class() -> None:
    assert standing(Proportion(95, 100), commonest=0.1) == "fit"
    assert standing(Proportion(70, 100), commonest=0.1) == "unfit"
    assert standing(Proportion(8, 8), commonest=0.1) == "open"
    assert standing(Proportion(950, 1000), commonest=0.99) == "unfit"


def _labels(data: Dataset) -> Tensor:
    assert data.labels is not None
    return data.labels
