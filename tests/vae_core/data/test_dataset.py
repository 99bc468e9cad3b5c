from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from vae_core.data import (
    Dataset,
    Factors,
    LabelColumn,
    available_datasets,
    data_folder,
    load_dataset,
)
from vae_core.data.dataset import UNLABELLED
from vae_core.errors import AtlasError
from vae_core.folders import cache_folder

# Debian's Fashion-MNIST is present too, where it is installed.
EMBEDDED = {"mnist-12k", "digits", "fashion-mnist-12k", "sprites"}


def make(
    images: Tensor | None = None, labels: Tensor | None = None, index: Tensor | None = None
) -> Dataset:
    return Dataset(
        name="tiny",
        title="Tiny",
        images=torch.arange(6, dtype=torch.uint8).reshape(6, 1, 1, 1) if images is None else images,
        labels=labels,
        class_names=("a", "b"),
        splits={"odd": torch.tensor([1, 3, 5]) if index is None else index},
        provenance="made here",
        licence="none",
    )


def test_a_split_takes_its_images_in_the_order_of_its_indices() -> None:
    split = make(index=torch.tensor([5, 0, 3])).split("odd")
    assert len(split) == 3
    assert split.images.flatten().tolist() == [5, 0, 3]


def test_a_split_of_consecutive_images_is_a_view() -> None:
    dataset = make(index=torch.tensor([2, 3, 4]))
    assert dataset.split("odd").images.data_ptr() == dataset.images[2:].data_ptr()


def test_a_dataset_without_labels_has_splits_without_labels() -> None:
    assert make().split("odd").labels is None


def test_an_unknown_split_is_answered_with_the_known_ones() -> None:
    with pytest.raises(AtlasError, match=r"tiny has no split “valid”. Choose one of: odd"):
        make().split("valid")


@pytest.mark.parametrize(
    "fault",
    [
        {"images": torch.zeros(6, 1, 1, 1)},
        {"images": torch.zeros(6, 1, dtype=torch.uint8)},
        {"labels": torch.zeros(5, dtype=torch.int64)},
        {"labels": torch.full((6,), 2)},
        {"index": torch.tensor([6])},
        {"index": torch.tensor([0.5])},
    ],
)
def test_tensors_of_another_kind_than_promised_are_refused(fault: dict[str, Tensor]) -> None:
    with pytest.raises(ValueError, match=r"must|outside"):
        make(**fault)


@pytest.mark.parametrize(
    "factors",
    [
        Factors(("a", "b"), (2, 3), torch.zeros(5, 2, dtype=torch.int64)),
        Factors(("a", "b"), (2, 3), torch.zeros(6, 2)),
        Factors(("a", "b"), (2, 3), torch.full((6, 2), 2)),
        Factors(("a",), (2, 3), torch.zeros(6, 2, dtype=torch.int64)),
    ],
)
def test_factors_of_another_kind_than_promised_are_refused(factors: Factors) -> None:
    with pytest.raises(ValueError, match="factors must"):
        replace(make(), factors=factors)


def test_a_split_is_tested_on_the_split_that_is_named_for_it_else_on_test() -> None:
    dataset = replace(make(), splits={"odd": torch.tensor([1]), "even": torch.tensor([0])})
    assert dataset.test_split("odd") == "test"
    assert replace(dataset, test_splits={"odd": "even"}).test_split("odd") == "even"
    with pytest.raises(ValueError, match="test_splits must name splits, not prime"):
        replace(dataset, test_splits={"odd": "prime"})


def test_an_unknown_dataset_is_answered_with_the_known_ones() -> None:
    with pytest.raises(AtlasError, match=r"called “cifar”. .* mnist-12k, digits, fashion"):
        load_dataset("cifar")


def test_a_dataset_is_held_once() -> None:
    assert load_dataset("digits") is load_dataset("digits")


def test_the_listing_agrees_with_what_is_loaded() -> None:
    for info in available_datasets():
        if not info.present:
            continue
        dataset = load_dataset(info.name)
        assert info.title == dataset.title
        assert info.licence == dataset.licence
        assert info.image_shape == dataset.image_shape
        assert info.binary == dataset.binary
        assert info.test_splits == dict(dataset.test_splits)
        assert info.counts == {name: len(dataset.split(name)) for name in dataset.splits}


def test_the_embedded_datasets_are_always_present(tmp_path: Path) -> None:
    present = {info.name for info in available_datasets(tmp_path) if info.present}
    assert present - {"fashion-mnist"} == EMBEDDED


def test_a_data_folder_that_is_a_file_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    present = {info.name for info in available_datasets(file) if info.present}
    assert present - {"fashion-mnist"} == EMBEDDED


def test_the_data_folder_is_the_argument_else_the_environment_else_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LATENT_ATLAS_DATA", raising=False)
    assert data_folder() == cache_folder()
    monkeypatch.setenv("LATENT_ATLAS_DATA", str(tmp_path / "named"))
    assert data_folder() == tmp_path / "named"
    assert data_folder(tmp_path / "argument") == tmp_path / "argument"


def test_ways_to_sort_the_images_are_their_factors_and_no_label_is_no_level() -> None:
    kinds = LabelColumn("kind", torch.tensor([0, 1, 2, 1]), ("cat", UNLABELLED, "dog"))
    made = Dataset(
        name="own",
        title="own",
        images=torch.zeros(4, 1, 2, 2, dtype=torch.uint8),
        labels=torch.tensor([0, 1, 0, 1]),
        class_names=("left", "right"),
        splits={"test": torch.tensor([3, 0])},
        provenance="",
        licence="",
        label_name="side",
        other_labels=(kinds,),
    )
    found = made.factors_of("test")
    assert found is not None
    assert (found.names, found.sizes) == (("side", "kind"), (2, 3))
    assert found.values.tolist() == [[1, -1], [0, 0]]
    bare = replace(made, labels=None, class_names=(), other_labels=())
    assert bare.factors_of("test") is None


def test_generated_images_keep_their_factors_and_the_first_images_of_a_split_theirs() -> None:
    values = torch.tensor([[0], [1], [2]])
    made = Dataset(
        name="made",
        title="made",
        images=torch.arange(3, dtype=torch.uint8).view(3, 1, 1, 1),
        labels=None,
        class_names=(),
        splits={"test": torch.tensor([2, 0])},
        provenance="",
        licence="",
        factors=Factors(("x",), (3,), values),
    )
    split = replace(made.split("test"), factors=made.factors_of("test")).first(1)
    assert split.factors is not None
    assert split.factors.values.tolist() == [[2]]
    assert split.images.flatten().tolist() == [2]
    assert split.labels is None
